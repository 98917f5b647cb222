import { basename } from 'node:path';
import { isIpv4, isIpv6 } from '../../shared/config/address.ts';
import { isRecord } from '../../shared/config/documented.ts';
import { isForBerth } from '../../shared/config/read.ts';
import { readPort } from './backendUrl.ts';
import { childOf, parseTree, plainOf, type Tree } from './tree.ts';
import type { Format } from './wanted.ts';

/** What a text is; `config` is a config.json of Hipache or Berth, which only says where frontends are. */
export type Detected = Format | 'config';

/**
 * Tells the format of a document by its content, or by a name that only one format has; null when it is none that is
 * known. What a few entries have wrong is for who reads them to say, with their lines.
 */
export function detectFormat(text: string, path = ''): Detected | null {
  if (/^\.localias\.ya?ml$/.test(basename(path))) return 'localias';
  const first = text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#'));
  if (first === undefined) return null;
  if (/(?:^|\s)rpush\s+\S*frontend:/i.test(first)) return 'hipache';
  const [address = '', name] = first.split(/\s+/);
  const bare = address.replace(/%[\w.-]+$/, '');
  if (name !== undefined && (isIpv4(bare) || isIpv6(bare))) return 'hosts';
  const parsed = parseTree(text);
  return parsed.ok ? formatOf(parsed.tree) : null;
}

function formatOf(tree: Tree): Detected | null {
  if (tree.kind === 'list') {
    const isRoutes = mostOf(tree.items, (item) => childOf(item, 'hostname') !== null);
    return isRoutes || tree.items.length === 0 ? 'portless' : null;
  }
  if (tree.kind !== 'map' || tree.entries.length === 0) return null;
  if (childOf(tree, 'berth') !== null) return 'berth';
  if (childOf(tree, 'target')?.kind === 'scalar' || childOf(tree, 'cmd')?.kind === 'scalar') {
    return 'hotel';
  }
  if (tree.entries.every(({ value }) => isTarget(value))) return 'localias';
  const plain = plainOf(tree);
  if (isRecord(plain) && isForBerth(plain)) return 'config';
  return mostOf(tree.entries, ({ value }) => isTarget(value)) ? 'localias' : null;
}

const mostOf = <Item>(items: readonly Item[], is: (item: Item) => boolean): boolean =>
  items.filter(is).length * 2 > items.length;

const isTarget = (tree: Tree): boolean =>
  tree.kind === 'scalar' &&
  (readPort(tree.value) !== null ||
    (typeof tree.value === 'string' && /^https?:\/\//i.test(tree.value)));
