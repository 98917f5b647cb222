import { useEffect, useRef } from 'react';
import type { PortVerdict } from '../../../shared/contract/containers.ts';
import type { HostHealth } from '../../../shared/contract/health.ts';
import type { TriedHost } from '../../../shared/contract/instance.ts';
import { BerthError } from '../../../shared/errors.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth, useIsCurrent } from '../../app/context.ts';
import { shownState } from '../../state/lastKnown.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { StatusGlyph } from '../../ui/Status.tsx';
import { addressOfHost } from '../hosts/model/address.ts';
import { standingOf, standingWords, stateOf, withoutCode } from '../hosts/model/outcome.ts';
import { useHostActions } from '../hosts/useHostActions.ts';

/** What became of the last thing that was mapped. */
export type MapOutcome =
  | { readonly kind: 'mapping' | 'trying'; readonly name: string }
  | {
      readonly kind: 'tried';
      readonly name: string;
      readonly tried: TriedHost;
      /** What was known of it then. */
      readonly health: HostHealth | undefined;
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
  outcome: { name, tried, health, verdict },
  onTryAgain,
}: {
  readonly outcome: Extract<MapOutcome, { kind: 'tried' }>;
  readonly onTryAgain: (name: string) => void;
}) {
  const { live } = useBerth();
  const actions = useHostActions();
  const isCurrent = useIsCurrent();
  const host = useStore(live.hosts)?.get(name);
  const healthNow = useStore(live.health)?.get(name);
  const listeners = useStore(live.status)?.listeners ?? [];
  const next = useRef<HTMLButtonElement>(null);
  // What comes next is one key away.
  useEffect(() => next.current?.focus(), []);
  const standing = standingOf(tried, health, host ?? null, healthNow);
  const why = withoutCode(tried.reason);
  const options = host?.options ?? { redirectToHttps: false };
  const address = addressOfHost({ name, traffic: null, host: { options } }, listeners);
  const isUp = standing.kind === 'answers' || standing.kind === 'rose';
  const url = isUp ? (address?.url ?? null) : null;
  const glyph = shownState(stateOf(standing), isCurrent);
  return (
    <>
      <StatusGlyph status={glyph.state} title={glyph.title} />
      <div className="min-w-0 flex-1 break-words">
        <span className="font-mono text-mono">{url ?? visibleText(name)}</span>{' '}
        {standingWords(standing, tried, 'mapped')}
        {standing.kind === 'silent' && why.code !== null && (
          <span className="text-caption text-dim"> {why.code}</span>
        )}
        {standing.kind === 'refused' && <p className="text-dim">{visibleText(standing.fix)}</p>}
        {standing.kind === 'silent' && verdict !== null && !verdict.works && verdict.fix !== '' && (
          <p className="text-dim">{verdict.fix}</p>
        )}
      </div>
      <div className="flex shrink-0 items-center gap-1.5">
        {/* One button for both: what becomes of the host meanwhile does not take the focus. */}
        <Button
          ref={next}
          look={url === null ? 'plain' : 'primary'}
          onClick={() => (url === null ? onTryAgain(name) : void actions.openUrl(url))}
        >
          {url === null ? 'Ask again' : 'Open'}
        </Button>
        {url !== null && (
          <Button onClick={() => void actions.copyUrl({ name, traffic: null, host: { options } })}>
            Copy
          </Button>
        )}
      </div>
    </>
  );
}
