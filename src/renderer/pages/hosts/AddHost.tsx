import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ControlApi } from '../../../client/client.ts';
import type { HostView } from '../../../shared/contract/hosts.ts';
import { BerthError } from '../../../shared/errors.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useApi, useBerth } from '../../app/context.ts';
import type { Draft } from '../../state/hostsView.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/cn.ts';
import { AddOffers } from '../containers/AddOffers.tsx';
import { type AddContainer, parseAddContainer } from '../containers/model/addContainer.ts';
import { containerTitle } from '../containers/model/words.ts';
import { type Outcome, OutcomeLine } from './AddOutcome.tsx';
import type { HostActions } from './actions.ts';
import { MarkedInput } from './MarkedInput.tsx';
import { adviceFor } from './model/addAdvice.ts';
import { type AddLine, parseAddLine } from './model/addLine.ts';
import { addressOfHost } from './model/address.ts';

/** One line that makes a host, says what it will make while it is written, and then asks its server. */
export function AddHost({
  draft,
  actions,
  onClose,
  onShow,
}: {
  readonly draft: Draft;
  readonly actions: HostActions;
  readonly onClose: () => void;
  /** The host that was added, open in the list, once nothing more is to be added. */
  readonly onShow: (name: string) => void;
}) {
  const { live, hostsView, containers } = useBerth();
  const api = useApi();
  const hosts = useStore(live.hosts);
  const status = useStore(live.status);
  const running = useStore(containers.view)?.containers ?? [];
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const suffixes = status?.suffixes ?? [];
  const line = parseAddLine(draft.text, suffixes);
  const source = draft.copyOf === null ? undefined : hosts?.get(draft.copyOf);
  const asContainer =
    source === undefined && (line.kind === 'partial' || line.kind === 'wrong')
      ? parseAddContainer(draft.text, running, suffixes)
      : null;
  // The field is offered to be typed into whenever another draft begins.
  useEffect(() => input.current?.focus(), []);
  const { copyOf } = draft;
  const isShown = useRef(false);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
      // Left with nothing in it, it is done with: it would take the next keys of whoever comes back.
      queueMicrotask(() => {
        const left = hostsView.draft.get();
        if (isShown.current || left?.text !== '' || left.copyOf !== copyOf) return;
        hostsView.draft.set(null);
      });
    };
  }, [hostsView, copyOf]);

  const added =
    line.kind === 'empty' && outcome !== null && outcome.kind !== 'failed' ? outcome.name : null;
  const show = (name: string): void => {
    hostsView.open.update((before) => new Set([...before, name]));
    onShow(name);
  };

  const save = async (): Promise<void> => {
    const name = asContainer?.name ?? (line.kind === 'host' ? line.name : null);
    if (name === null) return;
    try {
      if (api === null) throw new BerthError('BERTH_NOT_RUNNING', 'nothing was added');
      if (asContainer !== null) await mapTo(api, asContainer);
      else if (line.kind === 'host') await make(api, line, source);
      hostsView.draft.set({ text: '', copyOf: null });
      hostsView.active.set(name);
      setOutcome({ kind: 'checking', name });
      const tried = await api.instance.try({ name });
      const health = live.health.get()?.get(name);
      setOutcome({ kind: 'checked', name, tried, health });
    } catch (error) {
      setOutcome({
        kind: 'failed',
        text: error instanceof Error ? error.message : String(error),
        code: error instanceof BerthError ? error.code : null,
      });
    }
  };

  return (
    <section
      aria-label="Add a host"
      className="shrink-0 border-b border-line bg-panel px-4 pt-3 pb-2"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
    >
      <form
        className="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (added !== null) show(added);
          else void save();
        }}
      >
        <MarkedInput
          ref={input}
          label={
            source === undefined
              ? 'Name and server of the host'
              : `Duplicate of ${visibleText(source.name)}`
          }
          describedBy="add-host-says"
          value={draft.text}
          placeholder="app → 3000"
          problem={asContainer === null && line.kind === 'wrong' ? line.problem : null}
          onChange={(text) => {
            setOutcome(null);
            hostsView.draft.set({ ...draft, text });
          }}
        />
        <Button
          look="primary"
          type="submit"
          disabled={
            added === null && ((line.kind !== 'host' && asContainer === null) || api === null)
          }
        >
          {added !== null ? (
            <>
              Show it{' '}
              <kbd aria-hidden className="font-mono text-caption">
                ↵
              </kbd>
            </>
          ) : source === undefined ? (
            'Add host'
          ) : (
            'Duplicate'
          )}
        </Button>
        <Button look="quiet" aria-label="Close" onClick={onClose} className="px-1.5">
          <X aria-hidden size={16} />
        </Button>
      </form>
      <div id="add-host-says" aria-live="polite" className="mt-2 min-h-10">
        {outcome !== null && (line.kind === 'empty' || outcome.kind === 'failed') ? (
          <OutcomeLine outcome={outcome} actions={actions} />
        ) : (
          <Preview line={line} source={source} asContainer={asContainer} />
        )}
      </div>
      {source === undefined && outcome === null && line.kind !== 'host' && asContainer === null && (
        <AddOffers
          typed={draft.text}
          onTake={(text) => {
            hostsView.draft.set({ ...draft, text });
            input.current?.focus();
          }}
        />
      )}
    </section>
  );
}

