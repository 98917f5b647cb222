import type { HostHealth } from '../../../shared/contract/health.ts';
import type { TriedHost } from '../../../shared/contract/instance.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth, useIsCurrent } from '../../app/context.ts';
import { shownState } from '../../state/lastKnown.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { StatusGlyph } from '../../ui/Status.tsx';
import type { HostActions } from './actions.ts';
import { addressOfHost } from './model/address.ts';
import { standingOf, standingWords, stateOf, withoutCode } from './model/outcome.ts';

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
  const { tried } = outcome;
  const standing = standingOf(tried, outcome.health, host ?? null, health);
  const why = withoutCode(tried.reason);
  const isUp = standing.kind === 'answers' || standing.kind === 'rose';
  const glyph = shownState(stateOf(standing), isCurrent);
  const address =
    host === undefined ? null : addressOfHost({ name: host.name, traffic: null, host }, listeners);
  return (
    <div className="flex min-w-0 items-center gap-3">
      <StatusGlyph status={glyph.state} title={glyph.title} />
      <p className="min-w-0 break-words">
        <span className="font-mono text-mono">{visibleText(outcome.name)}</span>{' '}
        {standingWords(standing, tried, 'added')}
        {standing.kind === 'silent' && ' Start one, and its row turns by itself.'}
        {standing.kind === 'refused' && ` ${visibleText(standing.fix)}`}
        {standing.kind === 'silent' && why.code !== null && (
          <span className="text-caption text-dim"> {why.code}</span>
        )}
      </p>
      {isUp && address !== null && (
        <Button onClick={() => void actions.openUrl(address.url)}>Open {address.url}</Button>
      )}
    </div>
  );
}
