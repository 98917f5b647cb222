import { useMemo, useRef, useState } from 'react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth, useIsCurrent } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { useCommands } from '../../app/useCommands.ts';
import { shownState } from '../../state/lastKnown.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FilterField } from '../../ui/FilterField.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { StatusGlyph } from '../../ui/Status.tsx';
import type { LineListHandle } from '../../ui/useLineList.ts';
import { useHostActions } from '../hosts/useHostActions.ts';
import { HealthList } from './HealthList.tsx';
import { healthCommands } from './healthCommands.ts';
import { countStates, filterHealth, type HealthLine, healthLines } from './model/lines.ts';

/** Which backends are up, since when and why; the worst host first. */
export function HealthPage() {
  const { live, router } = useBerth();
  const health = useStore(live.health);
  const actions = useHostActions();
  const [filter, setFilter] = useState(useStore(router.route).item ?? '');
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<LineListHandle<HealthLine>>(null);
  const hosts = useMemo(() => [...(health?.values() ?? [])], [health]);
  const lines = useMemo(() => healthLines(filterHealth(hosts, filter)), [hosts, filter]);

  useCommands(
    useMemo(
      () =>
        healthCommands({
          list,
          actions,
          focusFilter: () => field.current?.select(),
          clearFilter: () => {
            if (field.current?.value === '') return false;
            setFilter('');
            return true;
          },
        }),
      [actions],
    ),
  );

  return (
    <>
      <PageHeader title="Health">
        <CountWords {...countStates(hosts)} />
        <div className="ml-auto flex min-w-0 items-center">
          <FilterField
            ref={field}
            label="Filter backends"
            placeholder="Filter backends"
            title="Words of host, URL, state or reason, as: down refused"
            value={filter}
            onChange={setFilter}
            onLeave={() => list.current?.moveTo('first')}
          />
        </div>
      </PageHeader>
      {hosts.length === 0 ? (
        <NoHealth isKnown={health !== null} />
      ) : lines.length === 0 ? (
        <EmptyState
          title={`0 of ${count(hosts.length)} hosts`}
          actions={<Button onClick={() => setFilter('')}>Clear filter</Button>}
        >
          No backend has{' '}
          <span className="font-mono text-mono text-text">{visibleText(filter)}</span> in its host,
          URL, state or reason.
        </EmptyState>
      ) : (
        <HealthList lines={lines} actions={actions} handle={list} />
      )}
    </>
  );
}

function CountWords({ up, down, unknown, drained, paused }: ReturnType<typeof countStates>) {
  const isCurrent = useIsCurrent();
  const parts = [
    ['down', down, 'down'],
    ['up', up, 'up'],
    ['unknown', unknown, 'unknown'],
    ['paused', drained, 'drained'],
    ['paused', paused, 'paused'],
  ] as const;
  return (
    <div className="flex items-center gap-4 whitespace-nowrap">
      {parts
        .filter(([, number]) => number > 0)
        .map(([status, number, word]) => (
          <span key={word} className="flex items-center gap-1.5">
            <StatusGlyph
              status={shownState(status, isCurrent).state}
              title={shownState(word, isCurrent).title ?? word}
            />
            <span>
              {count(number)} <span className="text-dim max-[820px]:sr-only">{word}</span>
            </span>
          </span>
        ))}
    </div>
  );
}

/** Why there is nothing to show. */
function NoHealth({ isKnown }: { readonly isKnown: boolean }) {
  const { session, router } = useBerth();
  const connection = useStore(session.state);
  if (connection.kind !== 'connected') {
    return (
      <EmptyState title="Not connected">
        The state of backends is known to the proxy. It is shown as soon as there is a connection.
      </EmptyState>
    );
  }
  if (!isKnown) {
    return (
      <p role="status" className="px-4 py-3 text-dim">
        Reading health…
      </p>
    );
  }
  return (
    <EmptyState
      title="No backends yet"
      actions={
        <Button look="primary" onClick={() => router.go(addressOf('hosts'))}>
          Go to Hosts
        </Button>
      }
    >
      Each backend of a host stands here with its state. Nothing has to be set up: requests, and a
      connection every few seconds, show whether it is up. A check of its own asks it more.
    </EmptyState>
  );
}
