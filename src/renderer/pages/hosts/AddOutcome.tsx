import type { HostHealth } from '../../../shared/contract/health.ts';
import type { TriedHost } from '../../../shared/contract/instance.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth, useIsCurrent } from '../../app/context.ts';
import { shownState } from '../../state/lastKnown.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { duration } from '../../ui/format.ts';
import { StatusGlyph } from '../../ui/Status.tsx';
import type { HostActions } from './actions.ts';
import { addressOfHost } from './model/address.ts';
import { turnedUp, withoutCode } from './model/outcome.ts';

/** What became of the last host that was added. */
export type Outcome =
  | { readonly kind: 'checking'; readonly name: string }
  | {
      readonly kind: 'checked';
      readonly name: string;
      readonly tried: TriedHost;
      /** What was known of it then. */
      readonly health: HostHealth | undefined;
    }
  | { readonly kind: 'failed'; readonly text: string; readonly code: string | null };

/** Whether its server answers, which the last try said and its health says now. */
export function OutcomeLine({
  outcome,
  actions,
}: {
  readonly outcome: Outcome;
  readonly actions: HostActions;
}) {
  const { live } = useBerth();
  const name = outcome.kind === 'failed' ? '' : outcome.name;
  const host = useStore(live.hosts)?.get(name);
  const health = useStore(live.health)?.get(name);
  const isCurrent = useIsCurrent();
  const listeners = useStore(live.status)?.listeners ?? [];
  if (outcome.kind === 'failed') {
    return (
      <p className="text-down">
        <span aria-hidden>▲ </span>
        {visibleText(outcome.text)} <span className="text-caption text-dim">{outcome.code}</span>
      </p>
    );
  }
  if (outcome.kind === 'checking') {
    return <p className="text-dim">{visibleText(outcome.name)} is added. Asking its server…</p>;
  }
  const { ok, status, ms, reason } = outcome.tried;
  const why = withoutCode(reason);
  const isUp = ok || turnedUp(outcome.health, health);
  const glyph = shownState(isUp ? 'up' : 'down', isCurrent);
  const address =
    host === undefined ? null : addressOfHost({ name: host.name, traffic: null, host }, listeners);
  return (
    <div className="flex min-w-0 items-center gap-3">
      <StatusGlyph status={glyph.state} title={glyph.title} />
      <p className="min-w-0 break-words">
        <span className="font-mono text-mono">{visibleText(outcome.name)}</span>{' '}
        {ok
          ? `answers ${status ?? ''} through the proxy, in ${duration(ms)}.`
          : isUp
            ? 'is up now.'
            : `is added, but no server of it answers: ${visibleText(why.text)}. Start one, and its row turns by itself.`}
        {!isUp && why.code !== null && <span className="text-caption text-dim"> {why.code}</span>}
      </p>
      {isUp && address !== null && (
        <Button onClick={() => void actions.openUrl(address.url)}>Open {address.url}</Button>
      )}
    </div>
  );
}
