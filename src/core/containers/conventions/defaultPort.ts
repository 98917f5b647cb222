import { parsePort } from '../../../shared/config/address.ts';
import { limits } from '../../../shared/limits.ts';
import type { Container, ContainerPort } from '../../../shared/model/container.ts';

/** Where web servers listen, the most usual first. */
const webPorts = [80, 8080, 3000, 8000, 5000, 5173, 4200, 8888];
const tlsPorts = [443, 8443];

/**
 * The port that a mapping without one takes: `berth.port`; else the only port that the container exposes or publishes;
 * else the only one that it publishes; else the most usual of web servers', a published one first. Null where there is
 * no telling.
 */
export function defaultPort(container: Container): number | null {
  const said = container.labels.get('berth.port');
  if (said !== undefined && said.length <= limits.maxLabelChars) {
    const port = parsePort(said.trim());
    if (port !== null) return port;
  }
  return likelyPort(container);
}

/** The same without labels. */
export function likelyPort({ ports }: Container): number | null {
  const published = ports.filter((port) => port.published.length > 0);
  return onlyOf(ports) ?? onlyOf(published) ?? usualOf(published) ?? usualOf(ports);
}

/** `https` for the ports that are nobody's but TLS'. */
export const schemeOf = (port: number | null): 'http' | 'https' =>
  port !== null && tlsPorts.includes(port) ? 'https' : 'http';

const onlyOf = (ports: readonly ContainerPort[]): number | null =>
  ports.length === 1 ? (ports[0]?.port ?? null) : null;

const usualOf = (ports: readonly ContainerPort[]): number | null =>
  webPorts.find((usual) => ports.some(({ port }) => port === usual)) ?? null;
