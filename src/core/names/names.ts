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
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import {
  type CarriedOut,
  carryOut,
  changedSince,
  createHeldPlans,
  type ElevationDeps,
  type Step,
} from '../elevation/index.ts';
import { type HostsEntry, hostsEntries, planHostsFile } from './hostsFile/index.ts';
import { createHostsFilePlans } from './hostsFilePlans.ts';
import {
  findFiles,
  findNameServices,
  findResolverFacts,
  isInsideWindows,
  type MachineInputs,
} from './machine.ts';
import { nameFindings } from './nameServices/findings.ts';
import type { NamesWanted } from './namesWanted.ts';
import { ownerOf } from './owner.ts';
import { lookAtHosts } from './resolution/look.ts';
import type { AskResolver } from './resolvers/asked.ts';
import { nameservers, resolverInCharge } from './resolvers/inCharge.ts';
import { nrptQuery, planNrpt, readNrpt } from './resolvers/nrpt.ts';
import { planResolverFiles, type ResolverPlanned } from './resolvers/plan.ts';
import {
  type DnsPlace,
  type Resolver,
  type ResolverId,
  resolverFiles,
} from './resolvers/resolver.ts';
import { shownResults, shownStep } from './shown.ts';

export interface NamesOptions {
  readonly machine: MachineInputs;
  readonly wanted: () => NamesWanted;
  readonly elevation: ElevationDeps;
  /** Whether the resolver of the machine asks our DNS server. */
  readonly askResolver: AskResolver;
  /** Of the instance: it is known by this path, and copies of the hosts file are kept there. */
  readonly dataDirectory: string;
  /** Unix ms. */
  readonly wallClock: () => number;
}

/** How hosts are found on this machine, and what is changed so that they are. */
export interface Names {
  look(input: { readonly hosts?: readonly string[] | undefined }): Promise<NamesView>;
  /** What a change would do. It is held, so that exactly this can be done. */
  plan(change: NamesChange): Promise<NamesPlan>;
  /**
   * Does what a plan has shown, and nothing else.
   *
   * @throws BerthError BERTH_PLAN_OUTDATED when it is not held any more, or a file is not what it was then
   */
  change(input: { readonly plan: string }): Promise<NamesDone>;
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
  /** Hosts outside of the suffixes that the hosts file gets, each since a person has asked for it by name. */
  readonly byHand: readonly string[];
}

