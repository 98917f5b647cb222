import { Plus } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth } from '../../app/context.ts';
import { useCommands } from '../../app/useCommands.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FilterField } from '../../ui/FilterField.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { AddHost } from './AddHost.tsx';
import type { LineEvents } from './HostLine.tsx';
import { HostList, type HostListHandle } from './HostList.tsx';
import { HostMenu } from './HostMenu.tsx';
import { ListHeader } from './ListHeader.tsx';
import { listCommands, toggled } from './listCommands.ts';
import { hostFilter } from './model/filter.ts';
import { type Editing, lineKeys } from './model/lines.ts';
import { sortRows } from './model/order.ts';
import type { HostRow } from './model/rows.ts';
import { NoHosts } from './NoHosts.tsx';
import { SelectionBar } from './SelectionBar.tsx';
import { useHeldRows } from './useHeldRows.ts';
import { useHostActions } from './useHostActions.ts';
import { useLatest } from './useLatest.ts';
import { useRows } from './useRows.ts';

/** All hosts. */
export function HostsListPage() {
  const berth = useBerth();
  const { hostsView, session } = berth;
  const actions = useHostActions();
  const rows = useRows();
  const filter = useStore(hostsView.filter);
  const sort = useStore(hostsView.sort);
  const draft = useStore(hostsView.draft);
  const selected = useStore(hostsView.selected);
  const connection = useStore(session.state);
  const list = useRef<HostListHandle>(null);
  const field = useRef<HTMLInputElement>(null);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const [edited, setEditing] = useState<Editing | null>(null);
  const open = useStore(hostsView.open);
  // A host that was closed or removed takes its field along.
  const editing =
    edited !== null && open.has(edited.name) && rows?.has(edited.name) ? edited : null;

  const sorted = useMemo(() => {
    const matches = hostFilter(filter);
    const all = [...(rows?.values() ?? [])];
    // What somebody writes in stays, whatever becomes of its state meanwhile.
    return sortRows(
      all.filter((row) => row.name === editing?.name || matches(row)),
      sort,
    );
  }, [rows, filter, sort, editing]);
  const isAtMenu = menu !== null;
  const held = useHeldRows(sorted, { sort, filter, isBusy: editing !== null || isAtMenu });
  const shown = held.rows;
  const latest = useLatest(shown);

  const events = useMemo((): LineEvents => {
    let anchor: string | null = null;
    return {
      toggle: (name) => hostsView.open.update((before) => toggled(before, name)),
      copy: (row) => void actions.copyUrl(row),
      openElsewhere: (row) => void actions.open(row),
      select: (name, range) => {
        const names = latest.current.map((row) => row.name);
        const from = anchor === null ? -1 : names.indexOf(anchor);
        const to = names.indexOf(name);
        anchor = name;
        if (!range || from === -1) {
          hostsView.selected.update((before) => toggled(before, name));
          return;
        }
        const part = names.slice(Math.min(from, to), Math.max(from, to) + 1);
        hostsView.selected.update((before) => new Set([...before, ...part]));
      },
      edit: (next) => {
        if (next !== null && !hostsView.open.get().has(next.name)) {
          hostsView.open.update((before) => toggled(before, next.name));
        }
        setEditing(next);
      },
      removeBackend: ({ host }, { index, url }) => {
        // The line of the last one goes with it, and its focus would.
        if (index === host.backends.length - 1) list.current?.moveToKey(lineKeys.more(host.name));
        void actions.removeBackend(host, url);
      },
      menu: (row, at) => setMenu({ row, at }),
    };
  }, [hostsView, actions, latest]);

  useCommands(
    useMemo(
      () =>
        listCommands({
          berth,
          actions,
          list,
          shown: () => latest.current,
          events,
          sortNow: held.sortNow,
          focusFilter: () => field.current?.select(),
        }),
      [berth, actions, events, latest, held.sortNow],
    ),
  );

  // Whoever comes back goes on where they were; what has the focus by now keeps it.
  useEffect(() => {
    const name = hostsView.left.get();
    hostsView.left.set(null);
    if (name === null || list.current === null || document.activeElement !== document.body) return;
    if (latest.current.some((row) => row.name === name))
      list.current.moveToKey(lineKeys.host(name));
    else list.current.moveTo('first');
  }, [hostsView, latest]);

  const total = rows?.size ?? 0;
  const closeDraft = (): void => {
    hostsView.draft.set(null);
    const active = hostsView.active.get();
    if (active !== null) list.current?.moveToKey(active);
  };
  return (
    <>
      <PageHeader title="Hosts">
        {rows !== null && total > 0 && (
          <span className="text-dim">
            {filter === '' ? count(total) : `${count(shown.length)} of ${count(total)}`}
          </span>
        )}
        <div className="ml-auto flex min-w-0 items-center gap-2">
          <FilterField
            ref={field}
            label="Filter hosts"
            placeholder="Filter hosts"
            title="Words of name, identifier or backends; status:down, is:wildcard, is:flagged, is:checked; - turns one round"
            value={filter}
            onChange={hostsView.filter.set}
            onLeave={() => list.current?.moveTo('first')}
          />
          <Button look="primary" onClick={() => hostsView.draft.set({ text: '', copyOf: null })}>
            <Plus aria-hidden size={15} /> Add host
          </Button>
        </div>
      </PageHeader>
      {draft !== null && (
        <AddHost
          key={draft.copyOf ?? ''}
          draft={draft}
          actions={actions}
          onClose={closeDraft}
          onShow={(name) => {
            hostsView.draft.set(null);
            list.current?.moveToKey(lineKeys.host(name));
          }}
        />
      )}
      {selected.size > 0 && rows !== null && (
        <SelectionBar rows={shown} all={rows} actions={actions} />
      )}
      {rows === null ? (
        <Waiting isLost={connection.kind === 'lost'} />
      ) : total === 0 ? (
        draft === null && <NoHosts onAdd={() => hostsView.draft.set({ text: '', copyOf: null })} />
      ) : shown.length === 0 ? (
        <EmptyState
          title={`0 of ${count(total)}`}
          actions={<Button onClick={() => hostsView.filter.set('')}>Clear filter</Button>}
        >
          No host has <span className="font-mono text-mono text-text">{visibleText(filter)}</span>{' '}
          in its name, identifier or backends.
        </EmptyState>
      ) : (
        <HostList held={held} editing={editing} actions={actions} events={events} handle={list} />
      )}
      {menu !== null && (
        <HostMenu
          {...menu}
          actions={actions}
          onClose={() => {
            setMenu(null);
            list.current?.moveToKey(lineKeys.host(menu.row.name));
          }}
        />
      )}
    </>
  );
}

interface OpenMenu {
  readonly row: HostRow;
  readonly at: { readonly x: number; readonly y: number };
}

/** Before the first list came: the lines stand where they will be. */
function Waiting({ isLost }: { readonly isLost: boolean }) {
  return (
    <div aria-busy={!isLost} className="min-h-0 flex-1 overflow-hidden">
      <ListHeader rows={[]} />
      <p role="status" className="px-4 py-3 text-dim">
        {isLost ? 'Hosts are shown as soon as there is a connection.' : 'Reading hosts…'}
      </p>
    </div>
  );
}
