import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { ArrowRight } from 'lucide-react';
import {
  type RefObject,
  useCallback,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react';
import { useBerth } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { useStore } from '../../state/store.ts';
import { cn } from '../../ui/cn.ts';
import type { HostActions } from './actions.ts';
import { BackendLine } from './BackendLine.tsx';
import { HostLine, type LineEvents } from './HostLine.tsx';
import { ListHeader } from './ListHeader.tsx';
import { type Line, linesOf } from './model/lines.ts';
import type { HostRow } from './model/rows.ts';
import { useLineFocus } from './useLineFocus.ts';

/** Pixels; ui.md and the header's class have the same. */
const lineHeight = 36;
const headerHeight = 32;

/** What the keys of the page ask of the list. */
export interface ListHandle {
  /** The line that the keyboard is on; null before it was on one. */
  current(): Line | null;
  /** Whether the focus is on a line itself, and not on a button in it or elsewhere. */
  isOnLine(): boolean;
  move(steps: number): void;
  moveTo(place: 'first' | 'last'): void;
  moveToHost(name: string): void;
  /** Lines that fit on the screen. */
  pageSize(): number;
  /** Where a menu for the line belongs. */
  placeOf(line: Line): { readonly x: number; readonly y: number };
}

export function HostList({
  rows,
  actions,
  events,
  handle,
}: {
  readonly rows: readonly HostRow[];
  readonly actions: HostActions;
  readonly events: LineEvents;
  readonly handle: RefObject<ListHandle | null>;
}) {
  const { hostsView, live } = useBerth();
  const open = useStore(hostsView.open);
  const selected = useStore(hostsView.selected);
  const activeKey = useStore(hostsView.active);
  const isSecure = useStore(live.status)?.listeners.some(({ secure }) => secure) === true;
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => linesOf(rows, open), [rows, open]);
  const found = useMemo(() => lines.findIndex(({ key }) => key === activeKey), [lines, activeKey]);
  const activeIndex = Math.max(0, found);

  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    getItemKey: useCallback((index: number) => lines[index]?.key ?? index, [lines]),
    // The line with the focus stays, wherever the list is scrolled to: its focus would be lost.
    rangeExtractor: useCallback(
      (range: Range) => {
        const shown = defaultRangeExtractor(range);
        if (activeIndex >= range.count || shown.includes(activeIndex)) return shown;
        return [...shown, activeIndex].sort((a, b) => a - b);
      },
      [activeIndex],
    ),
    overscan: 8,
    scrollMargin: headerHeight,
    scrollPaddingStart: headerHeight,
    initialOffset: () => hostsView.scrolled.get(),
  });
  const focusNext = useLineFocus(scroller, activeIndex);
  // Where the keyboard goes on when its line was deleted or filtered away.
  const lastIndex = useRef(0);
  useLayoutEffect(() => {
    if (found !== -1) lastIndex.current = found;
  }, [found]);

  useLayoutEffect(() => {
    const element = scroller.current;
    return () => hostsView.scrolled.set(element?.scrollTop ?? 0);
  }, [hostsView]);

  const goTo = useCallback(
    (index: number) => {
      const line = lines[Math.max(0, Math.min(index, lines.length - 1))];
      if (line === undefined) return;
      hostsView.active.set(line.key);
      virtualizer.scrollToIndex(lines.indexOf(line), { align: 'auto' });
      focusNext();
    },
    [lines, hostsView, virtualizer, focusNext],
  );

  useImperativeHandle(
    handle,
    () => ({
      current: () => (found === -1 ? null : (lines[found] ?? null)),
      isOnLine: () =>
        document.activeElement?.parentElement?.parentElement === scroller.current &&
        document.activeElement?.hasAttribute('data-index') === true,
      move: (steps) => {
        if (found !== -1) goTo(found + steps);
        else goTo(lastIndex.current + (steps > 0 ? 0 : -1));
      },
      moveTo: (place) => goTo(place === 'first' ? 0 : lines.length - 1),
      moveToHost: (name) => goTo(lines.findIndex(({ key }) => key === name)),
      pageSize: () =>
        Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / lineHeight) - 2),
      placeOf: (line) => {
        const index = lines.indexOf(line);
        const box = scroller.current
          ?.querySelector(`[data-index="${index}"]`)
          ?.getBoundingClientRect();
        return { x: (box?.right ?? 0) - 8, y: box?.bottom ?? 0 };
      },
    }),
    [found, lines, goTo],
  );

  return (
    <div
      ref={scroller}
      role="treegrid"
      aria-label="Hosts"
      aria-rowcount={lines.length + 1}
      aria-multiselectable
      className="min-h-0 flex-1 overflow-auto"
    >
      <ListHeader rows={rows} />
      <div role="rowgroup" className="relative" style={{ height: lines.length * lineHeight }}>
        {virtualizer.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (line === undefined) return null;
          const isActive = item.index === activeIndex;
          const isHost = line.kind === 'host';
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the page has the keys of all lines, in listCommands.ts
            <div
              key={item.key}
              role="row"
              data-index={item.index}
              aria-rowindex={item.index + 2}
              aria-level={isHost ? 1 : 2}
              aria-expanded={isHost ? open.has(line.row.name) : undefined}
              aria-selected={isHost ? selected.has(line.row.name) : undefined}
              tabIndex={isActive ? 0 : -1}
              onFocus={() => hostsView.active.set(line.key)}
              onClick={(event) => {
                if (!isHost) return;
                if (event.metaKey || event.ctrlKey || event.shiftKey) {
                  events.select(line.row.name, event.shiftKey);
                } else events.toggle(line.row.name);
              }}
              onContextMenu={(event) => {
                event.preventDefault();
                events.menu(line.row, { x: event.clientX, y: event.clientY });
              }}
              className={cn(
                'absolute inset-x-0 top-0 h-9 border-b border-line',
                isHost ? 'hover:bg-hover' : 'bg-panel',
                isHost && selected.has(line.row.name) && 'bg-chosen',
              )}
              style={{ transform: `translateY(${item.start - headerHeight}px)` }}
            >
              {line.kind === 'host' && (
                <HostLine
                  row={line.row}
                  isOpen={open.has(line.row.name)}
                  isSelected={selected.has(line.row.name)}
                  isAnySelected={selected.size > 0}
                  isSecure={isSecure}
                  events={events}
                />
              )}
              {line.kind === 'backend' && (
                <BackendLine line={line} isActive={isActive} actions={actions} />
              )}
              {line.kind === 'finding' && (
                <div
                  role="gridcell"
                  title={line.finding.advice}
                  className="flex h-full items-center gap-2 truncate pr-3 pl-24"
                >
                  <span
                    className={line.finding.severity === 'error' ? 'text-down' : 'text-degraded'}
                  >
                    {line.finding.severity}
                  </span>
                  <span className="truncate">
                    {line.finding.message}. <span className="text-dim">{line.finding.advice}</span>
                  </span>
                </div>
              )}
              {line.kind === 'more' && (
                <div role="gridcell" className="flex h-full items-center gap-4 pr-3 pl-24">
                  <a
                    href={`#${addressOf('hosts', line.row.name)}`}
                    tabIndex={isActive ? 0 : -1}
                    className="inline-flex items-center gap-1 text-accent hover:underline"
                  >
                    Options and history of {line.row.name} <ArrowRight aria-hidden size={14} />
                  </a>
                  {line.row.host.backends.length === 0 && (
                    <span className="text-dim">It has no backend: every request is a 502.</span>
                  )}
                </div>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
