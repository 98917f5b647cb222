import type { HostHealth } from '../../../shared/contract/health.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useIsCurrent } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { shownState } from '../../state/lastKnown.ts';
import type { Trend } from '../../state/trafficTrend.ts';
import { cn } from '../../ui/cn.ts';
import { MiddleText } from '../../ui/MiddleText.tsx';
import { type Status, StatusGlyph } from '../../ui/Status.tsx';
import { Latency } from './Latency.tsx';
import { howChecked } from './model/words.ts';

/** A host: how it is as a whole, who checks it, and how long its requests take. */
export function HostHealthLine({
  host,
  state,
  trend,
  isActive,
}: {
  readonly host: HostHealth;
  readonly state: Status;
  readonly trend: Trend | undefined;
  readonly isActive: boolean;
}) {
  const up = host.backends.filter((backend) => backend.state === 'up').length;
  const isCurrent = useIsCurrent();
  const shown = shownState(state, isCurrent);
  return (
    <div className={cn('flex h-full items-center gap-3 px-4', !isCurrent && 'text-dim')}>
      <div role="gridcell" className="flex min-w-0 items-center gap-2">
        <StatusGlyph status={shown.state} title={shown.title} />
        <a
          href={`#${addressOf('hosts', host.name)}`}
          tabIndex={isActive ? 0 : -1}
          title={`Show ${visibleText(host.name)}`}
          className="flex min-w-0 font-medium hover:underline"
        >
          <MiddleText text={host.name} className="font-mono text-mono" />
        </a>
        <span className="shrink-0 text-dim" title={shown.title}>
          {up}/{host.backends.length} up
        </span>
      </div>
      <div
        role="gridcell"
        className="min-w-0 flex-1 truncate text-caption text-dim"
        title={howChecked(host)}
      >
        {howChecked(host)}
      </div>
      <div role="gridcell" className="shrink-0">
        <Latency trend={trend} />
      </div>
    </div>
  );
}
