import { policies } from '../model/options.ts';
import type { FilterKey, FlagKey, NumberKey, TextKey, TimeKey, WordKey } from './ast.ts';

type KeyKind = 'text' | 'word' | 'number' | 'flag' | 'error' | 'time';

interface KeySpec<K extends KeyKind> {
  readonly kind: K;
  /** What it looks at; one phrase. */
  readonly about: string;
  /** Values worth offering. */
  readonly offers: readonly string[];
}

const text = (about: string): KeySpec<'text'> => ({ kind: 'text', about, offers: [] });
const word = (about: string, ...offers: readonly string[]): KeySpec<'word'> => ({
  kind: 'word',
  about,
  offers,
});
const flag = (about: string): KeySpec<'flag'> => ({
  kind: 'flag',
  about,
  offers: ['true', 'false'],
});
const number = (about: string, ...offers: readonly string[]): KeySpec<'number'> => ({
  kind: 'number',
  about,
  offers,
});
const time = (about: string): KeySpec<'time'> => ({
  kind: 'time',
  about,
  offers: ['1m', '5m', '1h'],
});

/** The keys of the grammar, in the order in which they are shown. */
export const filterKeys: {
  readonly [K in TextKey]: KeySpec<'text'>;
} & { readonly [K in WordKey]: KeySpec<'word'> } & {
  readonly [K in NumberKey]: KeySpec<'number'>;
} & { readonly [K in FlagKey]: KeySpec<'flag'> } & { readonly [K in TimeKey]: KeySpec<'time'> } & {
  readonly error: KeySpec<'error'>;
} = {
  host: text('the requested host'),
  path: text('path and query'),
  method: word('the method', 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
  status: number('the status', '2xx', '3xx', '4xx', '5xx', '404', '502', '503', '504'),
  dur: number('the whole duration in ms', '100', '500', '1s'),
  size: number('bytes sent to the client', '10k', '1m'),
  tries: number('backends that were tried', '0', '1', '2'),
  backend: text('the URL of the last backend'),
  frontend: text('the frontend that matched'),
  ip: text('the address of the client'),
  protocol: word('the protocol', 'http', 'https', 'ws', 'wss'),
  policy: word('how the backend was chosen', ...policies, 'only'),
  lookup: word('where the route came from', 'cache', 'store', 'stale'),
  ws: flag('a WebSocket'),
  error: {
    kind: 'error',
    about: 'Berth could not do it or the backend answered 5xx; or a code of docs/ERRORS.md',
    offers: ['true', 'false', 'refused', 'timeout', 'reset', 'dead', 'unknown'],
  },
  retried: flag('more than one try'),
  agent: text('the user agent'),
  referer: text('the referer'),
  after: time('the begin, from that time on'),
  before: time('the begin, until that time'),
};

const names = Object.keys(filterKeys) as FilterKey[];

export const keyNames: readonly FilterKey[] = names;

export const isFilterKey = (name: string): name is FilterKey => Object.hasOwn(filterKeys, name);

/** The key whose name is least different, when it is not very different. */
export function nearestKey(name: string): FilterKey | null {
  const furthest = name.length <= 3 ? 1 : 2;
  const nearest = names
    .map((key) => ({ key, distance: distanceOf(name, key) }))
    .reduce((best, next) => (next.distance < best.distance ? next : best));
  return nearest.distance <= furthest ? nearest.key : null;
}

/** Letters to insert, remove or replace (Levenshtein). */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      next.push(
        Math.min(
          (next[j - 1] ?? 0) + 1,
          (row[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
