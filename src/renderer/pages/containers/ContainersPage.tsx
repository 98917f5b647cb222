import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { useBerth } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { useCommands } from '../../app/useCommands.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/cn.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FilterField } from '../../ui/FilterField.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import type { LineListHandle } from '../../ui/useLineList.ts';
import { useLatest } from '../hosts/useLatest.ts';
import { ContainerDetail } from './ContainerDetail.tsx';
import { containerCommands } from './containerCommands.ts';
import { DropHosts } from './DropHosts.tsx';
import { EngineLines } from './EngineLines.tsx';
import { ItemList } from './ItemList.tsx';
import { LostDetail } from './LostDetail.tsx';
import type { MapFormHandle } from './MapForm.tsx';
import { type EmptyWords, emptyWords } from './model/emptyWords.ts';
import { firstItem, type Item, itemsOf, type ListLine, listOf } from './model/items.ts';
import { processTitle, suggestionForProcess } from './model/processes.ts';
import { LookButton, NoContainers } from './NoContainers.tsx';
import { ProcessDetail } from './ProcessDetail.tsx';
import { useListening } from './useListening.ts';

/** What runs on this machine, and the way from there to a name. */
export function ContainersPage() {
  const { containers, router, session } = useBerth();
  const view = useStore(containers.view);
  const ports = useListening();
  const filter = useStore(containers.filter);
  const route = useStore(router.route);
  const left = useStore(containers.chosen);
  const dragged = useStore(containers.dragged);
  const connection = useStore(session.state);
  const list = useRef<LineListHandle<ListLine>>(null);
  const form = useRef<MapFormHandle>(null);
  const field = useRef<HTMLInputElement>(null);

  const items = useMemo(() => itemsOf(view, ports), [view, ports]);
  const engines = view?.engines;
  const listed = useMemo(
    () => listOf(items, { engines: engines ?? [], filter }),
    [items, engines, filter],
  );
  const byKey = useMemo(() => new Map(items.map((item) => [item.key, item])), [items]);
  const chosen =
    byKey.get(route.item ?? '') ??
    byKey.get(left ?? '') ??
    (view === null ? null : firstItem(items));
  const chosenKey = chosen?.key ?? null;
  // What was chosen by itself stays, whatever comes before it later.
  useEffect(() => {
    if (chosenKey !== null) containers.chosen.set(chosenKey);
  }, [containers, chosenKey]);

  const latest = useLatest({ chosen, isOpen: route.item !== null });
  const choose = useMemo(
    () =>
      (key: string): void => {
        containers.chosen.set(key);
        if (latest.current.isOpen) router.replace(addressOf('containers', key));
      },
    [containers, router, latest],
  );
  useCommands(
    useMemo(
      () =>
        containerCommands({
          list,
          form,
          focusFilter: () => {
            if (latest.current.isOpen && isNarrow()) router.go(addressOf('containers'));
            field.current?.select();
          },
          clearFilter: () => {
            if (containers.filter.get() === '') return false;
            containers.filter.set('');
            return true;
          },
          showItem: () => {
            const { chosen: item, isOpen } = latest.current;
            if (item === null || isOpen || !isNarrow()) return false;
            router.go(addressOf('containers', item.key));
            return true;
          },
          showList: () => {
            if (!latest.current.isOpen || !isNarrow()) return false;
            router.go(addressOf('containers'));
            setTimeout(() => list.current?.move(0));
            return true;
          },
        }),
      [containers, router, latest],
    ),
  );

  const empty = view === null ? null : emptyWords(view);
  const draggedItem = dragged === null ? undefined : byKey.get(dragged);
  const isOpen = route.item !== null && chosen !== null;
  return (
    <>
      <PageHeader title="Containers">
        {view !== null && items.length > 0 && (
          <span className="text-dim">
            {filter === ''
              ? count(items.length)
              : `${count(listed.shown)} of ${count(items.length)}`}
          </span>
        )}
        <div className="ml-auto flex min-w-0 items-center">
          <FilterField
            ref={field}
            label="Filter containers"
            placeholder="Filter containers"
            title="Words of name, project, image, host, state or :port; mapped or unmapped"
            value={filter}
            onChange={containers.filter.set}
            onLeave={() => list.current?.moveTo('first')}
          />
        </div>
      </PageHeader>
      {view === null ? (
        <p role="status" className="px-4 py-3 text-dim">
          {connection.kind === 'lost'
            ? 'Containers are shown as soon as there is a connection.'
            : 'Reading containers…'}
        </p>
      ) : items.length === 0 ? (
        <div className="relative min-h-0 flex-1 overflow-auto pb-8">
          {empty !== null && <NoContainers words={empty} />}
        </div>
      ) : (
        <div className="flex min-h-0 flex-1">
          <div
            className={cn(
              'flex w-[clamp(280px,34%,420px)] shrink-0 flex-col border-r border-line max-[720px]:w-full max-[720px]:border-r-0',
              isOpen && 'max-[720px]:hidden',
            )}
          >
            {empty === null ? (
              <EngineLines engines={view.engines} />
            ) : (
              <EmptyLine words={empty} isToldBeside={chosen === null} />
            )}
            {listed.shown === 0 ? (
              <EmptyState
                title={`0 of ${count(items.length)}`}
                actions={<Button onClick={() => containers.filter.set('')}>Clear filter</Button>}
              >
                Nothing has <span className="font-mono text-mono text-text">{filter}</span> in its
                name, project, image, hosts, state or port.
              </EmptyState>
            ) : (
              <ItemList
                lines={listed.lines}
                chosen={chosenKey}
                handle={list}
                onChoose={choose}
                onOpen={(key) => {
                  if (isNarrow()) router.go(addressOf('containers', key));
                  else choose(key);
                }}
              />
            )}
            {view.left > 0 && (
              <p className="shrink-0 border-t border-line px-4 py-2 text-caption text-dim">
                {count(view.left)} more containers are not looked at.
              </p>
            )}
          </div>
          <div
            className={cn(
              'relative min-w-0 flex-1 overflow-auto px-6 py-4 max-[720px]:px-4',
              !isOpen && 'max-[720px]:hidden',
            )}
          >
            <div className="max-w-2xl pb-8">
              {draggedItem !== undefined ? (
                <DropOn item={draggedItem} />
              ) : chosen !== null ? (
                <Detail key={chosen.key} item={chosen} form={form} />
              ) : (
                empty !== null && <NoContainers words={empty} />
              )}
            </div>
          </div>
        </div>
      )}
    </>
  );
}

