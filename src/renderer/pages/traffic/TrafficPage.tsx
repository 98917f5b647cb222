import { type RefObject, useEffect, useMemo, useRef } from 'react';
import type { NumberedRecord } from '../../../shared/contract/traffic.ts';
import { compileFilter, parseFilter } from '../../../shared/filter/index.ts';
import { useApi, useBerth } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { useCommands } from '../../app/useCommands.ts';
import { useStore } from '../../state/store.ts';
import { followTraffic } from '../../state/trafficFeed.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Detail, type DetailActions } from './Detail.tsx';
import { FilterBar } from './FilterBar.tsx';
import { HeldPill } from './HeldPill.tsx';
import { toggleTerm } from './model/filterText.ts';
import { NoTraffic } from './NoTraffic.tsx';
import { useReplayActions } from './replay/useReplayActions.ts';
import { SavedFilters } from './SavedFilters.tsx';
import { Toolbar } from './Toolbar.tsx';
import { type TableHandle, TrafficTable } from './TrafficTable.tsx';
import { trafficCommands } from './trafficCommands.ts';
import { useTrafficActions } from './useTrafficActions.ts';

/** Requests as they happen. */
export function TrafficPage() {
  const { traffic, router, toasts } = useBerth();
  const api = useApi();
  const text = useStore(router.route).parameters.get('filter') ?? '';
  const table = useRef<TableHandle>(null);
  const field = useRef<HTMLInputElement>(null);
  const rowActions = useTrafficActions();
  const replayActions = useReplayActions();

  useEffect(() => {
    const parsed = parseFilter(text);
    if (parsed.ok) traffic.view.filter(text, compileFilter(parsed.filter));
  }, [text, traffic]);
  useEffect(() => (api === null ? undefined : followTraffic(api, traffic.intake)), [api, traffic]);
  useEffect(
    () => () => {
      traffic.opened.set(null);
      traffic.part.set(null);
      traffic.chosen.set(null);
      traffic.release('scrolled', 'reading');
    },
    [traffic],
  );

  const actions = useMemo(() => {
    const apply = (filter: string): void =>
      router.replace(addressOf('traffic', null, filter === '' ? {} : { filter }));
    const current = (): string => router.route.get().parameters.get('filter') ?? '';
    const show = (record: NumberedRecord): void => {
      if (traffic.opened.get()?.id !== record.id) traffic.part.set(null);
      traffic.opened.set(record);
    };
    return {
      ...rowActions,
      ...replayActions,
      apply,
      filterBy: (term: string) => apply(toggleTerm(current(), term)),
      clearFilter: (): boolean => {
        if (current() === '') return false;
        apply('');
        return true;
      },
      /** What is open goes along. */
      choose: (record: NumberedRecord) => {
        traffic.chosen.set(record.id);
        traffic.hold('reading');
        if (traffic.opened.get() !== null) show(record);
      },
      open: show,
      goTo: (record: NumberedRecord) => {
        show(record);
        // It may wait above the rows that stand still.
        traffic.release('scrolled', 'reading');
        table.current?.moveToId(record.id);
      },
      close: () => {
        traffic.opened.set(null);
        table.current?.focus();
      },
      latest: () => {
        traffic.chosen.set(null);
        table.current?.toTop();
        traffic.release('paused', 'scrolled', 'reading');
      },
      togglePause: () => {
        if (traffic.holds.get().has('paused')) traffic.release('paused');
        else traffic.hold('paused');
      },
      clear: () => {
        traffic.opened.set(null);
        traffic.chosen.set(null);
        traffic.view.clear();
        traffic.release('scrolled', 'reading');
      },
    };
  }, [rowActions, replayActions, router, traffic]);

  useCommands(
    useMemo(
      () =>
        trafficCommands({
          traffic,
          table,
          actions,
          focusFilter: () => field.current?.focus(),
          noneChosen: () => toasts.show({ kind: 'failed', text: 'Choose a request first.' }),
        }),
      [traffic, actions, toasts],
    ),
  );

  return (
    <>
      <PageHeader title="Traffic">
        <FilterBar
          text={text}
          field={field}
          onApply={actions.apply}
          onLeave={() => table.current?.focus()}
        />
        <SavedFilters text={text} onApply={actions.apply} />
      </PageHeader>
      <Toolbar
        text={text}
        onApply={actions.apply}
        onTogglePause={actions.togglePause}
        onClear={actions.clear}
      />
      <div className="@container flex min-h-0 flex-1">
        <div className="flex min-h-0 min-w-0 flex-1 @max-[860px]:flex-col">
          <div className="relative flex min-h-0 min-w-0 flex-1 flex-col">
            <Requests
              table={table}
              onChoose={actions.choose}
              onOpen={actions.open}
              onClearFilter={actions.clearFilter}
            />
            <HeldPill onLatest={actions.latest} />
          </div>
          <Opened actions={actions} onClose={actions.close} />
        </div>
      </div>
    </>
  );
}

/** The table, or why there is none. */
function Requests({
  table,
  onChoose,
  onOpen,
  onClearFilter,
}: {
  readonly table: RefObject<TableHandle | null>;
  readonly onChoose: (record: NumberedRecord) => void;
  readonly onOpen: (record: NumberedRecord) => void;
  readonly onClearFilter: () => void;
}) {
  const { traffic } = useBerth();
  const { matched, held, isKnown, isSearching } = useStore(traffic.view.picture);
  const isConnected = useApi() !== null;
  if (held === 0) return isKnown || !isConnected ? <NoTraffic /> : null;
  if (matched > 0 || isSearching) {
    return <TrafficTable handle={table} onChoose={onChoose} onOpen={onOpen} />;
  }
  return (
    <EmptyState
      title={`0 of ${count(held)}`}
      actions={<Button onClick={onClearFilter}>Clear filter</Button>}
    >
      No request that is held here passes the filter.
    </EmptyState>
  );
}

function Opened({
  actions,
  onClose,
}: {
  readonly actions: DetailActions;
  readonly onClose: () => void;
}) {
  const record = useStore(useBerth().traffic.opened);
  return record === null ? null : <Detail record={record} actions={actions} onClose={onClose} />;
}
