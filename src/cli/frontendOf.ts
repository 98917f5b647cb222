import { lookupSteps } from '../shared/model/lookup.ts';
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

/**
 * What a name that was given needs before a browser finds it; null where that is nothing.
 *
 * @param suffix the first of the instance: under it the window puts a single word
 * @param also further names of the same host
 */
export function nameAdvice(
  name: string,
  suffix: string | undefined,
  also: readonly string[],
): string | null {
  if (isLocalName(name)) return null;
  const found = also.find(isLocalName);
  if (found !== undefined) {
    return `A browser finds ${name} when the name leads to this machine; as ${found} it always finds it.`;
  }
  return isSingleWord(name)
    ? `${name} is kept as it is written, and no browser finds it by itself; for the name that the window gives it, write ${name}.${suffix ?? 'localhost'}.`
    : `A browser finds ${name} when the name leads to this machine; names under .localhost always do.`;
}
