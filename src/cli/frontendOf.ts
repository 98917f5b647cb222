import { lookupNames } from '../shared/model/hostname.ts';

/** The frontend that a request for a host gets, as its name says; null when no one matches. */
export function frontendOf<Host extends { readonly name: string }>(
  host: string,
  hosts: readonly Host[],
): Host | null {
  const byName = new Map(hosts.map((one) => [one.name, one]));
  for (const name of lookupNames(host)) {
    const found = byName.get(name);
    if (found !== undefined) return found;
  }
  return null;
}

/** Whether browsers take a name for this machine without any set-up. */
const isLocalName = (name: string): boolean =>
  name === '*' || name === 'localhost' || name.endsWith('.localhost');

/** What a name that was given needs before a browser finds it; null where that is nothing. */
export function nameAdvice(name: string): string | null {
  if (isLocalName(name)) return null;
  return /^[^.*]+$/.test(name)
    ? `A browser does not find ${name} by itself; it would find ${name}.localhost.`
    : `A browser finds ${name} when the name leads to this machine; names under .localhost always do.`;
}
