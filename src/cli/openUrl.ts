import type { ListenerStatus } from '../shared/contract/instance.ts';
import { lookupNames } from '../shared/model/hostname.ts';

/**
 * The address under which a browser of this machine gets to a frontend; null where the instance has no listener. Plain
 * HTTP goes before HTTPS, unless plain HTTP would only redirect. A wildcard gets a name that it matches.
 */
export function openUrl(
  name: string,
  listeners: readonly ListenerStatus[],
  redirectsToHttps: boolean,
): string | null {
  const listener =
    listeners.find(({ secure }) => secure === redirectsToHttps) ??
    listeners.find(({ secure }) => secure !== redirectsToHttps);
  if (listener === undefined) return null;
  const { secure, port } = listener;
  const host = name === '*' ? 'any.localhost' : name.replace(/^\*/, 'any');
  const standard = secure ? 443 : 80;
  return `${secure ? 'https' : 'http'}://${host}${port === standard ? '' : `:${port}`}/`;
}

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
