import type { LintFinding } from '../../../../shared/contract/hosts.ts';
import { type BackendPlace, indexOfPlace } from './backendEdit.ts';
import { type ListedBackend, listedBackends } from './backendPage.ts';
import type { HostRow } from './rows.ts';

/** What of a host is being written in the list. */
export type Editing =
  | { readonly kind: 'identifier' | 'new'; readonly name: string }
  | { readonly kind: 'backend'; readonly name: string; readonly place: BackendPlace };

/** One line on the screen; hosts with thousands of backends scroll as the others do. */
export type Line =
  | { readonly kind: 'host'; readonly key: string; readonly row: HostRow }
  | {
      readonly kind: 'backend';
      readonly key: string;
      readonly row: HostRow;
      readonly backend: ListedBackend;
    }
  | {
      readonly kind: 'finding';
      readonly key: string;
      readonly row: HostRow;
      readonly finding: LintFinding;
    }
  | {
      /** A field, higher than the others where it has something to say. */
      readonly kind: 'edit';
      readonly key: string;
      readonly row: HostRow;
      readonly editing: Editing;
    }
  | { readonly kind: 'more'; readonly key: string; readonly row: HostRow };

/** Keys of lines, for who moves to them. */
export const lineKeys = {
  host: (name: string): string => name,
  backend: (name: string, index: number): string => `${name} #${index}`,
  edit: (name: string): string => `${name} edit`,
  more: (name: string): string => `${name} more`,
} as const;

/**
 * @param open names of the hosts whose backends are shown
 * @param editing a field stands in the place of what is edited; of a backend that somebody took out, at its end
 */
export function linesOf(
  rows: readonly HostRow[],
  open: ReadonlySet<string>,
  editing: Editing | null = null,
): readonly Line[] {
  const lines: Line[] = [];
  for (const row of rows) {
    lines.push({ kind: 'host', key: lineKeys.host(row.name), row });
    if (open.has(row.name)) {
      lines.push(...openLines(row, editing?.name === row.name ? editing : null));
    }
  }
  return lines;
}

function openLines(row: HostRow, editing: Editing | null): readonly Line[] {
  const { name } = row;
  const backends = listedBackends(row).map(
    (backend): Line => ({
      kind: 'backend',
      key: lineKeys.backend(name, backend.index),
      row,
      backend,
    }),
  );
  const field: readonly Line[] =
    editing === null ? [] : [{ kind: 'edit', key: lineKeys.edit(name), row, editing }];
  const at = editing?.kind === 'backend' ? indexOfPlace(row.host.backends, editing.place) : -1;
  return [
    ...(editing?.kind === 'identifier' ? field : []),
    ...(at === -1 ? backends : [...backends.slice(0, at), ...field, ...backends.slice(at + 1)]),
    ...(at === -1 && editing?.kind !== 'identifier' ? field : []),
    ...row.host.findings.map(
      (finding, index): Line => ({ kind: 'finding', key: `${name} !${index}`, row, finding }),
    ),
    { kind: 'more', key: lineKeys.more(name), row },
  ];
}
