import type { RefObject } from 'react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth } from '../../app/context.ts';
import { LineList } from '../../ui/LineList.tsx';
import type { LineListHandle } from '../../ui/useLineList.ts';
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
  return (
    <LineList
      label="Containers and processes"
      lines={lines}
      handle={handle}
      activeKey={chosen}
      onActive={onChoose}
      isPassed={isGroup}
      heightOf={heightOf}
      lineHeight={heights.item}
      overscan={8}
      rowOf={(line) =>
        line.kind === 'group'
          ? {
              'aria-level': 1,
              className: 'flex items-end gap-2 px-4 pb-1 text-caption text-dim',
            }
          : {
              'aria-level': 2,
              'aria-selected': line.key === chosen,
              className: line.key === chosen ? 'bg-chosen' : 'hover:bg-hover',
              onClick: () => onOpen(line.key),
              draggable: line.kind !== 'lost',
              onDragStart: (event) => {
                event.dataTransfer.effectAllowed = 'link';
                event.dataTransfer.setData('text/plain', line.key);
                // What changes the page at once ends the drag in Chromium.
                setTimeout(() => containers.dragged.set(line.key));
              },
              onDragEnd: () => containers.dragged.set(null),
            }
      }
    >
      {(line) =>
        line.kind === 'group' ? (
          <>
            <span role="gridcell" className="min-w-0 truncate font-medium text-text">
              {visibleText(line.title)}
            </span>
            <span role="gridcell" className="shrink-0">
              {visibleText(line.note)}
            </span>
          </>
        ) : (
          <ItemLine item={line} />
        )
      }
    </LineList>
  );
}
