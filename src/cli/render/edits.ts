import type { EditView } from '../../shared/contract/hosts.ts';
import type { Page } from './page.ts';
import { table } from './table.ts';
import { moment } from './units.ts';

/** A table of edits. `now` in Unix milliseconds. */
export function editLines(
  edits: readonly EditView[],
  now: number,
  { style, width }: Page,
): readonly string[] {
  return table(
    [
      { title: 'ID', align: 'right' },
      { title: 'WHEN' },
      { title: 'HOST', gives: true },
      { title: 'EDIT', gives: true },
    ],
    edits.map(({ id, at, name, hosts, summary, undone, revertible }) => [
      String(id),
      moment(at, now),
      hosts > 1 ? `${name} and ${hosts - 1} more` : name,
      undone
        ? { text: `${summary} (taken back)`, paint: style.quiet }
        : revertible
          ? summary
          : `${summary} (cannot be taken back)`,
    ]),
    { width, paintHead: style.quiet },
  );
}
