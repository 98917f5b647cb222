import type { SortColumn } from './model/order.ts';

/** One width for a column in the header and in all lines; what a narrow window has no room for is left out. */
export const hostGrid =
  'grid items-center gap-x-3 pr-1 pl-4 grid-cols-[56px_minmax(0,1fr)_52px_52px_96px_56px_60px_52px_72px_104px_28px] min-[1400px]:grid-cols-[56px_minmax(0,1fr)_52px_52px_96px_56px_60px_52px_72px_minmax(104px,0.3fr)_28px] max-[1160px]:grid-cols-[56px_minmax(0,1fr)_52px_96px_56px_60px_52px_72px_104px_28px] max-[1120px]:grid-cols-[56px_minmax(0,1fr)_52px_96px_64px_64px_56px_76px_28px] max-[820px]:grid-cols-[56px_minmax(0,1fr)_52px_64px_56px_28px] max-[520px]:grid-cols-[56px_minmax(0,1fr)_36px_52px_28px]';

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
  readonly className: string;
}

export const hostColumns: readonly Column[] = [
  { id: 'name', word: 'Host', meaning: 'Name that is asked for', isNumber: false, className: '' },
  {
    id: 'backends',
    word: 'Up',
    meaning: 'Backends that are up, of all',
    isNumber: true,
    className: '',
  },
  {
    id: 'uptime',
    word: 'Uptime',
    meaning: 'Share of the last 90 minutes in which one of its backends answered',
    isNumber: true,
    className: widest,
  },
  {
    id: 'sparkline',
    word: 'Last minute',
    meaning: 'Requests in each second of the last minute',
    isNumber: false,
    className: medium,
  },
  {
    id: 'rate',
    word: 'Req/s',
    meaning: 'Requests a second, over the last 10 s',
    isNumber: true,
    className: narrow,
  },
  {
    id: 'p95',
    word: 'p95',
    meaning: '95 of 100 requests of the last minute were answered within this time',
    isNumber: true,
    className: medium,
  },
  {
    id: 'errors',
    word: 'Errors',
    meaning: 'Answers with 500 and above, of those of the last minute',
    isNumber: true,
    className: '',
  },
  {
    id: 'last',
    word: 'Last',
    meaning: 'When it was last asked for',
    isNumber: true,
    className: medium,
  },
  {
    id: 'source',
    word: 'Source',
    meaning: 'Who keeps its backends: a person, or the containers that are mapped to it',
    isNumber: false,
    className: wide,
  },
];

/** Columns that the list cannot be sorted by. */
export const isSortable = (id: Column['id']): id is SortColumn =>
  id !== 'uptime' && id !== 'sparkline' && id !== 'source';

export const columnClass = (id: Column['id']): string =>
  hostColumns.find((column) => column.id === id)?.className ?? '';
