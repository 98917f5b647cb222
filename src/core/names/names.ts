import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isLoopback } from '../../shared/config/address.ts';
import type {
  NameFinding,
  NamesChange,
  NamesDone,
  NamesPlan,
  NamesView,
  ResolverView,
} from '../../shared/contract/names.ts';
import { limits } from '../../shared/limits.ts';
import { carryOut, type ElevationDeps, type Step } from '../elevation/index.ts';
import {
  type HostsEntry,
  hostsEntries,
  namesInBlock,
  planHostsFile,
  type WantedNames,
  wantedNames,
} from './hostsFile/index.ts';
import {
  findFiles,
  findHostsFile,
  findNameServices,
  findResolverFacts,
  isInsideWindows,
  type MachineInputs,
} from './machine.ts';
import { nameFindings } from './nameServices/findings.ts';
import { lookAtHosts } from './resolution/look.ts';
import { resolverInCharge } from './resolvers/inCharge.ts';
import { nrptQuery, planNrpt, readNrpt } from './resolvers/nrpt.ts';
import { planResolverFiles, type ResolverPlanned } from './resolvers/plan.ts';
import {
  type DnsPlace,
  type Resolver,
  type ResolverId,
  resolverFiles,
} from './resolvers/resolver.ts';
import { shownResults, shownStep } from './shown.ts';

/** What is to be found, and by what. Asked each time. */
export interface NamesWanted {
  readonly suffixes: readonly string[];
  /** Names of all frontends; null where they are not known, since no instance runs. */
  readonly frontends: Iterable<string> | null;
  /** Where Berth's DNS server is, or will be; null for none. */
  readonly dns: DnsPlace | null;
  /** Whether the hosts file is kept as it should be by itself. */
  readonly isKept: boolean;
}

export interface NamesOptions {
  readonly machine: MachineInputs;
  readonly wanted: () => NamesWanted;
  readonly elevation: ElevationDeps;
  /** Where copies of the hosts file are kept. */
  readonly dataDirectory: string;
  /** Unix ms. */
  readonly wallClock: () => number;
}

/** How hosts are found on this machine, and what is changed so that they are. */
export interface Names {
  look(input: { readonly hosts?: readonly string[] | undefined }): Promise<NamesView>;
  plan(change: NamesChange): Promise<NamesPlan>;
  change(change: NamesChange): Promise<NamesDone>;
  /** The steps of a change, for who carries out more than these at once. */
  steps(change: NamesChange): Promise<Planned>;
  /** Does what `steps` planned, and nothing else. Never rejects. */
  carry(planned: Planned): Promise<NamesDone>;
  /**
   * Makes the hosts file as it should be, where nobody has to be asked for rights.
   *
   * @returns why it is not so, as a sentence; null when it is
   */
  keep(): Promise<string | null>;
}

interface Planned {
  readonly steps: readonly Step[];
  /** What is not possible here, a sentence each. */
  readonly problems: readonly string[];
}

const nothing: Planned = { steps: [], problems: [] };

/** Where files of ours may lie, whichever resolver is in charge now. */
const resolversOf = (platform: NodeJS.Platform): readonly ResolverId[] =>
  platform === 'darwin'
    ? ['macos']
    : platform === 'linux'
      ? ['systemd-resolved', 'dnsmasq', 'networkmanager']
      : [];

/** A place for files that only go: nothing of it is written. */
const nowhere: DnsPlace = { address: '127.0.0.1', port: 0 };

