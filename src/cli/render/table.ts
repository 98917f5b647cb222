import { cut, cutMiddle, oneLine, padEnd, padStart, widthOf } from './text.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Gives way when the line is too long for the terminal. One of them is enough. */
  readonly gives?: boolean;
}

/** A cell: its text, and what colours it. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

const gap = '  ';
const leastGivenColumns = 10;

/**
 * Lines of a table with a head, columns as wide as what they hold.
 *
 * @param width columns of the terminal, or null where lines may be as long as they are
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  {
    width,
    paintHead,
  }: { readonly width: number | null; readonly paintHead: (text: string) => string },
): readonly string[] {
  const texts = rows.map((row) => columns.map((_column, at) => textOf(row[at] ?? '')));
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...texts.map((row) => widthOf(row[at] ?? ''))),
  );
  if (width !== null) shrink(widths, columns, width);
  const line = (cells: readonly string[], paintOf: (at: number) => (text: string) => string) =>
    columns
      .map((column, at) => {
        const room = widths[at] ?? 0;
        const text = fitted(cells[at] ?? '', room, column);
        const padded = column.align === 'right' ? padStart(text, room) : padEnd(text, room);
        // Colours go around the text alone, so that a line has no coloured blanks at its end.
        return padded.replace(text, () => paintOf(at)(text));
      })
      .join(gap)
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      () => paintHead,
    ),
    ...texts.map((cells, row) => line(cells, (at) => paintOf(rows[row]?.[at]))),
  ];
}

/** Columns that a table takes on a terminal, with those that give way at most `given` wide. */
export function widthOfTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  given: number = leastGivenColumns,
): number {
  const widths = columns.map(({ title, gives }, at) => {
    const whole = Math.max(widthOf(title), ...rows.map((row) => widthOf(textOf(row[at] ?? ''))));
    return gives === true ? Math.min(whole, given) : whole;
  });
  return widths.reduce((sum, one) => sum + one, 0) + gap.length * (widths.length - 1);
}

const textOf = (cell: Cell): string => oneLine(typeof cell === 'string' ? cell : cell.text);

const paintOf = (cell: Cell | undefined): ((text: string) => string) =>
  cell === undefined || typeof cell === 'string' ? (text) => text : cell.paint;

const fitted = (text: string, room: number, { gives }: Column): string =>
  gives === true ? cutMiddle(text, room) : cut(text, room);

/** Takes from the columns that give until a line fits, widest first. */
function shrink(widths: number[], columns: readonly Column[], width: number): void {
  const total = (): number =>
    widths.reduce((sum, one) => sum + one, 0) + gap.length * (widths.length - 1);
  const givers = columns.flatMap(({ gives }, at) => (gives === true ? [at] : []));
  while (total() > width) {
    const widest = givers.reduce<number | null>(
      (best, at) => (best === null || (widths[at] ?? 0) > (widths[best] ?? 0) ? at : best),
      null,
    );
    const room = widest === null ? 0 : (widths[widest] ?? 0);
    if (widest === null || room <= leastGivenColumns) return;
    widths[widest] = Math.max(leastGivenColumns, room - (total() - width));
  }
}
