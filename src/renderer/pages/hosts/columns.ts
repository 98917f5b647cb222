import { cn } from '../../ui/cn.ts';
import type { SortColumn } from './model/order.ts';

/** Header and lines are rows of the same cells: each column has its width, and is left out where a window has no room. */
export const hostRow = 'flex items-center gap-x-3 pr-1 pl-4';

/** Before the first column: mark, arrow and state; and behind the last: the menu. */
export const edgeClass = { first: 'w-14 shrink-0', last: 'w-7 shrink-0' } as const;

const medium = 'max-[820px]:hidden';
const wide = 'max-[1120px]:hidden';
const widest = 'max-[1160px]:hidden';
const narrow = 'max-[520px]:hidden';

export interface Column {
  readonly id: SortColumn | 'uptime' | 'sparkline' | 'source';
  readonly word: string;
  /** For a title. */
  readonly meaning: string;
  readonly isNumber: boolean;
  /** Its width, and where it is shown. */
  readonly className: string;
}

export const hostColumns: readonly Column[] = [
  {
    id: 'name',
    word: 'Host',
    meaning: 'Name that is asked for',
    isNumber: false,
    className: 'min-w-0 flex-1',
  },
  {
    id: 'backends',
    word: 'Up',
    meaning: 'Backends that are up, of all',
    isNumber: true,
    className: 'w-13 shrink-0 max-[520px]:w-9',
  },
  {
    id: 'uptime',
    word: 'Uptime',
    meaning: 'Share of the last 90 minutes in which one of its backends answered',
    isNumber: true,
    className: cn('w-13 shrink-0', widest),
  },
  {
    id: 'sparkline',
    word: 'Last minute',
    meaning: 'Requests in each second of the last minute',
    isNumber: false,
    className: cn('w-24 shrink-0', medium),
  },
  {
    id: 'rate',
    word: 'Req/s',
    meaning: 'Requests a second, over the last 10 s',
    isNumber: true,
    className: cn('w-15 shrink-0', narrow),
  },
  {
    id: 'p95',
    word: 'p95',
    meaning: '95 of 100 requests of the last minute were answered within this time',
    isNumber: true,
    className: cn('w-16 shrink-0', medium),
  },
  {
    id: 'errors',
    word: 'Errors',
    meaning: 'Answers with 500 and above, of those of the last minute',
    isNumber: true,
    className: 'w-14 shrink-0',
  },
  {
    id: 'last',
    word: 'Last',
    meaning: 'When it was last asked for',
    isNumber: true,
    className: cn('w-19 shrink-0', medium),
  },
  {
    id: 'source',
    word: 'Source',
    meaning: 'Who keeps its backends: a person, or the containers that are mapped to it',
    isNumber: false,
    className: cn(
      'w-26 shrink-0 min-[1400px]:w-0 min-[1400px]:min-w-26 min-[1400px]:flex-[0.3]',
      wide,
    ),
  },
];

/** Columns that the list cannot be sorted by. */
export const isSortable = (id: Column['id']): id is SortColumn =>
  id !== 'uptime' && id !== 'sparkline' && id !== 'source';

export const columnClass = (id: Column['id']): string =>
  hostColumns.find((column) => column.id === id)?.className ?? '';