export function createNames({
  machine,
  wanted,
  elevation,
  dataDirectory,
  wallClock,
}: NamesOptions): Names {
  const { platform, paths, run } = machine;
  const backups = join(dataDirectory, 'backups');
  let hasCopy = false;

  /** Foreign hosts that somebody asked for before stay, as long as there is a frontend. */
  function wantedIn(entries: readonly string[], hosts: readonly string[]): WantedNames {
    const { suffixes, frontends } = wanted();
    return wantedNames({
      suffixes,
      frontends: frontends ?? entries,
      named: [...hosts, ...entries],
    });
  }

  async function hostsFileSteps(
    { action, hosts }: Pick<NamesChange, 'action' | 'hosts'>,
    hasCopy = false,
  ): Promise<Planned> {
    const found = await findHostsFile(machine);
    if ('problem' in found) return { steps: [], problems: [found.problem] };
    const there = namesInBlock(found.data?.toString('latin1') ?? '');
    const names = wantedIn(there, hosts);
    const time = new Date(wallClock()).toISOString().replaceAll(':', '-');
    const planned = planHostsFile(found, action === 'install' ? names.names : [], {
      platform,
      backup: hasCopy ? null : join(backups, `hosts.${time}`),
    });
    if (!planned.ok) return { steps: [], problems: [planned.problem] };
    const unknown = hosts.filter((host) => !names.names.includes(host));
    return {
      steps: planned.steps,
      problems: action === 'install' ? unknown.map((host) => `there is no host ${host}`) : [],
    };
  }

  async function resolverNow(): Promise<{
    readonly resolver: Resolver;
    readonly systemdVersion: number | null;
  }> {
    const services = await findNameServices(machine);
    const facts = await findResolverFacts(machine, services);
    return { resolver: resolverInCharge(facts), systemdVersion: facts.systemdVersion };
  }

  async function planFor(
    id: ResolverId,
    dns: DnsPlace,
    systemdVersion: number | null,
    isWanted: boolean,
  ): Promise<ResolverPlanned> {
    const { suffixes } = wanted();
    if (id === 'windows') {
      const ran = await run(nrptQuery);
      const rules = ran.status === 0 ? readNrpt(ran.stdout) : null;
      return rules === null
        ? { ok: false, problem: 'Windows does not tell its rules of name resolution' }
        : planNrpt(suffixes, dns, rules, isWanted);
    }
    const files = resolverFiles(id, suffixes, dns, { etc: paths.etc, systemdVersion });
    if (files === null) return { ok: true, state: 'absent', steps: [] };
    return planResolverFiles(files, await findFiles(files.directory), isWanted);
  }

  async function dnsSteps({ action, way }: NamesChange): Promise<Planned> {
    if (action === 'uninstall') {
      if (platform === 'win32') return planned(await planFor('windows', nowhere, null, false));
      // A systemd that grew since has its file in another directory.
      const all = await Promise.all(
        resolversOf(platform).flatMap((id) => [
          planFor(id, nowhere, null, false),
          planFor(id, nowhere, Number.MAX_SAFE_INTEGER, false),
        ]),
      );
      return joined(unlike(all.map(planned)));
    }
    const { resolver, systemdVersion } = await resolverNow();
    const { dns } = wanted();
    const problem = resolver.problem ?? (dns === null ? noServer : null);
    // Whoever asked for no way in particular has the other one.
    if (problem !== null || dns === null) {
      return { steps: [], problems: way === 'dns' ? [problem ?? noServer] : [] };
    }
    return planned(await planFor(resolver.id, dns, systemdVersion, true));
  }

  async function steps(change: NamesChange): Promise<Planned> {
    const { way } = change;
    return joined([
      way === 'dns' ? nothing : await hostsFileSteps(change),
      way === 'hosts-file' ? nothing : await dnsSteps(change),
    ]);
  }

  async function carry({ steps: all, problems }: Planned): Promise<NamesDone> {
    const done = await carryOut(all, elevation);
    await removeOldCopies(backups);
    return shownResults(done, problems);
  }

  async function resolverView(): Promise<ResolverView> {
    const { resolver, systemdVersion } = await resolverNow();
    const { id, title, evidence } = resolver;
    const { dns } = wanted();
    const plan = await planFor(id, dns ?? nowhere, systemdVersion, true);
    const problem = resolver.problem ?? (dns === null ? noServer : plan.ok ? null : plan.problem);
    return {
      id,
      title,
      evidence,
      state: problem !== null ? 'unavailable' : plan.ok ? plan.state : 'unavailable',
      problem: problem ?? '',
    };
  }

  async function look({
    hosts,
  }: {
    readonly hosts?: readonly string[] | undefined;
  }): Promise<NamesView> {
    const { suffixes, dns, isKept } = wanted();
    const found = await findHostsFile(machine);
    const text = 'problem' in found ? '' : (found.data?.toString('latin1') ?? '');
    const there = namesInBlock(text);
    const names = wantedIn(there, []);
    const looked = (hosts ?? names.names).slice(0, limits.maxNamesLooked);
    const entries = hostsEntries(text, new Set(looked));
    const [resolver, all, services, isWsl] = await Promise.all([
      resolverView(),
      lookAtHosts({ hosts: looked, dns, entries }),
      findNameServices(machine),
      isInsideWindows(machine),
    ]);
    const planned =
      'problem' in found
        ? ({ ok: false, problem: found.problem } as const)
        : planHostsFile(found, names.names, { platform, backup: null });
    const missing = planned.ok ? planned.added : [];
    const excess = planned.ok ? planned.removed : [];
    return {
      suffixes,
      dns,
      hostsFile: {
        path: 'problem' in found ? paths.hosts : found.path,
        state: !planned.ok
          ? 'broken'
          : there.length === 0
            ? 'absent'
            : planned.steps.length === 0
              ? 'installed'
              : 'outdated',
        missing,
        excess,
        problem: planned.ok ? '' : planned.problem,
        isKept,
      },
      resolver,
      findings: [
        ...conflicts(looked, entries, paths.hosts),
        ...nameFindings({ platform, services, suffixes, isWsl, hosts: looked }),
      ],
      hosts: all,
      wildcards: names.wildcards,
      foreign: names.foreign,
    };
  }

  return {
    look,
    steps,
    plan: async (change) => {
      const { steps: all, problems } = await steps(change);
      return { steps: all.map(shownStep), problems };
    },
    carry,
    change: async (change) => await carry(await steps(change)),
    keep: async () => {
      const { steps: all, problems } = await hostsFileSteps(
        { action: 'install', hosts: [] },
        hasCopy,
      );
      const [problem] = problems;
      if (problem !== undefined) return problem;
      if (elevation.way !== 'direct' && all.some(({ needsRoot }) => needsRoot)) {
        return `${paths.hosts} may not be written by this user`;
      }
      const { results } = await carryOut(all, elevation);
      const failed = results.find(({ status }) => status !== 'done');
      if (failed !== undefined) return failed.reason;
      if (all.length > 0) {
        hasCopy = true;
        await removeOldCopies(backups);
      }
      return null;
    },
  };
}