const nothing: Planned = { steps: [], problems: [], byHand: [] };

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
  askResolver,
  dataDirectory,
  wallClock,
}: NamesOptions): Names {
  const { platform, paths, run } = machine;
  const backups = join(dataDirectory, 'backups');
  const owner = ownerOf(dataDirectory);
  const held = createHeldPlans<Planned>({ now: wallClock, stepsOf: ({ steps: all }) => all });
  let hasCopy = false;

  const hostsFile = createHostsFilePlans({
    ...{ machine, wanted, owner, dataDirectory, backups, wallClock },
  });

  async function resolverNow(): Promise<{
    readonly resolver: Resolver;
    readonly systemdVersion: number | null;
    /** Its addresses, as far as they are on this machine. */
    readonly servers: readonly string[];
  }> {
    const services = await findNameServices(machine);
    const facts = await findResolverFacts(machine, services);
    return {
      resolver: resolverInCharge(facts),
      systemdVersion: facts.systemdVersion,
      servers: nameservers(facts.resolvConf?.text ?? '').filter(isLoopback),
    };
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
        : planNrpt(suffixes, dns, rules, { isWanted, owner });
    }
    const files = resolverFiles(id, suffixes, dns, { etc: paths.etc, systemdVersion });
    if (files === null) return { ok: true, state: 'absent', steps: [], again: [], other: null };
    return planResolverFiles(files, await findFiles(files.directory), { isWanted, owner });
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
    const { resolver, systemdVersion, servers } = await resolverNow();
    const { dns } = wanted();
    const problem = resolver.problem ?? (dns === null ? noServer : null);
    // Whoever asked for no way in particular has the other one.
    if (problem !== null || dns === null) {
      return { ...nothing, problems: way === 'dns' ? [problem ?? noServer] : [] };
    }
    const plan = await planFor(resolver.id, dns, systemdVersion, true);
    const { state } = await triedFor(resolver.id, plan, dns, servers, 0);
    const isRead = plan.ok && plan.steps.length === 0;
    return planned(isRead && state === 'untold' ? { ...plan, steps: plan.again } : plan);
  }

  /** What the resolver is told is one thing, and whether it has read that another: a look-up shows it. */
  async function triedFor(
    id: ResolverId,
    plan: ResolverPlanned,
    dns: DnsPlace,
    servers: readonly string[],
    patienceMs: number,
  ): Promise<Pick<ResolverView, 'state' | 'tried'>> {
    if (!plan.ok) return { state: 'unavailable', tried: '' };
    const { state } = plan;
    if (state !== 'installed' && state !== 'untold') return { state, tried: '' };
    const { suffixes } = wanted();
    const needsNetwork = id === 'systemd-resolved';
    const { asks, says } = await askResolver({
      ...{ suffixes, dns, servers, needsNetwork, patienceMs },
    });
    if (state === 'untold' && asks === 'untried') return { state, tried: cutOff };
    const states = { yes: 'installed', no: 'untold', untried: 'untried' } as const;
    return { state: states[asks], tried: says };
  }

  async function steps(change: NamesChange): Promise<Planned> {
    const { way } = change;
    return joined([
      way === 'dns' ? nothing : await hostsFile.steps(change),
      way === 'hosts-file' ? nothing : await dnsSteps(change),
    ]);
  }

  async function carry({ steps: all, problems }: Planned): Promise<NamesDone> {
    const done = await carryOut(all, elevation);
    await removeOldCopies(backups);
    return shownResults(done, [...problems, ...(await notHeard(done))]);
  }

  /** A resolver that was told, and does not ask us all the same. */
  async function notHeard({ results }: CarriedOut): Promise<readonly string[]> {
    const isTold = results.some(({ step }) => 'command' in step);
    if (!isTold || results.some(({ status }) => status !== 'done')) return [];
    const { state, title, tried } = await resolverView(limits.resolverSettleMs);
    return state === 'untold' ? [`${title} was told, and does not ask yet: ${tried}`] : [];
  }

  async function resolverView(patienceMs = 0): Promise<ResolverView> {
    const { resolver, systemdVersion, servers } = await resolverNow();
    const { id, title, evidence } = resolver;
    const { dns } = wanted();
    const plan = await planFor(id, dns ?? nowhere, systemdVersion, true);
    const problem = resolver.problem ?? (dns === null ? noServer : plan.ok ? null : plan.problem);
    return {
      id,
      title,
      evidence,
      ...(problem === null && dns !== null
        ? await triedFor(id, plan, dns, servers, patienceMs)
        : { state: 'unavailable', tried: '' }),
      problem: problem ?? '',
      other: plan.ok ? (plan.other?.of ?? null) : null,
    };
  }

  async function look({
    hosts,
  }: {
    readonly hosts?: readonly string[] | undefined;
  }): Promise<NamesView> {
    const { suffixes, dns, isKept } = wanted();
    const now = await hostsFile.look([]);
    const { text, there, names } = 'problem' in now ? unread : now;
    const looked = (hosts ?? [...names.names, ...names.taken].sort()).slice(
      0,
      limits.maxNamesLooked,
    );
    const entries = hostsEntries(text, new Set(looked));
    const [resolver, all, services, isWsl] = await Promise.all([
      resolverView(),
      lookAtHosts({ hosts: looked, dns, entries }),
      findNameServices(machine),
      isInsideWindows(machine),
    ]);
    const planned =
      'problem' in now
        ? ({ ok: false, problem: now.problem } as const)
        : planHostsFile(now.found, names.names, { platform, backup: null, owner });
    const missing = planned.ok ? planned.added : [];
    const excess = planned.ok ? planned.removed : [];
    const state = !planned.ok
      ? 'broken'
      : there.length === 0
        ? 'absent'
        : planned.steps.length === 0
          ? 'installed'
          : 'outdated';
    const isSetUp = isNamesSetUp({ hostsFile: { state }, resolver });
    return {
      suffixes,
      dns,
      hostsFile: {
        path: 'problem' in now ? paths.hosts : now.found.path,
        state,
        ...{ missing, excess, left: names.left },
        problem: planned.ok ? '' : planned.problem,
        isKept,
      },
      resolver,
      findings: [
        ...conflicts(looked, entries, paths.hosts),
        ...nameFindings({ platform, services, suffixes, isWsl, isSetUp, hosts: looked }),
      ],
      hosts: all,
      wildcards: names.wildcards,
      foreign: names.foreign,
      byHand: names.agreed,
    };
  }

  return {
    look,
    steps,
    plan: async (change) => {
      const planned = await steps(change);
      const { problems, byHand } = planned;
      return { id: held.hold(planned), steps: planned.steps.map(shownStep), problems, byHand };
    },
    carry,
    change: async ({ plan }) => {
      const planned = held.take(plan);
      const changed = await changedSince(planned.steps);
      if (changed !== null) throw new BerthError('BERTH_PLAN_OUTDATED', changed);
      return await carry(planned);
    },
    keep: async () => {
      const planned = await hostsFile.steps({ action: 'install', hosts: [] }, hasCopy);
      const { steps: all, problems } = planned;
      const [problem] = problems;
      if (problem !== undefined) return problem;
      if (elevation.way !== 'direct' && all.some(({ needsRoot }) => needsRoot)) {
        return `${paths.hosts} may not be written by this user`;
      }
      const { results } = await carryOut(all, elevation);
      // Also where the change itself failed: it is tried again with each host that comes or goes.
      const isCopied = results.some(
        ({ step, status }) => 'file' in step && step.isCopy === true && status === 'done',
      );
      hasCopy ||= isCopied;
      if (isCopied) await removeOldCopies(backups);
      return results.find(({ status }) => status !== 'done')?.reason ?? null;
    },
  };
}

