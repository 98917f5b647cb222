import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type RefObject,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { NumberedRecord } from '../../../shared/contract/traffic.ts';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { shownColumns, type WantedWidths } from '../../state/trafficColumns.ts';
import type { TrafficView } from '../../state/trafficView.ts';
import { cn } from '../../ui/cn.ts';
import { monoCharWidth } from '../../ui/monoCharWidth.ts';
import { grownBy, inPixels, noTexts, rowsLookedAt } from './model/textWidths.ts';
import { TableHead } from './TableHead.tsx';
import { rowId, TrafficRow } from './TrafficRow.tsx';

/** Pixels; the classes of rows and head have the same. */
const rowHeight = 28;

/** What the keys of the page ask of the table. */
export interface TableHandle {
  focus(): void;
  /** The row that the keyboard is on. */
  current(): NumberedRecord | null;
  move(steps: number): void;
  moveTo(index: number): void;
  /** To the row of this record, as soon as it is here; nowhere where it has none. */
  moveToId(id: number): void;
  toTop(): void;
  pageSize(): number;
}

/** A row that is gone to as soon as it is here. */
interface SoughtRow {
  /** Its index, given that of the last row; null while that is not known. */
  readonly find: (last: number) => number | null;
  /** Whether rows stood still since it is sought: when they move again, it is sought no more. */
  wasHeld: boolean;
}

/** Requests, the newest on top. Rows stand still while they are scrolled or one of them is chosen. */
export function TrafficTable({
  handle,
  onChoose,
  onOpen,
}: {
  readonly handle: RefObject<TableHandle | null>;
  readonly onChoose: (record: NumberedRecord) => void;
  readonly onOpen: (record: NumberedRecord) => void;
}) {
  const { traffic, router } = useBerth();
  const { view } = traffic;
  const filter = useStore(router.route).parameters.get('filter') ?? '';
  const picture = useStore(view.picture);
  const { matched } = picture;
  const chosen = useStore(traffic.chosen);
  const choice = useStore(traffic.columns);
  const scroller = useRef<HTMLDivElement>(null);
  const sought = useRef<SoughtRow | null>(null);
  const width = useWidth(scroller);
  const wanted = useWantedWidths(view, matched, filter);
  const { columns, template, minWidth } = shownColumns(choice, width, wanted);
  const virtualizer = useVirtualizer({
    count: matched,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 4,
    scrollMargin: rowHeight,
    scrollPaddingStart: rowHeight,
  });
  const chosenIndex = chosen === null ? -1 : view.indexOf(chosen);
  const isThere = chosenIndex !== -1 && view.row(chosenIndex)?.id === chosen;

  const goTo = (index: number): void => {
    const within = Math.max(0, Math.min(index, matched - 1));
    const record = view.row(within);
    if (record === undefined) {
      // It comes when rows stand still.
      traffic.hold('reading');
      sought.current = { find: (last) => Math.min(index, last), wasHeld: true };
      return;
    }
    sought.current = null;
    onChoose(record);
    virtualizer.scrollToIndex(within);
    scroller.current?.focus({ preventScroll: true });
  };
  const [, lookAgain] = useState(0);
  const seek = useEffectEvent(() => {
    const row = sought.current;
    if (row === null) return;
    const index = row.find(matched - 1);
    const { isHeld, isWhole } = view.picture.get();
    if (index !== null && view.row(index) !== undefined) goTo(index);
    else if (isWhole || (row.wasHeld && !isHeld)) {
      sought.current = null;
      if (chosen === null) traffic.release('reading');
    } else if (isHeld) row.wasHeld = true;
  });
  useEffect(() => seek());
  useImperativeHandle(handle, () => ({
    focus: () => scroller.current?.focus({ preventScroll: true }),
    current: () => (isThere ? (view.row(chosenIndex) ?? null) : null),
    move: (steps) => {
      if (isThere) goTo(chosenIndex + steps);
      else goTo(Math.round((scroller.current?.scrollTop ?? 0) / rowHeight));
    },
    moveTo: goTo,
    moveToId: (id) => {
      const find = (): number | null => {
        const index = view.indexOf(id);
        if (view.row(index)?.id === id) return index;
        if (view.picture.get().newest >= id) traffic.hold('reading');
        return null;
      };
      sought.current = { find, wasHeld: false };
      lookAgain((looks) => looks + 1);
    },
    toTop: () => scroller.current?.scrollTo({ top: 0 }),
    pageSize: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2),
  }));

  const recordOf = (target: EventTarget): NumberedRecord | undefined => {
    const row = target instanceof Element ? target.closest('[data-index]') : null;
    return row === null ? undefined : view.row(Number(row.getAttribute('data-index')));
  };
  const items = virtualizer.getVirtualItems();
  const first = items[0];

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the page has the keys, in trafficCommands.ts
    <div
      ref={scroller}
      role="grid"
      aria-label="Requests"
      aria-rowcount={matched + 1}
      aria-colcount={columns.length}
      aria-activedescendant={isThere && chosen !== null ? rowId(chosen) : undefined}
      tabIndex={0}
      className={cn(
        'group/grid min-h-0 flex-1 overflow-auto [scrollbar-gutter:stable] focus-visible:outline-offset-[-2px]',
        isThere && 'outline-none',
      )}
      style={{ '--columns': template } as React.CSSProperties}
      onScroll={({ currentTarget: { scrollTop } }) => {
        if (scrollTop > 2) traffic.hold('scrolled');
        else traffic.release('scrolled');
      }}
      onClick={({ target }) => {
        const record = recordOf(target);
        if (record === undefined) return;
        onChoose(record);
        onOpen(record);
        scroller.current?.focus({ preventScroll: true });
      }}
    >
      <div style={{ minWidth }}>
        <TableHead columns={columns} />
        <div
          role="rowgroup"
          className="overflow-hidden"
          style={{ height: virtualizer.getTotalSize() }}
        >
          <div style={{ transform: `translateY(${(first?.start ?? rowHeight) - rowHeight}px)` }}>
            {items.map(({ index }) => {
              const record = view.row(index);
              return record === undefined ? null : (
                <TrafficRow
                  key={record.id}
                  record={record}
                  index={index}
                  columns={columns}
                  isChosen={record.id === chosen}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

/** What the texts of the first rows need. */
function useWantedWidths(view: TrafficView, matched: number, filter: string): WantedWidths {
  const [charWidth] = useState(monoCharWidth);
  const [seen, setSeen] = useState(() => noTexts(filter));
  const rows = Array.from({ length: Math.min(matched, rowsLookedAt) }, (_, index) =>
    view.row(index),
  ).filter((record) => record !== undefined);
  const next = grownBy(seen.filter === filter ? seen : noTexts(filter), rows);
  if (next !== seen) setSeen(next);
  return useMemo(() => inPixels(next, charWidth), [next, charWidth]);
}

/** Pixels inside of an element, as it changes. */
function useWidth(ref: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
