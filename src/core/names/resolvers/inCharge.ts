import type { NameService } from '../nameServices/nsswitch.ts';
import type { Resolver } from './resolver.ts';

/** What tells which resolver a machine asks. */
export interface ResolverFacts {
  readonly platform: NodeJS.Platform;
  /** Text of /etc/resolv.conf, and where its link leads; null where there is none. */
  readonly resolvConf: { readonly text: string; readonly target: string } | null;
  /** Of the `hosts` line of nsswitch.conf. */
  readonly services: readonly NameService[];
  /** Texts of NetworkManager's configuration, the one that counts last. */
  readonly networkManager: readonly string[];
  /** Texts that may name the directory which dnsmasq reads; null where it is not installed. */
  readonly dnsmasq: readonly string[] | null;
  /** Who listens on port 53 of a loopback address; null where that is not known. */
  readonly listener: string | null;
  /** Null where there is no systemd-resolved. */
  readonly systemdVersion: number | null;
  /** Servers that systemd-resolved has for everything, beside ours. */
  readonly globalServers: readonly string[];
}

/** From which version on a server may have a port. */
const portVersion = 246;
const delegateVersion = 258;

/** Decides which resolver is in charge, and whether it can be told to ask us. */
export function resolverInCharge(facts: ResolverFacts): Resolver {
  switch (facts.platform) {
    case 'darwin':
      return {
        id: 'macos',
        title: 'macOS',
        evidence: 'macOS reads /etc/resolver, a file for each domain.',
        problem: null,
      };
    case 'win32':
      return {
        id: 'windows',
        title: 'Windows (NRPT)',
        evidence: 'Windows has a table of rules for domains.',
        problem: null,
      };
    case 'linux':
      return onLinux(facts);
    default:
      return none('no way is known on this system', 'This system is not known here.');
  }
}

const none = (problem: string, evidence: string): Resolver => ({
  id: 'none',
  title: 'none that can be told',
  evidence,
  problem: `${problem}: the hosts file is the way`,
});

function onLinux(facts: ResolverFacts): Resolver {
  const servers = nameservers(facts.resolvConf?.text ?? '');
  const isStub = servers.some((server) => /^127\.0\.0\.5[34]$/.test(server));
  const hasModule = facts.services.some(({ name }) => name === 'resolve');
  if (isStub || (hasModule && facts.systemdVersion !== null)) {
    return systemdResolved(
      facts,
      isStub
        ? `/etc/resolv.conf names its address ${servers[0]}.`
        : 'The module "resolve" stands in /etc/nsswitch.conf.',
    );
  }
  const [first] = servers;
  if (first === undefined || !/^(127\.|::1$)/.test(first)) {
    const who = first === undefined ? 'no server' : `the server ${first}`;
    return none(
      'a resolv.conf can name neither a port nor a domain',
      `/etc/resolv.conf names ${who}, and programs ask it directly.`,
    );
  }
  if (usesDnsmasq(facts.networkManager)) {
    return {
      id: 'networkmanager',
      title: "NetworkManager's dnsmasq",
      evidence: `/etc/resolv.conf names ${first}, and NetworkManager is set to dns=dnsmasq.`,
      problem: null,
    };
  }
  const isDnsmasq = facts.dnsmasq !== null && (facts.listener ?? 'dnsmasq') === 'dnsmasq';
  if (!isDnsmasq) {
    const who = facts.listener ?? 'a program that is not known';
    return none(
      `how ${who} is told of a domain is not known here`,
      `/etc/resolv.conf names ${first}, where ${who} listens.`,
    );
  }
  return {
    id: 'dnsmasq',
    title: 'dnsmasq',
    evidence: `/etc/resolv.conf names ${first}, where dnsmasq listens.`,
    problem: readsDirectory(facts.dnsmasq ?? [])
      ? null
      : 'dnsmasq does not read /etc/dnsmasq.d: add "conf-dir=/etc/dnsmasq.d/,*.conf" to /etc/dnsmasq.conf',
  };
}

function systemdResolved(
  { systemdVersion, globalServers }: ResolverFacts,
  evidence: string,
): Resolver {
  const resolver = { id: 'systemd-resolved', title: 'systemd-resolved', evidence } as const;
  if (systemdVersion !== null && systemdVersion < portVersion) {
    return {
      ...resolver,
      problem: `systemd ${systemdVersion} cannot name a port: it takes ${portVersion} or later, or the hosts file`,
    };
  }
  const isDelegate = systemdVersion !== null && systemdVersion >= delegateVersion;
  if (!isDelegate && globalServers.length > 0) {
    return {
      ...resolver,
      // It asks any of them for anything, and ours refuses what is not ours.
      problem: `systemd-resolved has servers for everything (${globalServers.join(' ')}) and would mix ours with them: give those to an interface instead, or use the hosts file`,
    };
  }
  return { ...resolver, problem: null };
}

/** Addresses of the `nameserver` lines. */
export const nameservers = (text: string): readonly string[] =>
  [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, address]) => address ?? '');

/** Whether the last `dns=` of its section [main] says dnsmasq. */
function usesDnsmasq(texts: readonly string[]): boolean {
  let value = '';
  for (const text of texts) {
    let section = '';
    for (const line of text.split(/\r?\n/)) {
      section = /^\s*\[([^\]]*)\]/.exec(line)?.[1] ?? section;
      const found = /^\s*dns\s*=\s*(\S*)/.exec(line);
      if (found !== null && section === 'main') value = found[1] ?? '';
    }
  }
  return value === 'dnsmasq';
}

const readsDirectory = (texts: readonly string[]): boolean =>
  texts.some((text) => /^\s*(?:conf-dir|CONFIG_DIR)\s*=\s*"?\/etc\/dnsmasq\.d\b/m.test(text));
