import type { Container, WantedHost } from '../../../shared/model/container.ts';
import { Asked, type AskedPort } from './asked.ts';
import { type Problems, quoted, shownKey } from './problems.ts';
import { isReadable, readBoolean, readPort, readText } from './read.ts';
import { parseOldRule, parseRule, type RuleParse } from './traefikRule.ts';

/** Names of routers, services and segments have no dots; labels are read without regard to case. */
type Labels = ReadonlyMap<string, string>;

interface Service {
  readonly port: string | null;
  readonly scheme: string | null;
  /** A server elsewhere, which is not this container. */
  readonly url: string | null;
}

/** A router of Traefik 2 and 3, or a frontend of Traefik 1. */
interface Router {
  readonly key: string;
  readonly rule: RuleParse;
  readonly port: AskedPort | null;
}

/**
 * Traefik 2 and 3: `traefik.http.routers.<r>.rule` names hosts, `.service` one of the container's services, and
 * `traefik.http.services.<s>.loadbalancer.server.port` and `.scheme` its server; a container with one service needs no
 * `.service` (https://doc.traefik.io/traefik/reference/routing-configuration/other-providers/docker/,
 * https://doc.traefik.io/traefik/routing/providers/service-by-label/). Without a port it is the lowest that is exposed
 * (https://doc.traefik.io/traefik/providers/docker/#port-detection). Traefik 1: `traefik.frontend.rule`, `traefik.port`
 * and `traefik.protocol`, or the same for each segment, `traefik.<segment>.frontend.rule`
 * (https://doc.traefik.io/traefik/v1.7/configuration/backends/docker/). `traefik.enable=false` ends all of it. TLS is not
 * looked at: Berth serves a host by HTTP and by HTTPS.
 */
export function readTraefik(container: Container, problems: Problems): readonly WantedHost[] {
  const labels = traefikLabels(container, problems);
  if (labels.size === 0 || isOff(labels, problems)) return [];
  const asked = new Asked(container, 'traefik', problems);
  for (const router of routersOf(container, labels, problems)) follow(router, asked, problems);
  return asked.finish();
}

function traefikLabels({ labels }: Container, problems: Problems): Labels {
  const found = new Map<string, string>();
  for (const [key, text] of labels) {
    if (!/^traefik\./i.test(key)) continue;
    if (isReadable(key, problems)) found.set(key.toLowerCase(), text);
  }
  return found;
}

function isOff(labels: Labels, problems: Problems): boolean {
  const text = readText(labels, 'traefik.enable', problems);
  if (text === null) return false;
  const enable = readBoolean(text);
  if (enable === null) problems.add(`traefik.enable: ${quoted(text)} is neither true nor false`);
  return enable !== true;
}

function* routersOf(
  container: Container,
  labels: Labels,
  problems: Problems,
): Generator<Router, void> {
  const services = servicesOf(labels, problems);
  for (const key of labels.keys()) {
    const name = /^traefik\.http\.routers\.([^.]+)\.rule$/.exec(key)?.[1];
    const text = name === undefined ? null : readText(labels, key, problems);
    if (name === undefined || text === null) continue;
    const wanted = readText(labels, `traefik.http.routers.${name}.service`, problems);
    const port = serviceOf(container, { name, key, wanted }, services, problems);
    yield { key, rule: parseRule(text), port };
  }
  for (const key of labels.keys()) {
    const segment = /^traefik\.(?:([^.]+)\.)?frontend\.rule$/.exec(key);
    const text = segment === null ? null : readText(labels, key, problems);
    if (segment === null || text === null) continue;
    yield { key, rule: parseOldRule(text), port: oldPort(container, labels, segment[1], problems) };
  }
}

