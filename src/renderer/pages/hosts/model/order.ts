import { z } from 'zod';
import type { Status } from '../../../ui/Status.tsx';
import type { HostRow } from './rows.ts';

const sortColumns = [
  'attention',
  'status',
  'name',
  'backends',
  'rate',
  'p95',
  'errors',
  'last',
] as const;
export type SortColumn = (typeof sortColumns)[number];

export const hostSortSchema = z.strictObject({
  column: z.enum(sortColumns),
  descending: z.boolean(),
});
export type HostSort = Readonly<z.infer<typeof hostSortSchema>>;

/** Trouble first, the rest by name: what is down is not below the fold. */
export const defaultSort: HostSort = { column: 'attention', descending: false };
const byName: HostSort = { column: 'name', descending: false };

/** The worst first. */
const severity: Readonly<Record<Status, number>> = {
  down: 0,
  degraded: 1,
  unknown: 2,
  paused: 3,
  up: 4,
};

/** What is compared; null stands last, whichever way the column is sorted. */
const keys: Readonly<Record<SortColumn, (row: HostRow) => number | string | null>> = {
  attention: ({ status }) => Math.min(severity[status], severity.unknown),
  status: ({ status }) => severity[status],
  name: ({ order }) => order,
  backends: ({ host, up }) => (host.backends.length === 0 ? 0 : up / host.backends.length),
  rate: ({ traffic }) => traffic?.requestsPerSecond ?? null,
  p95: ({ traffic }) => traffic?.p95 ?? null,
  errors: ({ traffic }) => traffic?.errorRate ?? null,
  last: ({ traffic }) => traffic?.lastAt ?? null,
};

/** What a first click on a column does: of numbers the largest are looked for. */
const beginsDescending: ReadonlySet<SortColumn> = new Set(['rate', 'p95', 'errors', 'last']);

export function nextSort(sort: HostSort, column: SortColumn): HostSort {
  if (sort.column !== column) return { column, descending: beginsDescending.has(column) };
  // What is well at the top is of use to nobody.
  if (column === 'attention') return byName;
  return { column, descending: !sort.descending };
}

export function sortRows(rows: readonly HostRow[], sort: HostSort): readonly HostRow[] {
  const keyOf = keys[sort.column];
  const way = sort.descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: keyOf(row) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) {
      if (a.key !== b.key) return a.key === null ? 1 : -1;
    } else if (a.key !== b.key) return a.key < b.key ? -way : way;
    return a.row.order < b.row.order ? -1 : a.row.order > b.row.order ? 1 : 0;
  });
  return keyed.map(({ row }) => row);
}
