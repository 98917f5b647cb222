import { stat } from 'node:fs/promises';
import type { Config } from '../../shared/config/config.ts';
import type { ReadConfig } from '../../shared/config/read.ts';
import type { CertificatesView } from '../../shared/contract/certificates.ts';
import type { ContainersView } from '../../shared/contract/containers.ts';
import type { HostView } from '../../shared/contract/hosts.ts';
import type { InstanceStatus, ListenerStatus, TriedHost } from '../../shared/contract/instance.ts';
import type { NamesView } from '../../shared/contract/names.ts';
import type { TrustView } from '../../shared/contract/trust.ts';
import { limits } from '../../shared/limits.ts';
import type { ReachableStore } from '../../shared/model/driver.ts';
import { parseHost } from '../../shared/model/hostname.ts';
import { reasonOf } from '../../store/command.ts';
import { neededNames, type PermittedNames } from '../certificates/names.ts';
import { authorityPlace } from '../certificates/place.ts';
import { hostOf } from '../instance/throughProxy.ts';
import type { Directories } from '../system/directories.ts';
import type { Handshake, HandshakeTarget } from './handshake.ts';
import type { Machine } from './machine.ts';
import type { NamesToFind } from './names.ts';
import { askAgain, once, pooled } from './once.ts';
import type { StoreAnswers } from './storeAnswers.ts';

/** What is asked of an instance, from inside it or over its control socket. */
export interface InstanceQuestions {
  status(): Promise<InstanceStatus>;
  hosts(): Promise<readonly HostView[]>;
  containers(): Promise<ContainersView>;
  /** Makes none. */
  certificates(): Promise<CertificatesView>;
  /** Sends `GET /` through the proxy. */
  try(name: string): Promise<TriedHost>;
}

export interface ContextOptions {
  readonly machine: Machine;
  readonly directories: Directories;
  /** Null: none runs, or none can be talked to. */
  readonly instance: InstanceQuestions | null;
  /** Why there is none: what a connection was refused with; null with one. */
  readonly away: Error | null;
  /** Of the program that runs the checks. */
  readonly program: Program;
  /** As a start reads it. @throws BerthError */
  readonly readConfiguration: () => Promise<ReadConfig>;
  /** What is served now, where this process knows it: files that root has read may be closed to it. */
  readonly served: Config | null;
  /** How the store can be reached from here; null where nobody serves it. */
  readonly reachStore: (config: Config) => Promise<ReachableStore | null>;
  readonly askStore: (store: ReachableStore) => Promise<StoreAnswers>;
  readonly shakeHands: (at: HandshakeTarget) => Promise<Handshake>;
  /** What the machine has been told of the names of Berth. */
  readonly lookAtNames: (names: NamesToFind) => Promise<NamesView>;
  /** Who trusts the local CA, by real handshakes; makes none. */
  readonly lookAtTrust: (needed: PermittedNames) => Promise<TrustView>;
}

interface Program {
  readonly version: string;
  /** As `20.19.1`. */
  readonly node: string;
  /** Null under plain Node. */
  readonly electron: string | null;
}

/** What checks look at. Each question is asked once for all of them, when the first one wants to know. */
export interface DoctorContext
  extends Pick<
    ContextOptions,
    'machine' | 'directories' | 'instance' | 'away' | 'program' | 'served'
  > {
  /** Rejects without an instance. */
  status(): Promise<InstanceStatus>;
  /** Rejects without an instance. */
  hosts(): Promise<readonly HostView[]>;
  /** Rejects without an instance. */
  containers(): Promise<ContainersView>;
  /** @throws BerthError */
  configuration(): Promise<ReadConfig>;
  /** Null where nobody serves it; rejects where the configuration cannot be read. */
  store(): Promise<ReachableStore | null>;
  /** Rejects where `store` is null. */
  storeAnswers(): Promise<StoreAnswers>;
  /** What the machine has been told of the names of Berth. */
  names(): Promise<NamesView>;
  /** Who trusts the local CA, by real handshakes. */
  trust(): Promise<TrustView>;
  /** What keeps everybody from a handshake for a certificate of the local CA; null where nothing does. */
  unmade(): Promise<Unmade | null>;
  /** One with the HTTPS listener for each host; null where there is no such listener, or no instance. */
  handshakes(): Promise<Handshakes | null>;
  /** Of the key of the CA; null where there is none. */
  keyMode(): Promise<number | null>;
  /** What the local CA is needed for. */
  needed(): Promise<PermittedNames>;
  /** Of the instance, or of the configuration where none runs. */
  suffixes(): Promise<readonly string[]>;
  /** Those under each of which one frontend answers. */
  sharedSuffixes(): Promise<readonly string[]>;
  /** Text of the hosts file; empty where there is none. */
  hostsFile(): Promise<string>;
  /** What the system says of a name. Never rejects. */
  resolved(host: string): Promise<Resolved>;
}

/** A handshake would have the instance make its CA, or another certificate of it, which is no matter of a doctor. */
export type Unmade = 'absent' | 'outgrown';

interface Handshakes {
  readonly listener: ListenerStatus;
  /** Hosts that were left out, since something would have been made for them. */
  readonly left: readonly string[];
  readonly hands: readonly { readonly host: string; readonly hand: Handshake }[];
}

/** What the system's resolver says of one name, for each family: addresses, or the code of its error. */
export interface Resolved {
  readonly host: string;
  readonly v4: readonly string[];
  readonly v6: readonly string[];
  /** As `ENOTFOUND`; null where any address was found. */
  readonly error: string | null;
}

const isSecure = ({ secure }: ListenerStatus): boolean => secure;

/** An address of this machine by which a listener on all of them is reached. */
const reachable = (address: string): string =>
  address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;