function follow({ key, rule, port }: Router, asked: Asked, problems: Problems): void {
  const shown = shownKey(key);
  if (!rule.ok) {
    problems.add(`${shown}: ${rule.problem}`);
    return;
  }
  const { hosts, others } = rule.rule;
  if (others === 'pattern') {
    problems.add(`${shown}: the hosts of HostRegexp are not known; name each with Host`);
  } else if (others === 'any') {
    problems.add(
      hosts.size === 0
        ? `${shown} names no host`
        : `${shown} holds for other hosts, too: only those that it names are taken`,
    );
  }
  if (port === null) return;
  for (const [host, conditions] of hosts) {
    const isPartial = conditions.size > 0;
    if (isPartial) problems.add(`${shown}: ${notLookedAt(host, conditions)}`);
    asked.host(host, key, port, isPartial);
  }
}

function notLookedAt(host: string, conditions: ReadonlySet<string>): string {
  const names = [...conditions].slice(0, 4).map((name) => name.slice(0, 20));
  return `${names.join(', ')} is not looked at, so all requests for ${quoted(host)} are meant`;
}

function servicesOf(labels: Labels, problems: Problems): ReadonlyMap<string, Service> {
  const services = new Map<string, Service>();
  for (const key of labels.keys()) {
    const name = /^traefik\.http\.services\.([^.]+)\./.exec(key)?.[1];
    if (name === undefined || services.has(name)) continue;
    const server = `traefik.http.services.${name}.loadbalancer.server`;
    services.set(name, {
      port: readText(labels, `${server}.port`, problems),
      scheme: readText(labels, `${server}.scheme`, problems),
      url: readText(labels, `${server}.url`, problems),
    });
  }
  return services;
}

/** The server of a router; null where it is not this container's, which is told. */
function serviceOf(
  container: Container,
  router: { readonly name: string; readonly key: string; readonly wanted: string | null },
  services: ReadonlyMap<string, Service>,
  problems: Problems,
): AskedPort | null {
  const shown = shownKey(router.key);
  const [only] = services.keys();
  if (router.wanted === null && services.size > 1) {
    problems.add(`${shown}: it has several services, and the router says with which it goes`);
    return null;
  }
  const name = (router.wanted?.replace(/@docker$/i, '') ?? only ?? router.name).toLowerCase();
  const service = services.get(name);
  if (service === undefined && router.wanted !== null) {
    problems.add(`${shown}: its service ${quoted(router.wanted)} is not one of this container`);
    return null;
  }
  const key = `traefik.http.services.${name}.loadbalancer.server.port`;
  if (service === undefined) return portOf(container, key, null, null, problems);
  if (service.url !== null) {
    problems.add(`${shown}: its service is at ${quoted(service.url)}, which is not followed`);
    return null;
  }
  return portOf(container, key, service.port, service.scheme, problems);
}

function oldPort(
  container: Container,
  labels: Labels,
  segment: string | undefined,
  problems: Problems,
): AskedPort | null {
  const keys = (what: string): readonly string[] =>
    segment === undefined ? [`traefik.${what}`] : [`traefik.${segment}.${what}`, `traefik.${what}`];
  const portKey = keys('port').find((key) => labels.has(key)) ?? 'traefik.port';
  const protocolKey = keys('protocol').find((key) => labels.has(key)) ?? 'traefik.protocol';
  const port = readText(labels, portKey, problems);
  return portOf(container, portKey, port, readText(labels, protocolKey, problems), problems);
}

/** Null for a scheme that is not spoken, which is told. */
function portOf(
  container: Container,
  key: string,
  port: string | null,
  scheme: string | null,
  problems: Problems,
): AskedPort | null {
  const spoken = (scheme ?? 'http').toLowerCase();
  if (spoken !== 'http' && spoken !== 'https') {
    problems.add(`${shownKey(key)}: its server speaks ${quoted(spoken)}, not http or https`);
    return null;
  }
  const said = readPort(port, key, problems);
  if (said !== undefined) return { port: said, scheme: spoken, key: shownKey(key), isTold: true };
  const lowest = container.ports.reduce<number | null>(
    (least, exposed) => (least === null || exposed.port < least ? exposed.port : least),
    null,
  );
  return { port: lowest, scheme: spoken, key: shownKey(key), isTold: false };
}
