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
  /** What the title leaves out. */
  readonly about?: string;
  /** Pixels that it has until a person chooses; of host, path and backend the least. */
  readonly width: number;
  readonly isNumber: boolean;
}

/** In the order in which they stand. The path takes what the others leave. */
export const allColumns: readonly Column[] = [
  {
    id: 'time',
    title: 'Ended',
    about: 'When it ended: in that order rows come. A request that is opened says when it began.',
    width: 108,
    isNumber: false,
  },
  { id: 'method', title: 'Method', width: 68, isNumber: false },
  { id: 'status', title: 'Status', width: 56, isNumber: false },
  { id: 'host', title: 'Host', width: 120, isNumber: false },
  { id: 'path', title: 'Path', width: 120, isNumber: false },
  { id: 'backend', title: 'Backend', width: 88, isNumber: false },
  { id: 'total', title: 'Total', width: 116, isNumber: true },
  { id: 'size', title: 'Size', width: 66, isNumber: true },
  { id: 'protocol', title: 'Protocol', width: 70, isNumber: false },
];

/** Pixels: no column is narrower, or wider. */
export const columnBounds = { min: 44, max: 800 } as const;

/** What a person chose. */
export interface ColumnChoice {
  readonly hidden: readonly ColumnId[];
  readonly widths: Readonly<Partial<Record<ColumnId, number>>>;
}

/** Of protocols a row says by itself only what is no plain request. */
export const usualColumns: ColumnChoice = { hidden: ['protocol'], widths: {} };

/** Pixels that most texts of these columns need to stand there whole, and those that all hosts need. */
export type WantedWidths = Readonly<Record<'host' | 'longestHost' | 'path' | 'backend', number>>;

/** Those that go first where hosts and paths have not the room to be read, and those that go where there is none. */
const leastNeeded: readonly ColumnId[] = ['protocol', 'size', 'backend'];
const needed: readonly ColumnId[] = ['time', 'total', 'method'];

/** Pixels of host and path together for which others go: where they want so much, and at the least. */
const heroRoom = { wanted: 480, least: 240 } as const;
/** The part of their room that a host gets before the path, where both want more than there is. */
const hostShare = 0.45;
const maxBackendWidth = 180;

export interface ShownColumns {
  /** With the widths that they have. */
  readonly columns: readonly Column[];
  /** For CSS: `grid-template-columns`. */
  readonly template: string;
  /** Pixels below which the table scrolls sideways. */
  readonly minWidth: number;
}

/** The columns that a person wants, as many as leave hosts and paths the room to be read, and as wide as they need. */
export function shownColumns(
  choice: ColumnChoice,
  width: number,
  wanted: WantedWidths,
): ShownColumns {
  const { host = null, path = null, backend = null } = choice.widths;
  const wants = { host: host ?? wanted.host, path: path ?? wanted.path };
  const usual = (column: Column): number =>
    choice.widths[column.id] ??
    (column.id === 'backend'
      ? between(column.width, backend ?? wanted.backend, maxBackendWidth)
      : column.width);
  const isHero = ({ id }: Column): boolean => id === 'host' || id === 'path';
  let columns = allColumns.filter(({ id }) => !choice.hidden.includes(id));
  const heroesLeast = (): number => sum(columns.filter(isHero).map(usual));
  const room = (): number => width - sum(columns.filter((column) => !isHero(column)).map(usual));
  const drop = (ids: readonly ColumnId[], least: number): void => {
    for (const id of ids) {
      if (room() >= Math.max(least, heroesLeast())) break;
      columns = columns.filter((column) => column.id !== id);
    }
  };
  drop(leastNeeded, Math.min(heroRoom.wanted, wants.host + wants.path));
  drop(needed, Math.min(heroRoom.least, wants.host + wants.path));

  const left = room();
  const widthOf = (column: Column): number => {
    if (column.id === 'host') return hostWidth(column.width);
    if (column.id !== 'path') return usual(column);
    const hasHost = columns.some(({ id }) => id === 'host');
    const hostColumn = allColumns.find(({ id }) => id === 'host');
    const beside = hasHost && hostColumn !== undefined ? hostWidth(hostColumn.width) : 0;
    return Math.max(usual(column), left - beside);
  };
  function hostWidth(least: number): number {
    if (host !== null) return host;
    const beside = left - wants.path;
    const share = Math.max(left * hostShare, beside);
    return Math.round(
      Math.max(least, Math.min(wants.host, share), Math.min(wanted.longestHost, beside)),
    );
  }
  const shown = columns.map((column) => ({ ...column, width: widthOf(column) }));
  return {
    columns: shown,
    template: shown
      .map((column) =>
        column.id === 'path' ? `minmax(${pathLeast(path)}px, 1fr)` : `${column.width}px`,
      )
      .join(' '),
    minWidth: sum(shown.map(({ id, width: own }) => (id === 'path' ? pathLeast(path) : own))),
  };
}

const pathLeast = (chosen: number | null): number =>
  chosen ?? allColumns.find(({ id }) => id === 'path')?.width ?? 0;

const sum = (widths: readonly number[]): number => widths.reduce((all, one) => all + one, 0);

const between = (least: number, value: number, most: number): number =>
  Math.max(least, Math.min(value, most));

export function resized(choice: ColumnChoice, id: ColumnId, width: number): ColumnChoice {
  const { min, max } = columnBounds;
  const next = Math.round(between(min, width, max));
  return { ...choice, widths: { ...choice.widths, [id]: next } };
}

/** As wide as its texts need, again. */
export function unsized(choice: ColumnChoice, id: ColumnId): ColumnChoice {
  const { [id]: _, ...widths } = choice.widths;
  return { ...choice, widths };
}

export function toggled(choice: ColumnChoice, id: ColumnId): ColumnChoice {
  const hidden = choice.hidden.filter((one) => one !== id);
  return {
    ...choice,
    hidden: hidden.length < choice.hidden.length ? hidden : [...choice.hidden, id],
  };
}
