import type { RefObject } from 'react';
import type { HostView } from '../../../shared/contract/hosts.ts';
import type { Command } from '../../app/commands.ts';
import type { Berth } from '../../app/context.ts';
import { isTyping } from '../../app/keys.ts';
import { lineCommands } from '../../app/lineCommands.ts';
import { addressOf } from '../../app/route.ts';
import type { HostActions } from './actions.ts';
import type { LineEvents } from './HostLine.tsx';
import type { HostListHandle } from './HostList.tsx';
import type { BackendPlace } from './model/backendEdit.ts';
import { duplicateLine } from './model/duplicate.ts';
import { lineKeys } from './model/lines.ts';
import type { HostRow } from './model/rows.ts';

/** What the list's commands need of the page. */
export interface ListCommandsOptions {
  readonly berth: Pick<Berth, 'hostsView' | 'router'>;
  readonly actions: HostActions;
  readonly list: RefObject<HostListHandle | null>;
  /** As they are shown at this moment. */
  readonly shown: () => readonly HostRow[];
  readonly events: LineEvents;
  /** Puts lines into their order that stayed where they were. */
  readonly sortNow: () => void;
  readonly focusFilter: () => void;
}

/** Every key of the list of hosts. */
export function listCommands(options: ListCommandsOptions): readonly Command[] {
  const { berth, actions, list, shown, events } = options;
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
  const editBackend = ({ name }: HostRow, { index, url }: BackendPlace): void =>
    events.edit({ kind: 'backend', name, place: { index, url } });
  const onRow = (use: (row: HostRow) => unknown) => () => {
    const row = current();
    return row === null ? false : void use(row);
  };
  const setOpen = (isOpen: boolean) => (): unknown => {
    const row = current();
    if (row === null || list.current?.isOnLine() !== true) return false;
    if (hostsView.open.get().has(row.name) === isOpen) return false;
    list.current.moveToKey(lineKeys.host(row.name));
    return events.toggle(row.name);
  };

  return [
    { id: 'filter', title: 'Filter hosts', group: 'Hosts', keys: ['/'], run: options.focusFilter },
    ...lineCommands('hosts', 'Hosts', list),
    command('toggle', 'Open or close a host in place', ['enter'], () => {
      const line = list.current?.current();
      if (line === null || line === undefined || list.current?.isOnLine() !== true) return false;
      if (line.kind === 'host') return events.toggle(line.row.name);
      if (line.kind === 'backend') return editBackend(line.row, line.backend);
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
    command('edit', 'Edit the backend, or the host on its page', ['e'], () => {
      const line = list.current?.current() ?? null;
      if (line === null) return false;
      if (line.kind === 'backend') return editBackend(line.row, line.backend);
      const { name, host } = line.row;
      const [only, ...others] = host.backends;
      if (line.kind === 'host' && only !== undefined && others.length === 0) {
        return editBackend(line.row, { index: 0, url: only });
      }
      return router.go(addressOf('hosts', name));
    }),
    command(
      'add-backend',
      'Add a backend',
      ['b'],
      onRow(({ name }) => events.edit({ kind: 'new', name })),
    ),
    command(
      'identifier',
      'Change the identifier',
      ['i'],
      onRow(({ name }) => events.edit({ kind: 'identifier', name })),
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
          events.menu(row, list.current?.placeOf(line) ?? { x: 0, y: 0 });
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
    command('remove', 'Delete the host, or the backend', ['d', 'delete'], () => {
      const line = list.current?.current() ?? null;
      if (line?.kind === 'backend' && hostsView.selected.get().size === 0) {
        return events.removeBackend(line.row, line.backend);
      }
      const hosts = meant();
      if (hosts.length === 0) return false;
      hostsView.selected.set(new Set());
      return void actions.remove(hosts);
    }),
    command('sort-now', 'Sort the list anew', ['s'], options.sortNow),
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
