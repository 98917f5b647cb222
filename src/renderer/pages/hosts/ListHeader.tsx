import { ChevronsUpDown } from 'lucide-react';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { cn } from '../../ui/cn.ts';
import { edgeClass, hostColumns, hostRow, isSortable } from './columns.ts';
import { type HostSort, nextSort, type SortColumn } from './model/order.ts';
import type { HostRow } from './model/rows.ts';

/** The names of the columns, by which the list is sorted. */
export function ListHeader({
  rows,
  onSortNow = null,
}: {
  readonly rows: readonly HostRow[];
  /** Null while the lines stand as they are sorted. */
  readonly onSortNow?: (() => void) | null;
}) {
  const { hostsView } = useBerth();
  const sort = useStore(hostsView.sort);
  const selected = useStore(hostsView.selected);
  const isAll = rows.length > 0 && rows.every(({ name }) => selected.has(name));
  const set = (column: SortColumn): void => hostsView.sort.set(nextSort(sort, column));
  return (
    <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-page">
      <div role="row" aria-rowindex={1} className={cn(hostRow, 'h-8 text-caption text-dim')}>
        <div
          role="columnheader"
          aria-sort={ariaSort(sort, sort.column === 'attention' ? 'attention' : 'status')}
          className={cn('flex items-center', edgeClass.first)}
        >
          <input
            type="checkbox"
            checked={isAll}
            aria-label="Select all that are shown"
            onChange={() =>
              hostsView.selected.set(new Set(isAll ? [] : rows.map(({ name }) => name)))
            }
            className="size-3.5 accent-accent"
          />
          <SortButton
            word="State"
            isHidden
            meaning="Sort by state, the worst first"
            sort={sort}
            column="status"
            onSort={set}
          />
        </div>
        {hostColumns.map(({ id, word, meaning, isNumber, className }) => (
          <div
            key={id}
            role="columnheader"
            aria-sort={isSortable(id) ? ariaSort(sort, id) : undefined}
            title={meaning}
            className={cn(
              'truncate',
              isNumber && 'text-right',
              id === 'name' && 'flex items-center gap-3',
              className,
            )}
          >
            {isSortable(id) ? (
              <SortButton word={word} meaning={meaning} sort={sort} column={id} onSort={set} />
            ) : (
              word
            )}
            {id === 'name' && (
              <>
                <SortButton
                  word="Attention first"
                  meaning="Hosts that are down first, then degraded ones, then the rest by name"
                  sort={sort}
                  column="attention"
                  onSort={set}
                />
                {onSortNow !== null && (
                  <button
                    type="button"
                    title="States or numbers have changed. Lines stay where they are while you are at them (s)"
                    onClick={onSortNow}
                    className="rounded-sm text-accent hover:underline"
                  >
                    Sort now
                  </button>
                )}
              </>
            )}
          </div>
        ))}
        <div role="columnheader" className={edgeClass.last}>
          <span className="sr-only">More</span>
        </div>
      </div>
    </div>
  );
}

function SortButton({
  word,
  isHidden,
  meaning,
  sort,
  column,
  onSort,
}: {
  readonly word: string;
  readonly isHidden?: boolean;
  readonly meaning: string;
  readonly sort: HostSort;
  readonly column: SortColumn;
  readonly onSort: (column: SortColumn) => void;
}) {
  const isSorted = sort.column === column;
  return (
    <button
      type="button"
      title={meaning}
      onClick={() => onSort(column)}
      className={cn('rounded-sm hover:text-text', isSorted && 'text-text', isHidden && 'ml-1 px-1')}
    >
      {isHidden === true ? (
        <>
          <span className="sr-only">{word}</span>
          {!isSorted && <ChevronsUpDown aria-hidden size={12} />}
        </>
      ) : (
        word
      )}
      {isSorted && <span aria-hidden> {sort.descending ? '↓' : '↑'}</span>}
    </button>
  );
}

const ariaSort = (sort: HostSort, column: SortColumn): 'ascending' | 'descending' | 'none' =>
  sort.column !== column ? 'none' : sort.descending ? 'descending' : 'ascending';
