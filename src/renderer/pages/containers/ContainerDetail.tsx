import { type RefObject, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth, useIsCurrent } from '../../app/context.ts';
import { shownState } from '../../state/lastKnown.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { ago, exactTime } from '../../ui/format.ts';
import { StatusGlyph } from '../../ui/Status.tsx';
import { DetailHeader } from './DetailHeader.tsx';
import { MapContainer } from './MapContainer.tsx';
import type { MapFormHandle } from './MapForm.tsx';
import { MappingList } from './MappingList.tsx';
import type { Item } from './model/items.ts';
import { containerState } from './model/words.ts';
import { Outcome } from './Outcome.tsx';
import { useMapper } from './useMapper.ts';

/** One container: how it is, its hosts, and the way to another one. */
export function ContainerDetail({
  item,
  handle,
}: {
  readonly item: Extract<Item, { kind: 'container' }>;
  readonly handle: RefObject<MapFormHandle | null>;
}) {
  const { containers } = useBerth();
  const { container, mappings, key } = item;
  const { problems, wants } = container;
  const draft = useStore(containers.draft);
  const mapper = useMapper();
  const [isMore, setMore] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const form = useRef<MapFormHandle>(null);
  const isForm = mappings.length === 0 || isMore || draft?.key === key;
  const isWanted = useRef(false);
  useImperativeHandle(handle, () => ({
    enter: () => {
      if (form.current !== null) form.current.enter();
      else box.current?.querySelector<HTMLElement>('[data-open]')?.focus();
    },
    focusHost: () => {
      if (form.current !== null) form.current.focusHost();
      else {
        isWanted.current = true;
        setMore(true);
      }
    },
  }));
  useEffect(() => {
    if (!isForm || !isWanted.current) return;
    isWanted.current = false;
    form.current?.focusHost();
  }, [isForm]);
  const { outcome } = mapper;
  return (
    <div ref={box} className="flex flex-col gap-4">
      <DetailHeader
        title={container.name}
        glyph={<ContainerGlyph container={container} />}
        facts={<Facts item={item} />}
      />
      {problems.length > 0 && (
        <ul aria-label="Labels that cannot be followed">
          {problems.map((problem) => (
            <li key={problem} className="flex gap-2">
              <span aria-hidden className="w-3 shrink-0 text-degraded">
                ◐
              </span>
              <span className="min-w-0 break-words">{visibleText(problem)}</span>
            </li>
          ))}
        </ul>
      )}
      {outcome !== null && (
        <Outcome
          outcome={outcome}
          onTryAgain={(name) => {
            void mapper.ask(name);
          }}
        />
      )}
      {mappings.length > 0 && (
        <section aria-label="Hosts of this container">
          <MappingList mappings={mappings} of="container" />
        </section>
      )}
      {isForm ? (
        <MapContainer
          container={container}
          itemKey={key}
          handle={form}
          mapper={mapper}
          onMapped={() => setMore(false)}
        />
      ) : (
        <div>
          <Button
            onClick={() => {
              isWanted.current = true;
              setMore(true);
            }}
          >
            Map to another host
          </Button>
        </div>
      )}
      {mappings.length === 0 && wants.length > 0 && (
        <p className="text-caption text-dim">
          Its labels ask for {wants.map(({ name }) => visibleText(name)).join(', ')}.
        </p>
      )}
    </div>
  );
}

function ContainerGlyph({
  container,
}: {
  readonly container: Extract<Item, { kind: 'container' }>['container'];
}) {
  const isCurrent = useIsCurrent();
  const shown = containerState(container);
  const known = shownState(shown.status, isCurrent);
  return (
    <StatusGlyph
      status={known.state}
      says={isCurrent ? shown.word : 'not connected'}
      title={known.title}
      word
    />
  );
}

/** `shop · nginx:1.27 · Docker · up 3 h`. */
function Facts({ item: { container } }: { readonly item: Extract<Item, { kind: 'container' }> }) {
  const { containers, clock } = useBerth();
  const engines = useStore(containers.view)?.engines ?? [];
  const now = useStore(clock);
  const { project, service, image, engine, state, startedAt } = container;
  const where = engines.find(({ id }) => id === engine)?.name ?? '';
  const parts = [
    project === null || service === null ? '' : `${service} of ${project}`,
    image,
    where,
  ].filter((part) => part !== '');
  return (
    <>
      {visibleText(parts.join(' · '))}
      {startedAt !== null && (
        <span title={exactTime(startedAt)}>
          {' · '}
          {state === 'running' ? 'started' : 'last started'} {ago(startedAt, now)}
        </span>
      )}
    </>
  );
}
