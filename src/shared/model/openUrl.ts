import type { ListenerStatus } from '../contract/instance.ts';

/**
 * The address under which a browser of this machine gets to a frontend; null where the instance has no listener. Plain
 * HTTP goes before HTTPS, unless plain HTTP would only redirect, or the certificate was shown to be trusted here. A
 * wildcard gets a name that it matches.
 *
 * @param hasOwnCertificate the frontend brings one, of which nothing was shown
 */
export function openUrl(
  name: string,
  listeners: readonly ListenerStatus[],
  redirectsToHttps: boolean,
  hasOwnCertificate = false,
): string | null {
  const host = sampleName(name);
  const isTrusted = ({ trustedFor = [] }: ListenerStatus): boolean =>
    !hasOwnCertificate &&
    trustedFor.some((domain) => host === domain || host.endsWith(`.${domain}`));
  const listener =
    listeners.find(isTrusted) ??
    listeners.find(({ secure }) => secure === redirectsToHttps) ??
    listeners.find(({ secure }) => secure !== redirectsToHttps);
  if (listener === undefined) return null;
  const { secure, port } = listener;
  const standard = secure ? 443 : 80;
  return `${secure ? 'https' : 'http'}://${host}${port === standard ? '' : `:${port}`}/`;
}

/** A name that a frontend answers: its own, or for a wildcard one that it matches. */
export const sampleName = (name: string): string =>
  name === '*' ? 'any.localhost' : name.replace(/^\*/, 'any');