/** Whether one of the ways is done: the hosts file has every host, or the resolver is told to ask. */
export const isNamesSetUp = ({
  hostsFile,
  resolver,
}: {
  readonly hostsFile: Pick<NamesView['hostsFile'], 'state'>;
  readonly resolver: Pick<ResolverView, 'state'>;
}): boolean =>
  hostsFile.state === 'installed' || resolver.state === 'installed' || resolver.state === 'untried';

/** Of the hosts file, those beyond `limits.maxHostsFileCopies`: their names have their time. */
async function removeOldCopies(directory: string): Promise<void> {
  const names = await readdir(directory).catch((): string[] => []);
  const copies = names.filter((name) => name.startsWith('hosts.')).sort();
  for (const name of copies.slice(0, -limits.maxHostsFileCopies)) {
    await rm(join(directory, name), { force: true });
  }
}

const noServer = 'Berth has no DNS server here: give it a port with names.dnsPort';

const cutOff = 'what wrote its file was cut off before it was told';

const planned = (plan: ResolverPlanned): Planned =>
  plan.ok ? { ...nothing, steps: plan.steps } : { ...nothing, problems: [plan.problem] };

/** Of a hosts file that cannot be read. */
const unread = {
  text: '',
  there: [],
  names: { names: [], agreed: [], taken: [], wildcards: [], foreign: [], left: 0 },
};

const joined = (all: readonly Planned[]): Planned => ({
  steps: all.flatMap(({ steps }) => steps),
  problems: all.flatMap(({ problems }) => problems),
  byHand: all.flatMap(({ byHand }) => byHand),
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
