import { type RefObject, useLayoutEffect, useMemo } from 'react';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { cn } from '../../ui/cn.ts';
import { type LineListHandle, useLineList } from '../../ui/useLineList.ts';
import type { HostActions } from './actions.ts';
import { BackendLine } from './BackendLine.tsx';
import { EditLine } from './EditLine.tsx';
import { FindingLine } from './FindingLine.tsx';
import { HostLine, type LineEvents } from './HostLine.tsx';
import { ListHeader } from './ListHeader.tsx';
import { MoreLine } from './MoreLine.tsx';
import { indexOfPlace } from './model/backendEdit.ts';
import { type Editing, type Line, lineKeys, linesOf } from './model/lines.ts';
import type { HeldRows } from './useHeldRows.ts';
import { useLookedUp } from './useLookedUp.ts';

/** Pixels; ui.md and the header's class have the same. */
const lineHeight = 36;
const headerHeight = 32;

export type HostListHandle = LineListHandle<Line>;

export function HostList({
  held,
  editing,
  actions,
  events,
  handle,
}: {
  readonly held: HeldRows;
  /** What is being written in place; null for nothing. */
  readonly editing: Editing | null;
  readonly actions: HostActions;
  readonly events: LineEvents;
  readonly handle: RefObject<HostListHandle | null>;
}) {
  const { hostsView, hostLookups, live } = useBerth();
  const { rows } = held;
  const open = useStore(hostsView.open);
  const selected = useStore(hostsView.selected);
  const activeKey = useStore(hostsView.active);
  const isSecure = useStore(live.status)?.listeners.some(({ secure }) => secure) === true;
  const lines = useMemo(() => linesOf(rows, open, editing), [rows, open, editing]);
  const editKey = editing === null ? null : lineKeys.edit(editing.name);
  const { scroller, virtualizer, activeIndex } = useLineList({
    lines,
    handle,
    activeKey,
    onActive: hostsView.active.set,
    pinnedKey: editKey,
    heightOf: () => lineHeight,
    lineHeight,
    headerHeight,
    overscan: 4,
    initialOffset: hostsView.scrolled.get,
  });

  useLayoutEffect(() => {
    const element = scroller.current;
    return () => hostsView.scrolled.set(element?.scrollTop ?? 0);
  }, [hostsView, scroller]);

  const items = virtualizer.getVirtualItems();
  const verdicts = useStore(hostLookups.verdicts);
  useLookedUp(
    items.flatMap(({ index }) => {
      const line = lines[index];
      return line?.kind === 'host' ? [line.row.name] : [];
    }),
  );
  const fieldHeight = items.find(({ key }) => key === editKey)?.size;
  // A field that opens, or has more to say, is scrolled to; lines that come and go meanwhile do not move it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it opens with another thing to edit
  useLayoutEffect(() => {
    if (editKey === null) return;
    const index = lines.findIndex(({ key }) => key === editKey);
    if (index !== -1) virtualizer.scrollToIndex(index, { align: 'auto' });
  }, [editing, fieldHeight]);

  const closeField = (line: Extract<Line, { kind: 'edit' }>): void => {
    events.edit(null);
    handle.current?.moveToKey(keyAfter(line));
  };

  return (
    <div
      ref={scroller}
      role="treegrid"
      aria-label="Hosts"
      aria-rowcount={lines.length + 1}
      aria-multiselectable
      className="min-h-0 flex-1 overflow-auto"
    >
      <ListHeader rows={rows} onSortNow={held.isOther ? held.sortNow : null} />
      <div
        role="rowgroup"
        className="relative"
        style={{ height: virtualizer.getTotalSize() }}
        {...held.events}
      >
        {items.map((item) => {
          const line = lines[item.index];
          if (line === undefined) return null;
          const isActive = item.index === activeIndex;
          const isHost = line.kind === 'host';
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the page has the keys of all lines, in listCommands.ts
            <div
              key={item.key}
              ref={line.kind === 'edit' ? virtualizer.measureElement : undefined}
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
                'absolute inset-x-0 top-0 border-b border-line',
                line.kind !== 'edit' && 'h-9',
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
                  verdict={verdicts.get(line.row.name) ?? null}
                  events={events}
                />
              )}
              {line.kind === 'backend' && (
                <BackendLine line={line} isActive={isActive} actions={actions} events={events} />
              )}
              {line.kind === 'edit' && (
                <EditLine line={line} actions={actions} onClose={() => closeField(line)} />
              )}
              {line.kind === 'finding' && <FindingLine finding={line.finding} />}
              {line.kind === 'more' && (
                <MoreLine row={line.row} isActive={isActive} events={events} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Where the keyboard goes on when a field closes. */
function keyAfter({ row: { name, host }, editing }: Extract<Line, { kind: 'edit' }>): string {
  if (editing.kind === 'identifier') return lineKeys.host(name);
  if (editing.kind !== 'backend' || host.backends.length === 0) return lineKeys.more(name);
  const at = indexOfPlace(host.backends, editing.place);
  // It has another address by now.
  return lineKeys.backend(
    name,
    at === -1 ? Math.min(editing.place.index, host.backends.length - 1) : at,
  );
}
