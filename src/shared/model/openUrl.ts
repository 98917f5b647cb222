import type { ListenerStatus } from '../contract/instance.ts';

/**
 * The address under which a browser of this machine gets to a frontend; null where the instance has no listener. Plain
 * HTTP goes before HTTPS, unless plain HTTP would only redirect, or a listener is preferred. A wildcard gets a name that it matches.
 */
export function openUrl(
  name: string,
  listeners: readonly ListenerStatus[],
  redirectsToHttps: boolean,
): string | null {
  const listener =
    listeners.find(({ preferred }) => preferred === true) ??
    listeners.find(({ secure }) => secure === redirectsToHttps) ??
    listeners.find(({ secure }) => secure !== redirectsToHttps);
  if (listener === undefined) return null;
  const { secure, port } = listener;
  const host = sampleName(name);
  const standard = secure ? 443 : 80;
  return `${secure ? 'https' : 'http'}://${host}${port === standard ? '' : `:${port}`}/`;
}

/** A name that a frontend answers: its own, or for a wildcard one that it matches. */
export const sampleName = (name: string): string =>
  name === '*' ? 'any.localhost' : name.replace(/^\*/, 'any');
