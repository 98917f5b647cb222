import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useImperativeHandle, useRef, useState } from 'react';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { cn } from '../../ui/cn.ts';
import type { HostActions } from '../hosts/actions.ts';
import { useLineFocus } from '../hosts/useLineFocus.ts';
import { BackendHealthLine } from './BackendHealthLine.tsx';
import { HostHealthLine } from './HostHealthLine.tsx';
import type { HealthLine } from './model/lines.ts';

/** Pixels. */
const heights = { host: 40, backend: 56 } as const;

export interface HealthListHandle {
  /** The line that the keyboard is on; null before it was on one. */
  current(): HealthLine | null;
  move(steps: number): void;
  moveTo(index: number): void;
  pageSize(): number;
}

/** Hosts, each above its backends. */
export function HealthList({
  lines,
  actions,
  handle,
}: {
  readonly lines: readonly HealthLine[];
  readonly actions: HostActions;
  readonly handle: RefObject<HealthListHandle | null>;
}) {
  const { trends } = useBerth();
  const trend = useStore(trends);
  const [activeKey, setActive] = useState<string | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const found = activeKey === null ? -1 : lines.findIndex(({ key }) => key === activeKey);
  const activeIndex = Math.max(0, found);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heights[lines[index]?.kind ?? 'backend'],
    getItemKey: (index) => lines[index]?.key ?? index,
    // The line with the focus stays, wherever the list is scrolled to.
    rangeExtractor: useCallback(
      (range: Range) => {
        const shown = defaultRangeExtractor(range);
        if (activeIndex >= range.count || shown.includes(activeIndex)) return shown;
        return [...shown, activeIndex].sort((a, b) => a - b);
      },
      [activeIndex],
    ),
    overscan: 6,
  });
  const focusNext = useLineFocus(scroller, activeIndex);
  const goTo = (index: number): void => {
    const line = lines[Math.max(0, Math.min(index, lines.length - 1))];
    if (line === undefined) return;
    setActive(line.key);
    virtualizer.scrollToIndex(lines.indexOf(line));
    focusNext();
  };
  useImperativeHandle(handle, () => ({
    current: () => (found === -1 ? null : (lines[found] ?? null)),
    move: (steps) => goTo(found === -1 ? 0 : found + steps),
    moveTo: goTo,
    pageSize: () =>
      Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / heights.backend) - 1),
  }));

  return (
    <div
      ref={scroller}
      role="treegrid"
      aria-label="Health of backends"
      aria-rowcount={lines.length}
      className="@container min-h-0 flex-1 overflow-auto [scrollbar-gutter:stable]"
    >
      <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start, size }) => {
          const line = lines[index];
          if (line === undefined) return null;
          const isActive = index === activeIndex;
          return (
            <div
              key={key}
              role="row"
              data-index={index}
              aria-rowindex={index + 1}
              aria-level={line.kind === 'host' ? 1 : 2}
              tabIndex={isActive ? 0 : -1}
              onFocus={() => setActive(line.key)}
              className={cn(
                'absolute inset-x-0 top-0 border-b border-line',
                line.kind === 'backend' && 'bg-panel',
              )}
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              {line.kind === 'host' ? (
                <HostHealthLine
                  host={line.host}
                  state={line.state}
                  trend={trend.get(line.host.name)}
                  isActive={isActive}
                />
              ) : (
                <BackendHealthLine
                  host={line.host}
                  backend={line.backend}
                  isActive={isActive}
                  actions={actions}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
