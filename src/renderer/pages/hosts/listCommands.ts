import type { RefObject } from 'react';
import type { HostView } from '../../../shared/contract/hosts.ts';
import type { Command } from '../../app/commands.ts';
import type { Berth } from '../../app/context.ts';
import { isTyping } from '../../app/keys.ts';
import { addressOf } from '../../app/route.ts';
import type { HostActions } from './actions.ts';
import type { ListHandle } from './HostList.tsx';
import { duplicateLine } from './model/duplicate.ts';
import type { HostRow } from './model/rows.ts';

/** What the list's commands need of the page. */
export interface ListCommandsOptions {
  readonly berth: Pick<Berth, 'hostsView' | 'router'>;
  readonly actions: HostActions;
  readonly list: RefObject<ListHandle | null>;
  /** As they are shown at this moment. */
  readonly shown: () => readonly HostRow[];
  readonly toggle: (name: string) => void;
  readonly openMenu: (row: HostRow, at: { readonly x: number; readonly y: number }) => void;
  readonly focusFilter: () => void;
}

/** Every key of the list of hosts. */
export function listCommands(options: ListCommandsOptions): readonly Command[] {
  const { berth, actions, list, shown, toggle } = options;
  const { hostsView, router } = berth;
  const current = (): HostRow | null => list.current?.current()?.row ?? null;
  const meant = (): readonly HostView[] => {
    const selected = hostsView.selected.get();
    if (selected.size > 0) {
      return shown().flatMap(({ name, host }) => (selected.has(name) ? [host] : []));
    }
    const row = current();
    return row === null ? [] : [row.host];
  };
  const command = (
    id: string,
    title: string,
    keys: readonly string[],
    run: () => unknown,
  ): Command => ({ id: `hosts.${id}`, title, group: 'Hosts', keys, hidden: true, run });
  const onRow = (use: (row: HostRow) => unknown) => () => {
    const row = current();
    return row === null ? false : void use(row);
  };
  const move = (steps: () => number) => () => list.current?.move(steps());
  const setOpen = (isOpen: boolean) => (): unknown => {
    const row = current();
    if (row === null || list.current?.isOnLine() !== true) return false;
    if (hostsView.open.get().has(row.name) === isOpen) return false;
    list.current.moveToHost(row.name);
    return toggle(row.name);
  };

  return [
    { id: 'filter', title: 'Filter hosts', group: 'Hosts', keys: ['/'], run: options.focusFilter },
    command(
      'next',
      'Next line',
      ['j', 'arrowdown'],
      move(() => 1),
    ),
    command(
      'previous',
      'Previous line',
      ['k', 'arrowup'],
      move(() => -1),
    ),
    command(
      'next-page',
      'Next page',
      ['pagedown'],
      move(() => list.current?.pageSize() ?? 1),
    ),
    command(
      'previous-page',
      'Previous page',
      ['pageup'],
      move(() => -(list.current?.pageSize() ?? 1)),
    ),
    command('first', 'First host', ['home', 'g g'], () => list.current?.moveTo('first')),
    command('last', 'Last host', ['end', 'G'], () => list.current?.moveTo('last')),
    command('toggle', 'Open or close a host in place', ['enter'], () => {
      const line = list.current?.current();
      if (line === null || line === undefined || list.current?.isOnLine() !== true) return false;
      if (line.kind === 'host') return toggle(line.row.name);
      return router.go(addressOf('hosts', line.row.name));
    }),
    command('expand', 'Open a host in place', ['arrowright', 'l'], setOpen(true)),
    command('collapse', 'Close a host', ['arrowleft', 'h'], setOpen(false)),
    command(
      'open',
      'Open the host in the browser',
      ['o'],
      onRow((row) => actions.open(row)),
    ),
    command(
      'copy',
      'Copy the address',
      ['y'],
      onRow((row) => actions.copyUrl(row)),
    ),
    command(
      'curl',
      'Copy as curl',
      ['c'],
      onRow((row) => actions.copyCurl(row)),
    ),
    command(
      'edit',
      'Edit options and backends',
      ['e'],
      onRow(({ name }) => router.go(addressOf('hosts', name))),
    ),
    command(
      'check',
      'Check the backends now',
      ['r'],
      onRow(({ name }) => actions.check(name)),
    ),
    command(
      'revive',
      'Revive the backends',
      ['v'],
      onRow(({ name }) => actions.revive(name)),
    ),
    command(
      'duplicate',
      'Duplicate the host',
      ['D'],
      onRow(({ host }) => hostsView.draft.set({ text: duplicateLine(host), copyOf: host.name })),
    ),
    command(
      'menu',
      'Show what can be done with the host',
      ['m', 'contextmenu'],
      onRow((row) => {
        const line = list.current?.current();
        if (line !== null && line !== undefined)
          options.openMenu(row, list.current?.placeOf(line) ?? { x: 0, y: 0 });
      }),
    ),
    command('select', 'Select the host', ['space'], () => {
      const row = current();
      if (row === null || list.current?.isOnLine() !== true) return false;
      return hostsView.selected.update((before) => toggled(before, row.name));
    }),
    command('select-all', 'Select all that are shown', ['mod+a'], () =>
      isTyping(document.activeElement)
        ? false
        : hostsView.selected.set(new Set(shown().map(({ name }) => name))),
    ),
    command('pause', 'Pause or resume', ['p'], () => {
      const hosts = meant();
      if (hosts.length === 0) return false;
      return void actions.setPaused(
        hosts,
        hosts.some(({ options: { paused } }) => !paused),
      );
    }),
    command('remove', 'Delete', ['d', 'delete'], () => {
      const hosts = meant();
      if (hosts.length === 0) return false;
      hostsView.selected.set(new Set());
      return void actions.remove(hosts);
    }),
    command('back', 'Close, end the selection, clear the filter', ['esc'], () => {
      const row = current();
      if (row !== null && list.current?.isOnLine() === true && hostsView.open.get().has(row.name)) {
        return setOpen(false)();
      }
      if (hostsView.selected.get().size > 0) return hostsView.selected.set(new Set());
      if (hostsView.filter.get() !== '') return hostsView.filter.set('');
      return false;
    }),
  ];
}

export function toggled(before: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const next = new Set(before);
  if (!next.delete(name)) next.add(name);
  return next;
}
