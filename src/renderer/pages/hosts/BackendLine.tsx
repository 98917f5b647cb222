import { Pencil, Trash2 } from 'lucide-react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useIsCurrent } from '../../app/context.ts';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/cn.ts';
import { whyParts } from '../health/model/words.ts';
import type { HostActions } from './actions.ts';
import { BackendNumber, BackendReason, BackendState } from './BackendState.tsx';
import type { LineEvents } from './HostLine.tsx';
import type { Line } from './model/lines.ts';

/** The cells of one backend of a host that is open in place. */
export function BackendLine({
  line: { row, backend },
  isActive,
  actions,
  events,
}: {
  readonly line: Extract<Line, { kind: 'backend' }>;
  readonly isActive: boolean;
  readonly actions: HostActions;
  readonly events: LineEvents;
}) {
  const { index, url, health, isDrained } = backend;
  const shown = visibleText(url);
  const weight = row.host.options.weights[url] ?? 1;
  const tabIndex = isActive ? 0 : -1;
  const isCurrent = useIsCurrent();
  const isDown = health?.state === 'down';
  return (
    <div
      className={cn(
        'group flex h-full items-center gap-3 pr-1 pl-14 max-[820px]:gap-2 max-[820px]:pl-4',
        !isCurrent && 'text-dim',
      )}
    >
      <div
        role="gridcell"
        className="flex min-w-0 shrink-0 items-center gap-3 max-[820px]:gap-2 max-[520px]:shrink"
      >
        <BackendNumber index={index} of={row.host.backends.length} />
        <BackendState health={health} isDrained={isDrained} />
        <span className="flex min-w-0 items-center gap-1">
          <span
            title={shown}
            className="max-w-[36ch] truncate font-mono text-mono max-[820px]:max-w-[20ch]"
          >
            {shown}
          </span>
          <Button
            look="quiet"
            tabIndex={tabIndex}
            aria-label={`Edit ${shown}`}
            title="Edit (e)"
            className="px-1.5"
            onClick={() => events.edit({ kind: 'backend', name: row.name, place: { index, url } })}
          >
            <Pencil aria-hidden size={13} />
          </Button>
        </span>
      </div>
      <div
        role="gridcell"
        className="min-w-0 flex-1 truncate text-dim max-[520px]:hidden"
        title={health === null ? undefined : whyParts(health).join(' · ')}
      >
        <BackendReason row={row} health={health} />
      </div>
      <div
        role="gridcell"
        className={cn('shrink-0 text-dim max-[1000px]:hidden', weight === 1 && 'sr-only')}
      >
        weight {weight}
      </div>
      <div role="gridcell" className="flex shrink-0 items-center gap-1.5">
        <Button
          tabIndex={tabIndex}
          className="max-[700px]:hidden"
          onClick={() => void actions.check(row.name, url)}
        >
          <span className="max-[960px]:hidden">Check now</span>
          <span className="min-[961px]:hidden">Check</span>
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
        <Button
          look="quiet"
          tabIndex={tabIndex}
          aria-label={`Remove ${shown}`}
          title="Remove (d)"
          className="px-1.5"
          onClick={() => events.removeBackend(row, backend)}
        >
          <Trash2 aria-hidden size={15} />
        </Button>
      </div>
    </div>
  );
}
