import type { ComponentProps, ReactNode, RefObject } from 'react';
import { cn } from './cn.ts';
import { type LineListHandle, useLineList } from './useLineList.ts';

/** A long list whose lines stand in levels, of which those are drawn that are on the screen. */
export function LineList<Line extends { readonly key: string }>({
  label,
  className,
  lines,
  handle,
  activeKey,
  onActive,
  isPassed,
  heightOf,
  lineHeight,
  overscan,
  rowOf,
  children,
}: {
  readonly label: string;
  readonly className?: string;
  readonly lines: readonly Line[];
  readonly handle: RefObject<LineListHandle<Line> | null>;
  /** Key of the line that the keyboard is on. */
  readonly activeKey: string | null;
  readonly onActive: (key: string) => void;
  /** Whether the keyboard steps over a line, as over the name of a group. */
  readonly isPassed?: (line: Line) => boolean;
  /** Pixels of a line. */
  readonly heightOf: (line: Line) => number;
  /** Pixels of most lines. */
  readonly lineHeight: number;
  readonly overscan: number;
  /** What a line has beside its cells: its level, its look, what a press does. */
  readonly rowOf: (line: Line) => ComponentProps<'div'>;
  /** The cells of a line. */
  readonly children: (line: Line, isActive: boolean) => ReactNode;
}) {
  const { scroller, virtualizer, activeIndex } = useLineList({
    lines,
    handle,
    activeKey,
    onActive,
    ...(isPassed === undefined ? {} : { isPassed }),
    heightOf,
    lineHeight,
    overscan,
  });
  return (
    <div
      ref={scroller}
      role="treegrid"
      aria-label={label}
      aria-rowcount={lines.length}
      className={cn('min-h-0 flex-1 overflow-auto', className)}
    >
      <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start, size }) => {
          const line = lines[index];
          if (line === undefined) return null;
          const isActive = index === activeIndex;
          const { className: look, ...row } = rowOf(line);
          const stop =
            isPassed?.(line) === true
              ? {}
              : {
                  'data-index': index,
                  tabIndex: isActive ? 0 : -1,
                  onFocus: () => onActive(line.key),
                };
          return (
            <div
              key={key}
              role="row"
              aria-rowindex={index + 1}
              {...stop}
              {...row}
              className={cn('absolute inset-x-0 top-0', look)}
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              {children(line, isActive)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
