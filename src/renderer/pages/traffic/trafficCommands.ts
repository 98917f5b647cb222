import type { RefObject } from 'react';
import type { NumberedRecord } from '../../../shared/contract/traffic.ts';
import type { Command } from '../../app/commands.ts';
import { detailParts, type TrafficState } from '../../state/traffic.ts';
import { replayKey } from '../../state/trafficReplay.ts';
import type { TableHandle } from './TrafficTable.tsx';

/** What the page's commands need of it. */
export interface TrafficCommandsOptions {
  readonly traffic: TrafficState;
  readonly table: RefObject<TableHandle | null>;
  readonly actions: {
    open(record: NumberedRecord): void;
    copyCurl(record: NumberedRecord): void;
    openInBrowser(record: NumberedRecord): void;
    replay(record: NumberedRecord): void;
    editReplay(record: NumberedRecord): void;
    clearFilter(): boolean;
    latest(): void;
    togglePause(): void;
    clear(): void;
    close(): void;
    export(): void;
  };
  readonly focusFilter: () => void;
  /** Says that a request has to be chosen first. */
  readonly noneChosen: () => void;
}

/** Every key of the traffic page. */
export function trafficCommands(options: TrafficCommandsOptions): readonly Command[] {
  const { traffic, table, actions } = options;
  const onRow =
    (use: (record: NumberedRecord) => void): (() => unknown) =>
    () => {
      const record = table.current?.current() ?? traffic.opened.get();
      return record === null ? false : use(record);
    };
  /** Of commands that stand in the palette and in the menu, too. */
  const onRowOrSaid =
    (use: (record: NumberedRecord) => void): (() => unknown) =>
    () => {
      if (onRow(use)() === false) options.noneChosen();
    };
  const movePart = (steps: number): unknown => {
    const record = traffic.opened.get();
    if (record === null) return false;
    const isReplayed = traffic.replays.all.get().has(replayKey(record));
    const part = traffic.part.get() ?? (isReplayed ? 'replay' : 'overview');
    const at = detailParts.indexOf(part) + steps + detailParts.length;
    traffic.part.set(detailParts[at % detailParts.length] ?? part);
    return true;
  };
  const command = (
    id: string,
    title: string,
    keys: readonly string[],
    run: () => unknown,
    hidden = true,
  ): Command => ({ id, title, group: 'Traffic', keys, hidden, run });
  const page = (): number => table.current?.pageSize() ?? 1;

  return [
    command('filter', 'Filter requests', ['/'], options.focusFilter, false),
    command('traffic.pause', 'Pause or resume the view', ['p'], actions.togglePause, false),
    command('traffic.pause-space', 'Pause or resume the view', ['space'], () =>
      document.activeElement?.closest('button, a') === null ? actions.togglePause() : false,
    ),
    command('traffic.latest', 'Jump to the latest', ['g g', 'home'], actions.latest, false),
    command('traffic.clear', 'Clear the view', ['x'], actions.clear, false),
    command('traffic.export', 'Export requests…', ['mod+e'], actions.export, false),
    command('traffic.next', 'Next request', ['j', 'arrowdown'], () => table.current?.move(1)),
    command('traffic.previous', 'Previous request', ['k', 'arrowup'], () =>
      table.current?.move(-1),
    ),
    command('traffic.next-page', 'Next page', ['pagedown'], () => table.current?.move(page())),
    command('traffic.previous-page', 'Previous page', ['pageup'], () =>
      table.current?.move(-page()),
    ),
    command('traffic.oldest', 'Oldest request', ['G', 'end'], () =>
      table.current?.moveTo(Number.MAX_SAFE_INTEGER),
    ),
    command('traffic.open', 'Show the request', ['enter'], () => {
      if (document.activeElement?.getAttribute('role') !== 'grid') return false;
      return onRow(actions.open)();
    }),
    command('traffic.replay', 'Replay the request', ['r'], onRowOrSaid(actions.replay), false),
    command(
      'traffic.replay-edit',
      'Edit and replay the request…',
      ['e'],
      onRowOrSaid(actions.editReplay),
      false,
    ),
    command('traffic.part-next', 'Next part of the request', [']'], () => movePart(1)),
    command('traffic.part-previous', 'Previous part of the request', ['['], () => movePart(-1)),
    command('traffic.curl', 'Copy as curl', ['c'], onRow(actions.copyCurl)),
    command('traffic.browser', 'Open in the browser', ['o'], onRow(actions.openInBrowser)),
    command('traffic.back', 'Close the request, follow again, clear the filter', ['esc'], () => {
      if (traffic.opened.get() !== null) {
        actions.close();
        return true;
      }
      if (traffic.chosen.get() !== null) {
        traffic.chosen.set(null);
        traffic.release('reading');
        return true;
      }
      return actions.clearFilter();
    }),
  ];
}
