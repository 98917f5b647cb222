import type { FilterKey } from '../../../../shared/filter/ast.ts';
import { plainAddress } from '../../../../shared/model/plainAddress.ts';
import type { RequestRecord } from '../../../../shared/model/record.ts';

/** What a record has under a key, where it is worth offering. */
const readers: Readonly<Partial<Record<FilterKey, (record: RequestRecord) => string | null>>> = {
  host: ({ host }) => host,
  path: ({ target }) => target.split('?', 1)[0] ?? '',
  method: ({ method }) => method,
  status: ({ status }) => String(status),
  backend: ({ backend }) => backend,
  frontend: ({ frontend }) => frontend,
  ip: ({ client }) => plainAddress(client),
  protocol: ({ protocol }) => protocol,
  policy: ({ policy }) => policy,
  lookup: ({ lookup }) => lookup,
  error: ({ error }) => error,
  agent: ({ userAgent }) => userAgent,
  referer: ({ referer }) => referer,
};

/** Values of a key that contain what was typed, the most frequent first. */
export function seenValues(
  key: FilterKey,
  typed: string,
  records: Iterable<RequestRecord>,
  most: number,
): readonly string[] {
  const read = readers[key];
  if (read === undefined) return [];
  const sought = typed.toLowerCase();
  const counts = new Map<string, number>();
  for (const record of records) {
    const value = read(record);
    if (value === null || value === '' || value.length > 200) continue;
    if (counts.has(value) || value.toLowerCase().includes(sought)) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([a, times], [b, others]) => others - times || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([value]) => value);
}