/** As the class max-[720px] has it. */
const isNarrow = (): boolean => window.matchMedia('(max-width: 720px)').matches;

function Detail({
  item,
  form,
}: {
  readonly item: Item;
  readonly form: React.RefObject<MapFormHandle | null>;
}): ReactNode {
  switch (item.kind) {
    case 'container':
      return <ContainerDetail item={item} handle={form} />;
    case 'process':
      return <ProcessDetail itemKey={item.key} listening={item.listening} handle={form} />;
    case 'lost':
      return <LostDetail mapping={item.mapping} />;
  }
}

function DropOn({ item }: { readonly item: Item }) {
  const { containers, router, live } = useBerth();
  const hosts = useStore(live.hosts);
  const [suffix = ''] = useStore(live.status)?.suffixes ?? [];
  if (item.kind === 'lost') return null;
  return (
    <DropHosts
      title={item.kind === 'container' ? item.label : processTitle(item.listening)}
      suggestion={
        item.kind === 'container'
          ? item.container.suggestion
          : suggestionForProcess(item.listening, suffix, (name) => hosts?.has(name) === true)
      }
      onDrop={(name) => {
        containers.dragged.set(null);
        containers.draft.set({ key: item.key, name, isMeant: true });
        router.go(addressOf('containers', item.key));
      }}
    />
  );
}

/** Why there is no container, above the processes. */
function EmptyLine({
  words: { kind, title, text, reason },
  isToldBeside,
}: {
  readonly words: EmptyWords;
  readonly isToldBeside: boolean;
}) {
  return (
    <div
      role="status"
      className={cn(
        'shrink-0 border-b border-line bg-panel px-4 py-3',
        isToldBeside && 'min-[721px]:hidden',
      )}
    >
      <h2 className="font-medium">{title}</h2>
      <p className="mt-0.5 text-caption text-dim">{text}</p>
      {reason !== '' && <p className="mt-0.5 text-caption">{reason}</p>}
      {kind === 'disabled' && (
        <div className="mt-2">
          <LookButton />
        </div>
      )}
    </div>
  );
}