/** A host that a frontend answers to; null for a name that no host has. */
function sampleOf(name: string): string | null {
  const parsed = parseHost(hostOf(name));
  return parsed.ok ? parsed.host : null;
}

const noInstance = (): never => {
  throw new Error('no instance runs');
};

export function createDoctorContext(options: ContextOptions): DoctorContext {
  const { machine, instance } = options;
  const resolved = new Map<string, Promise<Resolved>>();
  const configuration = once(options.readConfiguration);
  const hosts = once(async () => await (instance?.hosts() ?? noInstance()));
  const handshakes = once(async () => {
    const listener = instance === null ? undefined : (await status()).listeners.find(isSecure);
    if (listener === undefined) return null;
    const names = (await hosts()).map(({ name }) => name);
    const all = [...new Set(names.flatMap((name) => sampleOf(name) ?? []))];
    const mayMake = listener.hasCertificate !== true && (await unmade()) !== null;
    const asked = mayMake ? await withFiles(names) : all;
    const left = all.filter((host) => !asked.includes(host));
    const { address, port } = { ...listener, address: reachable(listener.address) };
    const until = performance.now() + limits.doctorIssueMs;
    const shake = async (host: string) => ({
      host,
      hand: await askAgain(
        () => options.shakeHands({ address, port, host }),
        (answer) => answer.ok || !answer.isCutOff,
        { forMs: until - performance.now(), pauseMs: limits.doctorIssuePauseMs },
      ),
    });
    const [first, ...others] = asked.slice(0, limits.maxDoctorHosts);
    if (first === undefined) return { listener, hands: [], left };
    // Alone: what makes certificates is loaded for it, which takes the longest.
    const begun = await shake(first);
    const hands = [begun, ...(await pooled(others, limits.doctorHostsAtOnce, shake))];
    return { listener, hands, left };
  });
  const certificates = once(async () => await (instance?.certificates() ?? noInstance()));
  const unmade = once(async (): Promise<Unmade | null> => {
    const { authority, problems } = await certificates();
    if (authority !== null) return authority.isOutgrown ? 'outgrown' : null;
    // One that is damaged is never made anew.
    return problems.some(({ kind }) => kind === 'authority') ? null : 'absent';
  });
  /** Hosts that have a certificate from files. */
  const withFiles = async (names: readonly string[]): Promise<readonly string[]> => {
    const files = (await certificates()).hosts.filter(({ by }) => by === 'files');
    const have = new Set(files.map(({ host }) => host));
    const others = new Set(names.filter((name) => !have.has(name)));
    return names.flatMap((name) => {
      const host = have.has(name) ? sampleOf(name) : null;
      return host === null || others.has(host) ? [] : [host];
    });
  };
  const keyMode = once(async () => {
    const facts = await stat(authorityPlace(options.directories.data).key).catch(() => null);
    return facts === null ? null : facts.mode & 0o777;
  });
  const needed = once(async () => {
    if (instance !== null) return (await certificates()).needed;
    const { suffixes, certificates: settings } = (await configuration()).config;
    return neededNames(suffixes, settings.names);
  });
  const inUse = async (): Promise<Pick<Config, 'suffixes' | 'sharedSuffixes'>> =>
    instance === null ? (await configuration()).config : await status();
  const suffixes = once(async () => (await inUse()).suffixes);
  const status = once(async () => await (instance?.status() ?? noInstance()));
  const store = once(async () => await options.reachStore((await configuration()).config));
  return {
    machine,
    directories: options.directories,
    instance,
    away: options.away,
    program: options.program,
    served: options.served,
    status,
    hosts,
    containers: once(async () => await (instance?.containers() ?? noInstance())),
    configuration,
    store,
    storeAnswers: once(async () => {
      const reachable = await store();
      if (reachable === null) throw new Error('nobody serves the store');
      return await options.askStore(reachable);
    }),
    unmade,
    handshakes,
    keyMode,
    needed,
    names: once(async () => {
      if (instance !== null) {
        const { suffixes, sharedSuffixes, dns } = await status();
        const frontends = (await hosts()).map(({ name }) => name);
        return await options.lookAtNames({ suffixes, sharedSuffixes, dns, frontends });
      }
      const { suffixes, sharedSuffixes, names: settings } = (await configuration()).config;
      const { dnsPort: port } = settings;
      const dns = port === null || port === 0 ? null : { address: '127.0.0.1', port };
      return await options.lookAtNames({ suffixes, sharedSuffixes, dns, frontends: null });
    }),
    trust: once(async () => {
      // Without them, what is asked of everybody is asked all the same.
      return await options.lookAtTrust(await needed().catch(() => []));
    }),
    suffixes,
    sharedSuffixes: once(async () => (await inUse()).sharedSuffixes),
    hostsFile: once(() => machine.readText(machine.files.hosts)),
    resolved: (host) => {
      const known = resolved.get(host);
      if (known !== undefined) return known;
      const asked = resolve(machine, host);
      resolved.set(host, asked);
      return asked;
    },
  };
}

/** A resolver that asks servers which are not there takes longer than anybody waits. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${limits.doctorAnswerMs / 1000} s`)),
      limits.doctorAnswerMs,
    );
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

async function resolve(machine: Machine, host: string): Promise<Resolved> {
  const errors: string[] = [];
  const ask = async (family: 4 | 6): Promise<readonly string[]> => {
    try {
      return await inTime(machine.lookup(host, family));
    } catch (error) {
      errors.push(error instanceof Error && 'code' in error ? String(error.code) : reasonOf(error));
      return [];
    }
  };
  const [v4, v6] = await Promise.all([ask(4), ask(6)]);
  return { host, v4, v6, error: v4.length + v6.length > 0 ? null : (errors[0] ?? 'ENOTFOUND') };
}
