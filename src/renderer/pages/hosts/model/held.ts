import type { HostRow } from './rows.ts';

/**
 * Rows in an order that they had before, so that none moves under a pointer. What came since stands behind the row that
 * it would stand behind; what went leaves no gap.
 *
 * @param names the order to keep
 * @param rows in the order that they would have
 */
export function heldRows(
  names: readonly string[],
  rows: readonly HostRow[],
): { readonly rows: readonly HostRow[]; readonly isOther: boolean } {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const kept = names.flatMap((name) => byName.get(name) ?? []);
  const isKept = new Set(kept);
  const first: HostRow[] = [];
  const behind = new Map<HostRow, HostRow[]>();
  let newcomers = first;
  for (const row of rows) {
    if (!isKept.has(row)) newcomers.push(row);
    else {
      newcomers = [];
      behind.set(row, newcomers);
    }
  }
  const held = [...first, ...kept.flatMap((row) => [row, ...(behind.get(row) ?? [])])];
  return { rows: held, isOther: held.some((row, index) => row !== rows[index]) };
}
