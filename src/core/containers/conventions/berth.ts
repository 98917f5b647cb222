import { limits } from '../../../shared/limits.ts';
import type { Container, WantedHost } from '../../../shared/model/container.ts';
import { Asked, type AskedPort } from './asked.ts';
import { likelyPort, schemeOf } from './defaultPort.ts';
import { type Problems, quoted, shownKey } from './problems.ts';
import { isReadable, listOf, readBoolean, readPort, readText } from './read.ts';

/** What the labels of ours say beside hosts. */
export interface BerthLabels {
  /** False: nothing of this container counts, by whichever convention; true: it gets a name where it asks for none. */
  readonly enable: boolean | null;
  readonly wants: readonly WantedHost[];
  /** For a host that names no port of its own. */
  readonly port: AskedPort;
}

const prefix = 'berth.';
const numbered = /^berth\.(host|port|scheme)(?:\.(\d{1,4}))?$/;

/** Whether `berth.enable` keeps a container away, which holds when labels are not followed, too. */
export const isDisabled = ({ labels }: Container): boolean => {
  const text = labels.get('berth.enable');
  return (
    text !== undefined && text.length <= limits.maxLabelChars && readBoolean(text.trim()) === false
  );
};

/**
 * Labels of our own, as docs/CONTAINERS.md has them: `berth.host` is a list with commas, `berth.port` and
 * `berth.scheme` go with it; `berth.host.1`, `berth.port.1` and `berth.scheme.1` are one more such group, and so on.
 * What a numbered group does not say, it takes from the plain one.
 */
export function readBerth(container: Container, problems: Problems): BerthLabels {
  const { labels } = container;
  const asked = new Asked(container, 'berth', problems);
  const groups = new Set<string>(['']);
  for (const key of labels.keys()) {
    if (!key.startsWith(prefix) || key === 'berth.enable' || !isReadable(key, problems)) continue;
    const group = numbered.exec(key);
    if (group === null) {
      problems.add(
        `${shownKey(key)} is none of berth.host, berth.port, berth.scheme (or with a number, as berth.host.1) and berth.enable`,
      );
    } else groups.add(group[2] ?? '');
  }
  const plain = portOf(container, '', null, problems);
  for (const group of [...groups].sort((a, b) => Number(a) - Number(b))) {
    const key = group === '' ? 'berth.host' : `berth.host.${group}`;
    const hosts = readText(labels, key, problems);
    if (hosts === null) {
      if (group !== '' && !labels.has(key)) {
        problems.add(`berth.port.${group} and berth.scheme.${group} say nothing without ${key}`);
      }
      continue;
    }
    const names = listOf(hosts);
    if (names.length === 0) problems.add(`${key} is empty`);
    const port = group === '' ? plain : portOf(container, `.${group}`, plain, problems);
    for (const name of names) asked.host(name, key, port);
  }
  return { enable: readEnable(container, problems), wants: asked.finish(), port: plain };
}

/** @param plain what holds where this group says nothing; null for the plain one itself */
function portOf(
  container: Container,
  group: string,
  plain: AskedPort | null,
  problems: Problems,
): AskedPort {
  const { labels } = container;
  const key = `berth.port${group}`;
  const said = readPort(readText(labels, key, problems), key, problems);
  const isTold = said === null || (said === undefined && plain !== null && plain.isTold);
  const port = said === undefined ? (plain === null ? likelyPort(container) : plain.port) : said;
  const schemeKey = `berth.scheme${group}`;
  const scheme = readText(labels, schemeKey, problems)?.toLowerCase() ?? null;
  if (scheme === 'http' || scheme === 'https') return { port, scheme, key, isTold };
  if (scheme !== null) problems.add(`${schemeKey}: ${quoted(scheme)} is neither http nor https`);
  const standard = plain !== null && said === undefined ? plain.scheme : schemeOf(port);
  return { port, scheme: standard, key, isTold };
}

function readEnable({ labels }: Container, problems: Problems): boolean | null {
  const text = readText(labels, 'berth.enable', problems);
  if (text === null) return null;
  const enable = readBoolean(text);
  if (enable === null) problems.add(`berth.enable: ${quoted(text)} is neither true nor false`);
  return enable;
}
