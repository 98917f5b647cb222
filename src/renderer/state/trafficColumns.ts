export const columnIds = [
  'time',
  'method',
  'status',
  'host',
  'path',
  'backend',
  'total',
  'size',
  'protocol',
] as const;
export type ColumnId = (typeof columnIds)[number];

export interface Column {
  readonly id: ColumnId;
  readonly title: string;
  /** Pixels that it has until a person chooses. */
  readonly width: number;
  readonly isNumber: boolean;
}

/** In the order in which they stand. The path takes what the others leave. */
export const allColumns: readonly Column[] = [
  { id: 'time', title: 'Time', width: 104, isNumber: false },
  { id: 'method', title: 'Method', width: 70, isNumber: false },
  { id: 'status', title: 'Status', width: 62, isNumber: false },
  { id: 'host', title: 'Host', width: 184, isNumber: false },
  { id: 'path', title: 'Path', width: 146, isNumber: false },
  { id: 'backend', title: 'Backend', width: 136, isNumber: false },
  { id: 'total', title: 'Total', width: 132, isNumber: true },
  { id: 'size', title: 'Size', width: 72, isNumber: true },
  { id: 'protocol', title: 'Protocol', width: 74, isNumber: false },
];

/** Pixels: no column is narrower, or wider. */
export const columnBounds = { min: 44, max: 800 } as const;

/** What a person chose. */
export interface ColumnChoice {
  readonly hidden: readonly ColumnId[];
  readonly widths: Readonly<Partial<Record<ColumnId, number>>>;
}

export const usualColumns: ColumnChoice = { hidden: [], widths: {} };

/** Those that go first where there is no room for all. */
const leastNeeded: readonly ColumnId[] = ['protocol', 'size', 'backend', 'time', 'total', 'method'];

export interface ShownColumns {
  readonly columns: readonly Column[];
  /** For CSS: `grid-template-columns`. */
  readonly template: string;
  /** Pixels below which the table scrolls sideways. */
  readonly minWidth: number;
}

/** The columns that a person wants, as many as fit. */
export function shownColumns(choice: ColumnChoice, width: number): ShownColumns {
  const widthOf = ({ id, width: usual }: Column): number => choice.widths[id] ?? usual;
  const total = (columns: readonly Column[]): number =>
    columns.reduce((sum, column) => sum + widthOf(column), 0);
  let columns = allColumns.filter(({ id }) => !choice.hidden.includes(id));
  for (const id of leastNeeded) {
    if (total(columns) <= width) break;
    columns = columns.filter((column) => column.id !== id);
  }
  const template = columns
    .map((column) =>
      column.id === 'path' ? `minmax(${widthOf(column)}px, 1fr)` : `${widthOf(column)}px`,
    )
    .join(' ');
  return { columns, template, minWidth: total(columns) };
}

export function resized(choice: ColumnChoice, id: ColumnId, width: number): ColumnChoice {
  const { min, max } = columnBounds;
  const next = Math.round(Math.max(min, Math.min(max, width)));
  return { ...choice, widths: { ...choice.widths, [id]: next } };
}

export function toggled(choice: ColumnChoice, id: ColumnId): ColumnChoice {
  const hidden = choice.hidden.filter((one) => one !== id);
  return {
    ...choice,
    hidden: hidden.length < choice.hidden.length ? hidden : [...choice.hidden, id],
  };
}
