import { useEffect, useRef } from 'react';
import type { PortVerdict } from '../../../shared/contract/containers.ts';
import type { TriedHost } from '../../../shared/contract/instance.ts';
import { BerthError } from '../../../shared/errors.ts';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { duration } from '../../ui/format.ts';
import { addressOfHost } from '../hosts/model/address.ts';
import { withoutCode } from '../hosts/model/outcome.ts';
import { useHostActions } from '../hosts/useHostActions.ts';

/** What became of the last thing that was mapped. */
export type MapOutcome =
  | { readonly kind: 'mapping' | 'trying'; readonly name: string }
  | {
      readonly kind: 'tried';
      readonly name: string;
      readonly tried: TriedHost;
      /** Null for a process of this machine. */
      readonly verdict: PortVerdict | null;
    }
  | { readonly kind: 'failed'; readonly error: unknown };

/** The mapping, and then what a real request through the proxy made of it. */
export function Outcome({
  outcome,
  onTryAgain,
}: {
  readonly outcome: MapOutcome;
  readonly onTryAgain: (name: string) => void;
}) {
  return (
    <div
      role="status"
      className="flex min-h-10 items-center gap-3 rounded-md border border-line bg-panel px-3 py-2"
    >
      {outcome.kind === 'tried' ? (
        <Tried key={outcome.name} outcome={outcome} onTryAgain={onTryAgain} />
      ) : outcome.kind === 'failed' ? (
        <Failure error={outcome.error} />
      ) : (
        <p className="text-dim">
          {outcome.kind === 'mapping' ? 'Mapping ' : 'Mapped. Asking '}
          <span className="font-mono text-mono">{outcome.name}</span>
          {outcome.kind === 'mapping' ? '…' : ' through the proxy…'}
        </p>
      )}
    </div>
  );
}

/** What a call was refused with. */
export function Failure({ error }: { readonly error: unknown }) {
  return (
    <p className="min-w-0 break-words text-down">
      <span aria-hidden>▲ </span>
      {error instanceof Error ? error.message : String(error)}{' '}
      {error instanceof BerthError && <span className="text-caption text-dim">{error.code}</span>}
    </p>
  );
}

function Tried({
  outcome: { name, tried, verdict },
  onTryAgain,
}: {
  readonly outcome: Extract<MapOutcome, { kind: 'tried' }>;
  readonly onTryAgain: (name: string) => void;
}) {
  const { live } = useBerth();
  const actions = useHostActions();
  const host = useStore(live.hosts)?.get(name);
  const listeners = useStore(live.status)?.listeners ?? [];
  const next = useRef<HTMLButtonElement>(null);
  // What comes next is one key away.
  useEffect(() => next.current?.focus(), []);
  const { ok, status, ms, reason } = tried;
  const why = withoutCode(reason);
  const options = host?.options ?? { redirectToHttps: false };
  const address = addressOfHost({ name, traffic: null, host: { options } }, listeners);
  return (
    <>
      <span aria-hidden className={ok ? 'text-up' : 'text-down'}>
        {ok ? '✓' : '▲'}
      </span>
      <div className="min-w-0 flex-1 break-words">
        <span className="font-mono text-mono">{ok && address !== null ? address.url : name}</span>{' '}
        {ok
          ? `answers ${status ?? ''} through the proxy, in ${duration(ms)}.`
          : `is mapped, but no server of it answers: ${why.text}.`}
        {why.code !== null && <span className="text-caption text-dim"> {why.code}</span>}
        {verdict !== null && !verdict.works && verdict.fix !== '' && (
          <p className="text-dim">{verdict.fix}</p>
        )}
      </div>
      {ok && address !== null ? (
        <div className="flex shrink-0 items-center gap-1.5">
          <Button ref={next} look="primary" onClick={() => void actions.openUrl(address.url)}>
            Open
          </Button>
          <Button onClick={() => void actions.copyUrl({ name, traffic: null, host: { options } })}>
            Copy
          </Button>
        </div>
      ) : (
        <Button ref={next} onClick={() => onTryAgain(name)}>
          Ask again
        </Button>
      )}
    </>
  );
}
