import { isIP } from 'node:net';
import { lookupSteps } from '../shared/model/lookup.ts';
import { shellWord } from '../shared/shellWord.ts';
import { isSingleWord } from './meantHost.ts';

/**
 * The frontend that a request for a host gets, as its name says; null when no one matches.
 *
 * @param shared suffixes under each of which one frontend answers
 */
export function frontendOf<Host extends { readonly name: string }>(
  host: string,
  hosts: readonly Host[],
  shared: readonly string[],
): Host | null {
  const byName = new Map(hosts.map((one) => [one.name, one]));
  for (const { name } of lookupSteps(host, shared)) {
    const found = byName.get(name);
    if (found !== undefined) return found;
  }
  return null;
}

/** Whether browsers take a name for this machine without any set-up. */
const isLocalName = (name: string): boolean =>
  name === '*' || name === 'localhost' || name.endsWith('.localhost');

export interface NameFacts {
  /** Of the instance; under the first one the window puts a single word. */
  readonly suffixes: readonly string[];
  /** Further names of the same host. */
  readonly also: readonly string[];
  /** Whether programs of this machine find a host, and find it here. */
  readonly leadsHere: (host: string) => Promise<boolean>;
}

/** What a name that was given needs before a browser finds it; null where that is nothing. */
export async function nameAdvice(
  name: string,
  { suffixes, also, leadsHere }: NameFacts,
): Promise<string | null> {
  if (isLocalName(name) || isIP(name) !== 0) return null;
  if (isSingleWord(name)) {
    const local = also.find(isLocalName);
    return `${name} is kept as it is written, and no browser finds it by itself; ${
      local === undefined
        ? `for the name that the window gives it, write ${name}.${suffixes[0] ?? 'localhost'}.`
        : `as ${local} it always finds it.`
    }`;
  }
  const isWildcard = name.startsWith('*.');
  if (await leadsHere(isWildcard ? `any${name.slice(1)}` : name)) return null;
  const domain = isWildcard ? name.slice(2) : name;
  const isOurs = suffixes.some((suffix) => domain === suffix || domain.endsWith(`.${suffix}`));
  const local = also.find(isLocalName);
  const meanwhile =
    local === undefined
      ? 'Names under .localhost need nothing.'
      : `As ${local} a browser always finds it.`;
  if (isOurs) {
    return `This machine does not find ${name} yet: "berth setup" has it do so. ${meanwhile}`;
  }
  return isWildcard
    ? `This machine does not find names below ${domain}, which is no suffix. To make it one: ${addSuffix(domain, suffixes)} && berth setup. ${meanwhile}`
    : `This machine does not find ${name} here: "berth names install ${name}" has it do so. ${meanwhile}`;
}

const addSuffix = (domain: string, suffixes: readonly string[]): string =>
  `berth config set suffixes ${shellWord(JSON.stringify([...suffixes, domain]))}`;
