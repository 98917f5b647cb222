import { limits } from '../../../shared/limits.ts';
import type { Container, WantedHost } from '../../../shared/model/container.ts';
import { parseTree, type Tree } from '../../transfer/tree.ts';
import { Asked, type AskedPort } from './asked.ts';
import { type Problems, quoted } from './problems.ts';
import { listOf, readPort, readText } from './read.ts';

/** Where nginx-proxy goes when it is told nothing, and not exactly one port is exposed. */
const standardPort = 80;

/**
 * nginx-proxy: `VIRTUAL_HOST` is a list with commas, `VIRTUAL_PORT` the port of all of them (else the only one that is
 * exposed, else 80), `VIRTUAL_PROTO` how the container is spoken to; `VIRTUAL_HOST_MULTIPORTS`, a YAML or JSON document
 * `host: {path: {port}}`, takes the place of the first two
 * (https://github.com/nginx-proxy/nginx-proxy/tree/main/docs#virtual-hosts-and-ports). `host:port` and `.host`, which is
 * the host and all below it, are what forks for development read (https://github.com/codekitchen/dinghy-http-proxy).
 */
export function readNginxProxy(container: Container, problems: Problems): readonly WantedHost[] {
  const { environment } = container;
  const multiports = readText(environment, 'VIRTUAL_HOST_MULTIPORTS', problems) ?? '';
  const hosts = readText(environment, 'VIRTUAL_HOST', problems) ?? '';
  if (multiports === '' && hosts === '') return [];
  const scheme = schemeOf(container, problems);
  if (scheme === null) return [];
  const asked = new Asked(container, 'nginx-proxy', problems);
  if (multiports === '') readHosts(container, hosts, scheme, { asked, problems });
  else readMultiports(container, multiports, scheme, { asked, problems });
  return asked.finish();
}

interface Into {
  readonly asked: Asked;
  readonly problems: Problems;
}

function readHosts(
  { ports, environment }: Container,
  text: string,
  scheme: AskedPort['scheme'],
  { asked, problems }: Into,
): void {
  const key = 'VIRTUAL_HOST';
  const portKey = 'VIRTUAL_PORT';
  const portText = readText(environment, portKey, problems) || null;
  const said = readPort(portText, portKey, problems);
  const fallback = said === undefined ? onlyPort({ ports }) : said;
  const path = readText(environment, 'VIRTUAL_PATH', problems) || '/';
  if (path !== '/') {
    problems.add(
      `VIRTUAL_PATH=${quoted(path)} is not looked at: all requests for its hosts are meant`,
    );
  }
  for (const entry of listOf(text)) {
    const [, host = entry, own] = /^([^~]*[^~:]):(\d{1,5})$/.exec(entry) ?? [];
    const port = own === undefined ? fallback : (readPort(own, key, problems) ?? null);
    const into = { port, scheme, key: portKey, isTold: true };
    for (const name of namesOf(host, key, problems)) asked.host(name, key, into, path !== '/');
  }
}

function readMultiports(
  container: Container,
  text: string,
  scheme: AskedPort['scheme'],
  { asked, problems }: Into,
): void {
  const key = 'VIRTUAL_HOST_MULTIPORTS';
  const parsed = parseTree(text);
  if (!parsed.ok) {
    const line = parsed.line === null ? '' : `line ${parsed.line}: `;
    problems.add(`${key}: ${line}${parsed.problem}`);
    return;
  }
  if (parsed.tree.kind !== 'map') {
    problems.add(
      `${key}: it is not a list of hosts with paths and ports, as app.test: {/: {port: 80}}`,
    );
    return;
  }
  for (const { key: host, value } of parsed.tree.entries.slice(0, limits.maxContainerLabels)) {
    const { port, path, others } = pathOf(container, host, value, problems);
    if (path !== '/' || others > 0) {
      const lost = path === '/' ? `${others} more of its paths are` : `${quoted(path)} is`;
      problems.add(
        `${key}: ${lost} not looked at: all requests for ${quoted(host)} go to one port`,
      );
    }
    const into = { port, scheme, key, isTold: true };
    for (const name of namesOf(host, key, problems)) asked.host(name, key, into, path !== '/');
  }
}

/** Of a host's paths the one that counts: `/`, else the first. */
function pathOf(
  container: Container,
  host: string,
  tree: Tree,
  problems: Problems,
): { readonly port: number | null; readonly path: string; readonly others: number } {
  const paths = tree.kind === 'map' ? tree.entries : [];
  if (tree.kind === 'list' || (tree.kind === 'scalar' && tree.value !== null)) {
    problems.add(
      `VIRTUAL_HOST_MULTIPORTS: ${quoted(host)} has no paths, as app.test: {/: {port: 80}}`,
    );
    return { port: null, path: '/', others: 0 };
  }
  const chosen = paths.find(({ key }) => key === '/') ?? paths[0];
  const others = Math.max(0, paths.length - 1);
  const said = chosen?.value.kind === 'map' ? chosen.value.entries : [];
  const port = said.findLast(({ key }) => key === 'port')?.value;
  const text = port?.kind === 'scalar' && port.value !== null ? String(port.value) : null;
  const isNothing = port === undefined || (port.kind === 'scalar' && port.value === null);
  const read = readPort(isNothing ? null : (text ?? 'a list'), 'VIRTUAL_HOST_MULTIPORTS', problems);
  return {
    port: read === undefined ? onlyPort(container) : read,
    path: chosen?.key ?? '/',
    others,
  };
}

/** Names that nginx would take for this one; patterns that Berth has not are told. */
function namesOf(host: string, key: string, problems: Problems): readonly string[] {
  if (host.startsWith('.')) return [host.slice(1), `*${host}`];
  if (host.startsWith('~') || host.endsWith('.*')) {
    const what = host.startsWith('~') ? 'a regular expression' : 'open at its end';
    problems.add(`${key}: ${quoted(host)} is ${what}, which is not followed; name each host`);
    return [];
  }
  return [host];
}

const onlyPort = ({ ports }: Pick<Container, 'ports'>): number =>
  (ports.length === 1 ? ports[0]?.port : undefined) ?? standardPort;

function schemeOf({ environment }: Container, problems: Problems): AskedPort['scheme'] | null {
  const text = (readText(environment, 'VIRTUAL_PROTO', problems) ?? '').toLowerCase();
  if (text === '' || text === 'http') return 'http';
  if (text === 'https') return 'https';
  problems.add(`VIRTUAL_PROTO=${quoted(text)} is not spoken: http and https are`);
  return null;
}
