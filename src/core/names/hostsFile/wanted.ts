import { limits } from '../../../shared/limits.ts';
import { parseHost } from '../../../shared/model/hostname.ts';

export interface WantedInputs {
  readonly suffixes: readonly string[];
  /** Names of all frontends, `*.domain` and `*` among them. */
  readonly frontends: Iterable<string>;
  /** Hosts that are wanted whatever their domain is. */
  readonly named: readonly string[];
}

export interface WantedNames {
  /** By their letters. */
  readonly names: readonly string[];
  /** Wildcards, which no hosts file can say. */
  readonly wildcards: readonly string[];
  /** Hosts of domains that others may own: nobody asked for them here. */
  readonly foreign: readonly string[];
  /** Names beyond `limits.maxHostsFileNames`. */
  readonly left: number;
}

/** Domains that nobody on the internet can own (RFC 2606, 6761, 6762, 8375, and ICANN's `internal`). */
const privateDomains = [
  'localhost',
  'test',
  'local',
  'internal',
  'example',
  'invalid',
  'home.arpa',
];

/** Whether a host is one of a domain, or the domain itself. */
export const isUnder = (host: string, domain: string): boolean =>
  host === domain || host.endsWith(`.${domain}`);

/** The hosts that the hosts file is to have: frontends and the welcome page, those of private domains only. */
export function wantedNames({ suffixes, frontends, named }: WantedInputs): WantedNames {
  const asked = new Set(named);
  const names = new Set(suffixes.map((suffix) => `welcome.${suffix}`));
  const wildcards: string[] = [];
  const foreign: string[] = [];
  const isPrivate = (host: string): boolean =>
    !host.includes('.') || [...suffixes, ...privateDomains].some((domain) => isUnder(host, domain));
  for (const name of frontends) {
    if (name === '*' || name.startsWith('*.')) wildcards.push(name);
    else if (!canStand(name)) continue;
    else if (isPrivate(name) || asked.has(name)) names.add(name);
    else foreign.push(name);
  }
  const all = [...names].filter(canStand).sort();
  return {
    names: all.slice(0, limits.maxHostsFileNames),
    wildcards: wildcards.sort(),
    foreign: foreign.sort(),
    left: Math.max(0, all.length - limits.maxHostsFileNames),
  };
}

/** A name of the store may be anything; `localhost` itself is the system's own. */
function canStand(name: string): boolean {
  const read = parseHost(name);
  return (
    read.ok &&
    read.host === name &&
    !name.includes(':') &&
    !/^[\d.]+$/.test(name) &&
    name !== 'localhost'
  );
}