async function mapTo(api: ControlApi, { name, container, port }: AddContainer): Promise<void> {
  const { engine, id } = container;
  await api.containers.map({ name, engine, container: id, ...(port === null ? {} : { port }) });
}

/** As Enter will do it. A duplicate is made only where nothing is, since all of it is written. */
async function make(
  api: ControlApi,
  { name, backends }: Extract<AddLine, { kind: 'host' }>,
  source: HostView | undefined,
): Promise<void> {
  if (source === undefined) await api.hosts.add({ name, backends: [...backends] });
  else {
    const { drained: _, container: _note, ...options } = source.options;
    await api.hosts.set({ name, backends: [...backends], options, expect: '' });
  }
}

/** What the line makes, or what is wrong with it or missing. */
function Preview({
  line,
  source,
  asContainer,
}: {
  readonly line: AddLine;
  readonly source: HostView | undefined;
  /** Null where no container is meant. */
  readonly asContainer: AddContainer | null;
}) {
  const { live } = useBerth();
  const status = useStore(live.status);
  const hosts = useStore(live.hosts);
  const suffix = status?.suffixes[0] ?? 'localhost';
  if (line.kind === 'empty') {
    return (
      <p className="text-dim">
        A name and where its server listens:{' '}
        {['app 3000', 'app.dev.local → 3000', '*.preview.dev.local http://10.0.0.5:3000'].map(
          (example, index) => (
            <span key={example}>
              {index > 0 && ', '}
              <code className="font-mono text-mono text-text">{example}</code>
            </span>
          ),
        )}
        . A single word becomes <code className="font-mono text-mono">.{suffix}</code>.
      </p>
    );
  }
  if (asContainer !== null) {
    const { name, container, port } = asContainer;
    const at = port ?? container.port;
    return (
      <>
        <p className="flex min-w-0 items-baseline gap-2">
          <span className="truncate font-mono text-mono">{name}</span>
          <span aria-hidden className="text-dim">
            →
          </span>
          <span className="truncate">
            {visibleText(containerTitle(container))}
            {at !== null && `, port ${at}`}
          </span>
        </p>
        <p className={cn('text-caption', hosts?.has(name) ? 'text-degraded' : 'text-dim')}>
          {hosts?.has(name)
            ? `${name} is there already: the container would share its requests.`
            : 'Enter maps the container, then asks it. The host follows it when it is made anew.'}
        </p>
      </>
    );
  }
  if (line.kind === 'wrong') {
    return (
      <p className="text-down">
        <span aria-hidden>▲ </span>
        {visibleText(line.problem.message)}
      </p>
    );
  }
  if (line.kind === 'partial') {
    return (
      <p className="text-dim">
        {line.name !== null && <span className="font-mono text-mono text-text">{line.name} </span>}
        {line.missing}
      </p>
    );
  }
  const known = hosts?.get(line.name);
  const address = addressOfHost(
    { name: line.name, traffic: null, host: source ?? { options: { redirectToHttps: false } } },
    status?.listeners ?? [],
  );
  const advice = adviceFor(line, {
    known,
    isDuplicate: source !== undefined,
    suffixes: status?.suffixes ?? [],
    listeners: status?.listeners ?? [],
  });
  return (
    <>
      <p className="flex min-w-0 items-baseline gap-2 font-mono text-mono">
        <span className="truncate">{address?.url ?? line.name}</span>
        <span aria-hidden className="text-dim">
          →
        </span>
        <span className="truncate">{visibleText(line.backends.join(', '))}</span>
      </p>
      <p className={cn('text-caption', advice.isWarning ? 'text-degraded' : 'text-dim')}>
        {advice.text}
      </p>
    </>
  );
}
