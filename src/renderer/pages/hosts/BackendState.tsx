import type { BackendHealth } from '../../../shared/contract/health.ts';
import { useBerth, useIsCurrent } from '../../app/context.ts';
import { shownState } from '../../state/lastKnown.ts';
import { useStore } from '../../state/store.ts';
import { cn } from '../../ui/cn.ts';
import { duration, exactTime } from '../../ui/format.ts';
import { StatusGlyph } from '../../ui/Status.tsx';
import { whyParts } from '../health/model/words.ts';
import type { HostRow } from './model/rows.ts';

/** Its place in the list, as wide for all of one host; null for what has none yet. */
export function BackendNumber({
  index,
  of,
}: {
  readonly index: number | null;
  readonly of: number;
}) {
  return (
    <span
      className={cn('shrink-0 text-right text-caption text-dim', of > 100 ? 'min-w-9' : 'min-w-6')}
    >
      {index !== null && `#${index}`}
    </span>
  );
}

/** Shape and word. */
export function BackendState({
  health,
  isDrained,
}: {
  readonly health: BackendHealth | null;
  readonly isDrained: boolean;
}) {
  const { state, title } = shownState(
    isDrained ? 'drained' : (health?.state ?? 'unknown'),
    useIsCurrent(),
  );
  return (
    <span
      className={cn('inline-flex w-20 shrink-0', state === 'drained' && 'text-paused')}
      title={title ?? (health === null ? undefined : `Since ${exactTime(health.since)}`)}
    >
      {state === 'drained' ? (
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="inline-block w-3 text-center text-[9px]">
            ❚❚
          </span>
          drained
        </span>
      ) : (
        <StatusGlyph status={state} title={title} word />
      )}
    </span>
  );
}

/** `18 s`, `3 min`: whole seconds, since they are counted down. */
const countdown = (ms: number): string =>
  ms < 60_000 ? `${Math.ceil(ms / 1000)} s` : duration(ms);

/** Why it is in its state, who listens there, when that ends by itself, and what was last seen. */
export function BackendReason({
  row,
  health,
}: {
  readonly row: HostRow;
  readonly health: BackendHealth | null;
}) {
  const { live, clock } = useBerth();
  const now = useStore(clock);
  if (health === null) return <>nothing is known yet</>;
  // What is to be done is told by who listens there: it stands where a narrow line is not cut off.
  const [first = '', ...others] = whyParts(health).toReversed();
  const parts = [first];
  if (health.markedForMs !== null && row.health !== null) {
    const left = health.markedForMs - (now - live.heardAt(row.health));
    parts.push(left > 0 ? `retry in ${countdown(left)}` : 'retried with the next request');
  }
  parts.push(...others);
  const check = health.lastCheck;
  if (check?.ok === true) parts.push(`${duration(check.ms)}`);
  return <>{parts.filter((part) => part !== '').join(' · ')}</>;
}
