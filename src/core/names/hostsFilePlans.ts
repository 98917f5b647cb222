import type { Buffer } from 'node:buffer';
import { join } from 'node:path';
import type { NamesChange } from '../../shared/contract/names.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { reasonOf } from '../config/readFile.ts';
import { type FileStep, readIfThere } from '../elevation/index.ts';
import { requireOwnPath } from '../system/ownPath.ts';
import {
  type ByHand,
  byHandNames,
  byHandPath,
  forgetStep,
  readByHand,
  rememberStep,
} from './byHand.ts';
import {
  type FoundHostsFile,
  namesInBlock,
  namesOfOthers,
  planHostsFile,
  type WantedNames,
  wantedNames,
  whyNever,
} from './hostsFile/index.ts';
import { findHostsFile, type MachineInputs } from './machine.ts';
import type { NamesWanted } from './namesWanted.ts';
import type { Owner } from './owner.ts';

/** A hosts file with what an instance has in it, and is to have. */
interface HostsFileNow {
  readonly found: FoundHostsFile;
  readonly text: string;
  /** Names in the block of the instance. */
  readonly there: readonly string[];
  readonly names: WantedNames;
  readonly byHand: ByHand;
}

interface HostsFilePlan {
  readonly steps: readonly FileStep[];
  readonly problems: readonly string[];
  /** Of the names that come, those that are no names of the suffixes: a person has asked for each. */
  readonly byHand: readonly string[];
}

export interface HostsFilePlansOptions {
  readonly machine: MachineInputs;
  readonly wanted: () => NamesWanted;
  readonly owner: Owner;
  readonly dataDirectory: string;
  /** Where copies of the hosts file are kept. */
  readonly backups: string;
  /** Unix ms. */
  readonly wallClock: () => number;
}

/** What becomes of the hosts file, and of what is remembered beside it. */
export interface HostsFilePlans {
  /** @param more hosts that are asked for by name now; a sentence where the file cannot be read */
  look(more: readonly string[]): Promise<HostsFileNow | { readonly problem: string }>;
  /** @param hasCopy a copy was made already */
  steps(change: Pick<NamesChange, 'action' | 'hosts'>, hasCopy?: boolean): Promise<HostsFilePlan>;
}

export function createHostsFilePlans(options: HostsFilePlansOptions): HostsFilePlans {
  const { machine, wanted, owner, backups, wallClock } = options;
  const remembered = byHandPath(options.dataDirectory);

  const look = async (
    more: readonly string[],
    isGoing = false,
  ): Promise<HostsFileNow | { readonly problem: string }> => {
    const found = await findHostsFile(machine);
    if ('problem' in found) return found;
    const text = found.data?.toString('latin1') ?? '';
    const there = namesInBlock(text, owner);
    const data = await remembering(isGoing).catch(problemOf);
    if (data !== null && 'problem' in data) return data;
    const byHand = readByHand(remembered, data);
    const { suffixes, sharedSuffixes, frontends } = wanted();
    const names = wantedNames({
      suffixes,
      sharedSuffixes,
      // Without an instance, those that it had stay.
      frontends: frontends ?? there,
      agreed: [...byHand.hosts, ...more],
      takenOf: (all) => namesOfOthers(text, all),
    });
    return { found, text, there, names, byHand };
  };

  /** Nobody else's word is taken for that of this user; to be forgotten it may be anybody's. */
  async function remembering(isGoing: boolean): Promise<Buffer | null> {
    const data = await readIfThere(remembered);
    if (data === null || isGoing) return data;
    await requireOwnPath(options.dataDirectory, byHandNames);
    return await readIfThere(remembered);
  }

  const problemOf = (error: unknown): { readonly problem: string } => ({
    problem: error instanceof BerthError ? error.detail : `${remembered}: ${reasonOf(error)}`,
  });

  return {
    look,
    steps: async ({ action, hosts: written }, hasCopy = false) => {
      const isWanted = action === 'install';
      const hosts = written.map((host) => host.toLowerCase().replace(/\.$/, ''));
      const now = await look(isWanted ? hosts : [], !isWanted);
      if ('problem' in now) return { steps: [], problems: [now.problem], byHand: [] };
      const { found, there, names, byHand } = now;
      const time = new Date(wallClock()).toISOString().replaceAll(':', '-');
      const planned = planHostsFile(found, isWanted ? names.names : [], {
        platform: machine.platform,
        backup: hasCopy ? null : join(backups, `hosts.${time}`),
        owner,
      });
      if (!planned.ok) return { steps: [], problems: [planned.problem], byHand: [] };
      const asked = names.agreed.filter((name) => hosts.includes(name));
      const known = new Set([...byHand.hosts, ...asked]);
      if (isWanted && known.size > limits.maxHostsByHand)
        return { ...nothing, problems: [tooMany] };
      const kept = isWanted ? rememberStep(byHand, asked) : forgetStep(byHand);
      const has = new Set(there);
      return {
        steps: [...(kept === null ? [] : [kept]), ...planned.steps],
        problems: isWanted
          ? hosts.filter((host) => !names.names.includes(host)).map((host) => whyNot(host, now))
          : [],
        byHand: isWanted ? names.agreed.filter((name) => !has.has(name)) : [],
      };
    },
  };

  function whyNot(host: string, { text, found }: HostsFileNow): string {
    const never = whyNever(host);
    if (never !== null) return `${host} ${never}, and is never put into the hosts file`;
    if (namesOfOthers(text, new Set([host])).size > 0) {
      return `${found.path} has a line of somebody else for ${host}, which stays as it is`;
    }
    return `there is no host ${host} to be found: add it first, as by berth add ${host} 3000`;
  }
}

const nothing: HostsFilePlan = { steps: [], problems: [], byHand: [] };

const tooMany = `at most ${limits.maxHostsByHand} hosts can be asked for by name: "berth names uninstall" forgets them`;
