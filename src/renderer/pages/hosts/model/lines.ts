import type { BackendHealth } from '../../../../shared/contract/health.ts';
import type { LintFinding } from '../../../../shared/contract/hosts.ts';
import type { HostRow } from './rows.ts';

/** One line on the screen; all have the same height, so that hosts with thousands of backends scroll as the others do. */
export type Line =
  | { readonly kind: 'host'; readonly key: string; readonly row: HostRow }
  | {
      readonly kind: 'backend';
      readonly key: string;
      readonly row: HostRow;
      readonly index: number;
      readonly url: string;
      readonly health: BackendHealth | null;
    }
  | {
      readonly kind: 'finding';
      readonly key: string;
      readonly row: HostRow;
      readonly finding: LintFinding;
    }
  | { readonly kind: 'more'; readonly key: string; readonly row: HostRow };

/** @param open names of the hosts whose backends are shown */
export function linesOf(rows: readonly HostRow[], open: ReadonlySet<string>): readonly Line[] {
  const lines: Line[] = [];
  for (const row of rows) {
    lines.push({ kind: 'host', key: row.name, row });
    if (!open.has(row.name)) continue;
    for (const [index, url] of row.host.backends.entries()) {
      const health = row.health?.backends[index];
      lines.push({
        kind: 'backend',
        key: `${row.name} #${index}`,
        row,
        index,
        url,
        // A picture of health may be older than the list.
        health: health?.url === url ? health : null,
      });
    }
    for (const [index, finding] of row.host.findings.entries()) {
      lines.push({ kind: 'finding', key: `${row.name} !${index}`, row, finding });
    }
    lines.push({ kind: 'more', key: `${row.name} more`, row });
  }
  return lines;
}
