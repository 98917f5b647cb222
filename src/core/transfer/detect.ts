import { isIpv4, isIpv6 } from '../../shared/config/address.ts';
import { isRecord } from '../../shared/config/documented.ts';
import { isForBerth } from '../../shared/config/read.ts';
import { readPort } from './backendUrl.ts';
import { childOf, parseTree, plainOf, type Tree } from './tree.ts';
import type { Format } from './wanted.ts';

/** What a text is; `config` is a config.json of Hipache or Berth, which only says where frontends are. */
export type Detected = Format | 'config';

/** Tells the format of a document by its content; null when it is none that is known. */
export function detectFormat(text: string): Detected | null {
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
    const isRoutes = tree.items.every((item) => childOf(item, 'hostname') !== null);
    return isRoutes ? 'portless' : null;
  }
  if (tree.kind !== 'map' || tree.entries.length === 0) return null;
  if (childOf(tree, 'berth') !== null) return 'berth';
  if (childOf(tree, 'target')?.kind === 'scalar' || childOf(tree, 'cmd')?.kind === 'scalar') {
    return 'hotel';
  }
  if (tree.entries.every(({ value }) => isTarget(value))) return 'localias';
  const plain = plainOf(tree);
  return isRecord(plain) && isForBerth(plain) ? 'config' : null;
}

const isTarget = (tree: Tree): boolean =>
  tree.kind === 'scalar' &&
  (readPort(tree.value) !== null ||
    (typeof tree.value === 'string' && /^https?:\/\//i.test(tree.value)));
