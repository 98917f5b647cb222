import type { SortColumn } from './model/order.ts';

/** One width for a column in the header and in all lines; what a narrow window has no room for is left out. */
export const hostGrid =
  'grid items-center gap-x-3 pr-1 pl-4 grid-cols-[56px_minmax(0,1fr)_52px_96px_64px_64px_56px_76px_116px_28px] max-[1040px]:grid-cols-[56px_minmax(0,1fr)_52px_96px_64px_64px_56px_76px_28px] max-[820px]:grid-cols-[56px_minmax(0,1fr)_52px_64px_56px_28px] max-[520px]:grid-cols-[56px_minmax(0,1fr)_36px_52px_28px]';

const medium = 'max-[820px]:hidden';
const wide = 'max-[1040px]:hidden';
const narrow = 'max-[520px]:hidden';

export interface Column {
  readonly id: SortColumn | 'sparkline' | 'source';
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
    id: 'sparkline',
    word: 'Last minute',
    meaning: 'Requests in each of the last 60 seconds',
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

export const columnClass = (id: Column['id']): string =>
  hostColumns.find((column) => column.id === id)?.className ?? '';
