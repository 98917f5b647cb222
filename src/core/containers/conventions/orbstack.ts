import type { Container, WantedHost } from '../../../shared/model/container.ts';
import { Asked, type AskedPort } from './asked.ts';
import { likelyPort, schemeOf } from './defaultPort.ts';
import type { Problems } from './problems.ts';
import { listOf, readPort, readText } from './read.ts';

const domainsKey = 'dev.orbstack.domains';
const httpKey = 'dev.orbstack.http-port';
const httpsKey = 'dev.orbstack.https-port';

/**
 * OrbStack: `dev.orbstack.domains` is a list with commas, `http-port` says where plain HTTP is and `https-port` where
 * HTTPS is (https://docs.orbstack.dev/docker/labels). OrbStack looks for a web server where neither is said; here the
 * default port stands for that.
 */
export function readOrbStack(container: Container, problems: Problems): readonly WantedHost[] {
  const { labels } = container;
  const domains = readText(labels, domainsKey, problems);
  if (domains === null) return [];
  const asked = new Asked(container, 'orbstack', problems);
  const port = portOf(container, problems);
  for (const domain of listOf(domains)) asked.host(domain, domainsKey, port);
  return asked.finish();
}

function portOf(container: Container, problems: Problems): AskedPort {
  const { labels } = container;
  const http = readPort(readText(labels, httpKey, problems), httpKey, problems);
  if (http !== undefined) return { port: http, scheme: 'http', key: httpKey, isTold: true };
  const https = readPort(readText(labels, httpsKey, problems), httpsKey, problems);
  if (https !== undefined) return { port: https, scheme: 'https', key: httpsKey, isTold: true };
  const port = likelyPort(container);
  return { port, scheme: schemeOf(port), key: httpKey, isTold: false };
}