/** Of the hosts file, those beyond `limits.maxHostsFileCopies`: their names have their time. */
async function removeOldCopies(directory: string): Promise<void> {
  const names = await readdir(directory).catch((): string[] => []);
  const copies = names.filter((name) => name.startsWith('hosts.')).sort();
  for (const name of copies.slice(0, -limits.maxHostsFileCopies)) {
    await rm(join(directory, name), { force: true });
  }
}

const noServer = 'Berth has no DNS server here: give it a port with names.dnsPort';

const planned = (plan: ResolverPlanned): Planned =>
  plan.ok ? { steps: plan.steps, problems: [] } : { steps: [], problems: [plan.problem] };

const joined = (all: readonly Planned[]): Planned => ({
  steps: all.flatMap(({ steps }) => steps),
  problems: all.flatMap(({ problems }) => problems),
});

/** Each plan once: two that say the same are one. */
function unlike(all: readonly Planned[]): readonly Planned[] {
  const seen = new Set<string>();
  return all.filter(({ steps }) => {
    const key = JSON.stringify(steps.map(({ says }) => says));
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

/** Lines that others wrote, and that send a host elsewhere. */
function conflicts(
  hosts: readonly string[],
  entries: ReadonlyMap<string, readonly HostsEntry[]>,
  path: string,
): readonly NameFinding[] {
  return hosts.flatMap((host): NameFinding[] => {
    const foreign = (entries.get(host) ?? []).find(
      ({ address, isOurs }) => !isOurs && !isLoopback(address),
    );
    if (foreign === undefined) return [];
    return [
      {
        id: 'hosts-file-conflict',
        severity: 'problem',
        says: `line ${foreign.line} of ${path} sends ${host} to ${foreign.address}`,
        fix: `Remove that line, or give the host another name.`,
        hosts: [host],
      },
    ];
  });
}
