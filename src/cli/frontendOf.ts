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
export const isLocalName = (name: string): boolean =>
  name === '*' || name === 'localhost' || name.endsWith('.localhost');
