import type { BackendHealth } from '../../../shared/contract/health.ts';
import { useBerth, useIsCurrent } from '../../app/context.ts';
import { shownState } from '../../state/lastKnown.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/cn.ts';
import { duration, exactTime } from '../../ui/format.ts';
import { StatusGlyph } from '../../ui/Status.tsx';
import { whyParts } from '../health/model/words.ts';
import type { HostActions } from './actions.ts';
import type { Line } from './model/lines.ts';

type BackendLineProps = Extract<Line, { kind: 'backend' }>;

/** The cells of one backend of a host that is open in place. */
export function BackendLine({
  line: { row, index, url, health },
  isActive,
  actions,
}: {
  readonly line: BackendLineProps;
  readonly isActive: boolean;
  readonly actions: HostActions;
}) {
  const isDrained = row.host.options.drained.includes(url);
  const weight = row.host.options.weights[url] ?? 1;
  const tabIndex = isActive ? 0 : -1;
  const isCurrent = useIsCurrent();
  const isDown = health?.state === 'down';
  return (
    <div
      className={cn(
        'flex h-full items-center gap-3 pr-3 pl-14 max-[620px]:gap-2 max-[620px]:pl-4',
        !isCurrent && 'text-dim',
      )}
    >
      <div role="gridcell" className="flex min-w-0 shrink-0 items-center gap-3">
        <span className="w-6 text-right text-caption text-dim">#{index}</span>
        <BackendState health={health} isDrained={isDrained} />
        <span
          title={url}
          className="max-w-[36ch] truncate font-mono text-mono max-[820px]:max-w-[22ch]"
        >
          {url}
        </span>
      </div>
      <div
        role="gridcell"
        className="min-w-0 flex-1 truncate text-dim"
        title={health === null ? undefined : whyParts(health).join(' · ')}
      >
        <BackendReason row={row} health={health} />
      </div>
      <div role="gridcell" className="shrink-0 text-dim max-[820px]:hidden">
        weight {weight}
      </div>
      <div role="gridcell" className="flex shrink-0 items-center gap-1.5">
        <Button tabIndex={tabIndex} onClick={() => void actions.check(row.name, url)}>
          Check now
        </Button>
        {isDrained || isDown ? (
          <Button
            className="w-16 justify-center"
            tabIndex={tabIndex}
            onClick={() => void actions.revive(row.name, url)}
          >
            Revive
          </Button>
        ) : (
          <Button
            className="w-16 justify-center"
            tabIndex={tabIndex}
            onClick={() => void actions.drain(row.name, url)}
          >
            Drain
          </Button>
        )}
      </div>
    </div>
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
  readonly row: BackendLineProps['row'];
  readonly health: BackendHealth | null;
}) {
  const { live, clock } = useBerth();
  const now = useStore(clock);
  if (health === null) return <>nothing is known yet</>;
  const parts = [...whyParts(health)];
  if (health.markedForMs !== null && row.health !== null) {
    const left = health.markedForMs - (now - live.heardAt(row.health));
    parts.push(left > 0 ? `retry in ${countdown(left)}` : 'retried with the next request');
  }
  const check = health.lastCheck;
  if (check?.ok === true) parts.push(`${duration(check.ms)}`);
  return <>{parts.join(' · ')}</>;
}
