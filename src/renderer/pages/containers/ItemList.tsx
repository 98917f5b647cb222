import type { RefObject } from 'react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth } from '../../app/context.ts';
import { cn } from '../../ui/cn.ts';
import { type LineListHandle, useLineList } from '../../ui/useLineList.ts';
import { ItemLine } from './ItemLine.tsx';
import type { ListLine } from './model/items.ts';

/** Pixels. */
const heights = { group: 30, item: 34 } as const;
const heightOf = ({ kind }: ListLine): number => (kind === 'group' ? heights.group : heights.item);
const isGroup = ({ kind }: ListLine): boolean => kind === 'group';

/** Everything that can be mapped, below what it belongs to. */
export function ItemList({
  lines,
  chosen,
  handle,
  onChoose,
  onOpen,
}: {
  readonly lines: readonly ListLine[];
  readonly chosen: string | null;
  readonly handle: RefObject<LineListHandle<ListLine> | null>;
  readonly onChoose: (key: string) => void;
  /** By a press: it is to be seen where only one of list and item has room. */
  readonly onOpen: (key: string) => void;
}) {
  const { containers } = useBerth();
  const { scroller, virtualizer, activeIndex } = useLineList({
    lines,
    handle,
    activeKey: chosen,
    onActive: onChoose,
    isPassed: isGroup,
    heightOf,
    lineHeight: heights.item,
    overscan: 8,
  });
  return (
    <div
      ref={scroller}
      role="treegrid"
      aria-label="Containers and processes"
      aria-rowcount={lines.length}
      className="min-h-0 flex-1 overflow-auto"
    >
      <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start, size }) => {
          const line = lines[index];
          if (line === undefined) return null;
          const place = { height: size, transform: `translateY(${start}px)` };
          if (line.kind === 'group') {
            return (
              <div
                key={key}
                role="row"
                aria-level={1}
                aria-rowindex={index + 1}
                className="absolute inset-x-0 top-0 flex items-end gap-2 px-4 pb-1 text-caption text-dim"
                style={place}
              >
                <span role="gridcell" className="min-w-0 truncate font-medium text-text">
                  {visibleText(line.title)}
                </span>
                <span role="gridcell" className="shrink-0">
                  {visibleText(line.note)}
                </span>
              </div>
            );
          }
          const isChosen = line.key === chosen;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the page has the keys of all lines, in containerCommands.ts
            <div
              key={key}
              role="row"
              data-index={index}
              aria-level={2}
              aria-rowindex={index + 1}
              aria-selected={isChosen}
              tabIndex={index === activeIndex ? 0 : -1}
              draggable={line.kind !== 'lost'}
              onFocus={() => onChoose(line.key)}
              onClick={() => onOpen(line.key)}
              onDragStart={(event) => {
                event.dataTransfer.effectAllowed = 'link';
                event.dataTransfer.setData('text/plain', line.key);
                // What changes the page at once ends the drag in Chromium.
                setTimeout(() => containers.dragged.set(line.key));
              }}
              onDragEnd={() => containers.dragged.set(null)}
              className={cn('absolute inset-x-0 top-0', isChosen ? 'bg-chosen' : 'hover:bg-hover')}
              style={place}
            >
              <ItemLine item={line} />
            </div>
          );
        })}
      </div>
    </div>
  );
}
