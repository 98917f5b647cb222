import { ArrowRight, Pencil, Plus } from 'lucide-react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { addressOf } from '../../app/route.ts';
import { Button } from '../../ui/Button.tsx';
import type { LineEvents } from './HostLine.tsx';
import type { HostRow } from './model/rows.ts';

/** Below the backends of a host: one more of them, its identifier, and the way to the rest. */
export function MoreLine({
  row,
  isActive,
  events,
}: {
  readonly row: HostRow;
  readonly isActive: boolean;
  readonly events: LineEvents;
}) {
  const { name, host } = row;
  const tabIndex = isActive ? 0 : -1;
  const shown = visibleText(name);
  return (
    <div
      role="gridcell"
      className="flex h-full min-w-0 items-center gap-2 pr-3 pl-14 max-[820px]:pl-4"
    >
      <Button
        look="quiet"
        tabIndex={tabIndex}
        title="Add a backend (b)"
        aria-label={`Add backend to ${shown}`}
        onClick={() => events.edit({ kind: 'new', name })}
      >
        <Plus aria-hidden size={14} /> Add backend
      </Button>
      <Button
        look="quiet"
        tabIndex={tabIndex}
        title="Change the identifier (i)"
        aria-label={`Identifier of ${shown}: change it`}
        onClick={() => events.edit({ kind: 'identifier', name })}
      >
        <Pencil aria-hidden size={13} /> Identifier
      </Button>
      {host.backends.length === 0 && (
        <span className="truncate text-dim">It has no backend: every request is a 502.</span>
      )}
      <a
        href={`#${addressOf('hosts', name)}`}
        tabIndex={tabIndex}
        aria-label={`Options and history of ${shown}`}
        className="ml-auto inline-flex shrink-0 items-center gap-1 text-accent hover:underline"
      >
        <span className="max-[520px]:hidden">Options and history</span>
        <span aria-hidden className="min-[521px]:hidden">
          More
        </span>{' '}
        <ArrowRight aria-hidden size={14} />
      </a>
    </div>
  );
}
