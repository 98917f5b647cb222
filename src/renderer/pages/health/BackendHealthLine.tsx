import type { BackendHealth, HostHealth } from '../../../shared/contract/health.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { shortUrl } from '../../../shared/model/trace.ts';
import { useBerth, useIsCurrent } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/cn.ts';
import { ago, duration, exactTime } from '../../ui/format.ts';
import { MiddleText } from '../../ui/MiddleText.tsx';
import type { HostActions } from '../hosts/actions.ts';
import { BackendState } from '../hosts/BackendState.tsx';
import { streakWords, whyParts } from './model/words.ts';
import { UptimeBar } from './UptimeBar.tsx';

/** A backend: its state and why, its last minutes, its last check, and what can be done. */
export function BackendHealthLine({
  host,
  backend,
  isActive,
  actions,
}: {
  readonly host: HostHealth;
  readonly backend: BackendHealth;
  readonly isActive: boolean;
  readonly actions: HostActions;
}) {
  const { url, state, index } = backend;
  const shown = visibleText(url);
  const tabIndex = isActive ? 0 : -1;
  const isCurrent = useIsCurrent();
  const isOut = state === 'drained' || state === 'down';
  return (
    <div className={cn('flex h-full items-center gap-4 pr-3 pl-9', !isCurrent && 'text-dim')}>
      <div role="gridcell" className="flex w-20 shrink-0">
        <BackendState health={backend} isDrained={state === 'drained'} />
      </div>
      <div role="gridcell" className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="flex min-w-0 items-center justify-between gap-4">
          <span className="flex min-w-0 items-baseline gap-2" title={shown}>
            <span className="shrink-0 text-caption text-dim">#{index}</span>
            <MiddleText text={shortUrl(url)} className="font-mono text-mono" />
          </span>
          <span
            className={cn('shrink-0 @max-[640px]:hidden', !isCurrent && 'opacity-60 grayscale')}
          >
            <UptimeBar
              history={backend.history}
              label={`The last minutes of ${shown}`}
              tabIndex={tabIndex}
            />
          </span>
        </span>
        <Why host={host} backend={backend} />
      </div>
      <div role="gridcell" className="flex shrink-0 items-center gap-1.5">
        <Button
          tabIndex={tabIndex}
          title="Check now (r)"
          aria-label={`Check now: ${shown}`}
          onClick={() => void actions.check(host.name, url)}
        >
          <span className="@max-[760px]:hidden">Check now</span>
          <span className="@min-[761px]:hidden">Check</span>
        </Button>
        <Button
          tabIndex={tabIndex}
          className="w-16 justify-center"
          title={isOut ? 'End dead marks and draining (v)' : 'Let it finish, send nothing new (d)'}
          aria-label={`${isOut ? 'Revive' : 'Drain'} ${shown}`}
          onClick={() =>
            void (isOut ? actions.revive(host.name, url) : actions.drain(host.name, url))
          }
        >
          {isOut ? 'Revive' : 'Drain'}
        </Button>
      </div>
    </div>
  );
}

/** As `refused · nothing listens on 5173 · retry in 18 s · since 5 min · checked 2 s ago in 3 ms · 2 failed in a row`. */
function Why({ host, backend }: { readonly host: HostHealth; readonly backend: BackendHealth }) {
  const { live, clock } = useBerth();
  const now = useStore(clock);
  const { lastCheck, markedForMs, since, state } = backend;
  const marked = markedForMs === null ? null : markedForMs - (now - live.heardAt(host));
  const isCurrent = useIsCurrent();
  const reason = whyParts(backend).join(' · ');
  const outcome = visibleText(lastCheck?.outcome ?? '');
  const facts = [
    ...(marked !== null && marked > 0 ? [`retry in ${Math.ceil(marked / 1000)} s`] : []),
    ...(state === 'unknown' ? [] : [`since ${duration(Math.max(0, now - since))}`]),
    ...(lastCheck === null
      ? []
      : [
          // The reason says it already where it is what the check found.
          `${reason.includes(outcome) ? 'checked' : `last check: ${outcome},`} ${ago(lastCheck.at, now)} in ${duration(lastCheck.ms)}`,
        ]),
    streakWords(backend),
  ].filter((fact) => fact !== null);
  const all = [reason, ...facts].filter((part) => part !== '').join(' · ');
  return (
    <span
      className="truncate text-caption text-dim"
      title={state === 'unknown' ? all : `${all} (${exactTime(since)})`}
    >
      <span className={isCurrent && state === 'down' ? 'text-down' : ''}>{reason}</span>
      {reason !== '' && facts.length > 0 && ' · '}
      {facts.join(' · ')}
    </span>
  );
}
