import { limits } from '../../../shared/limits.ts';
import { parseHost } from '../../../shared/model/hostname.ts';
import { underOtherSuffixes } from '../../../shared/model/lookup.ts';

export interface WantedInputs {
  readonly suffixes: readonly string[];
  /** Those under each of which one frontend answers. */
  readonly sharedSuffixes: readonly string[];
  /** Names of all frontends, `*.domain` and `*` among them: whoever may write to the store chooses them. */
  readonly frontends: Iterable<string>;
  /** Hosts of other domains that a person of this machine has asked for by name. */
  readonly agreed: Iterable<string>;
  /** Those of some names that lines of others in the file have: these stay as they are. */
  readonly takenOf: (names: ReadonlySet<string>) => ReadonlySet<string>;
}

export interface WantedNames {
  /** By their letters. */
  readonly names: readonly string[];
  /** Those of them that are there since a person has asked for them. */
  readonly agreed: readonly string[];
  /** Names that would be there, but for the lines of others that have them. */
  readonly taken: readonly string[];
  /** Wildcards, which no hosts file can say. */
  readonly wildcards: readonly string[];
  /** Hosts of other domains: nobody asked for them here. */
  readonly foreign: readonly string[];
  /** Names beyond `limits.maxHostsFileNames`. */
  readonly left: number;
}

/** Whether a host is one of a domain, or the domain itself. */
export const isUnder = (host: string, domain: string): boolean =>
  host === domain || host.endsWith(`.${domain}`);

/**
 * The hosts that the hosts file is to have: frontends, under each suffix, the welcome page, and what a person has asked for
 * by name. A store may be shared: nobody who writes to it can send any other name here. Where there are too many, what did
 * not come from the store is first, and then frontends keep their own names.
 */
export function wantedNames(inputs: WantedInputs): WantedNames {
  const { suffixes, sharedSuffixes, frontends, takenOf } = inputs;
  const asked = new Set(inputs.agreed);
  const welcome = suffixes.map((suffix) => `welcome.${suffix}`);
  const own = new Set(welcome);
  const wildcards: string[] = [];
  const others: string[] = [];
  for (const name of frontends) {
    if (name === '*' || name.startsWith('*.')) wildcards.push(name);
    else if (whyNever(name) !== null) continue;
    else if (suffixes.some((suffix) => isUnder(name, suffix))) own.add(name);
    else others.push(name);
  }
  const aliases = [...own].flatMap((name) => underOtherSuffixes(name, sharedSuffixes));
  const taken = takenOf(new Set([...own, ...aliases, ...others]));
  const isFree = (name: string): boolean => whyNever(name) === null && !taken.has(name);
  const agreed = others.filter((name) => asked.has(name) && isFree(name));
  const all = new Set([
    ...[...welcome, ...agreed].filter(isFree).sort(),
    ...[...own].filter(isFree).sort(),
    ...aliases.filter(isFree).sort(),
  ]);
  const names = [...all].slice(0, limits.maxHostsFileNames).sort();
  const kept = new Set(names);
  return {
    names,
    taken: [...new Set([...own, ...aliases, ...others.filter((name) => asked.has(name))])]
      .filter((name) => taken.has(name))
      .sort(),
    agreed: agreed.filter((name) => kept.has(name)).sort(),
    wildcards: wildcards.sort(),
    foreign: others.filter((name) => !asked.has(name) && isFree(name)).sort(),
    left: all.size - names.length,
  };
}

/** Why a name is never put into the hosts file, whoever asks for it, as half a sentence; null for one that may be. */
export function whyNever(name: string): string | null {
  const read = parseHost(name);
  if (!read.ok || read.host !== name || name.startsWith('[')) return 'is not the name of a host';
  if (!name.includes('.'))
    return 'has no dot: programs take such names for machines of the network';
  return /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(name) ? 'is a number, or an address' : null;
}
