import { ChevronDown, ChevronRight, MoreHorizontal } from 'lucide-react';
import { memo } from 'react';
import type { HostNames } from '../../../shared/contract/names.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth, useIsCurrent } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { shownState } from '../../state/lastKnown.ts';
import { useStore } from '../../state/store.ts';
import { cn } from '../../ui/cn.ts';
import { ago, count, duration, exactTime, percent } from '../../ui/format.ts';
import { Sparkline } from '../../ui/Sparkline.tsx';
import { StatusGlyph } from '../../ui/Status.tsx';
import { HostSource } from '../containers/HostSource.tsx';
import { columnClass, edgeClass, hostRow } from './columns.ts';
import type { BackendPlace } from './model/backendEdit.ts';
import type { Editing } from './model/lines.ts';
import type { HostRow } from './model/rows.ts';
import { uptimeOf, uptimeText } from './model/uptime.ts';

/** What a press on something in a line asks for. */
export interface LineEvents {
  readonly toggle: (name: string) => void;
  readonly copy: (row: HostRow) => void;
  readonly openElsewhere: (row: HostRow) => void;
  readonly select: (name: string, range: boolean) => void;
  /** Begins to write in place; null ends it. */
  readonly edit: (editing: Editing | null) => void;
  readonly removeBackend: (row: HostRow, place: BackendPlace) => void;
  readonly menu: (row: HostRow, at: { readonly x: number; readonly y: number }) => void;
}

/** The cells of a host. */
export const HostLine = memo(function HostLine({
  row,
  isOpen,
  isSelected,
  isAnySelected,
  isSecure,
  verdict,
  events,
}: {
  readonly row: HostRow;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  readonly isAnySelected: boolean;
  readonly isSecure: boolean;
  /** How programs of this machine find it, by a look-up; null where that is not known. */
  readonly verdict: HostNames['verdict'] | null;
  readonly events: LineEvents;
}) {
  const { host, traffic } = row;
  const name = visibleText(row.name);
  const identifier = visibleText(host.identifier);
  const isCurrent = useIsCurrent();
  const shown = shownState(row.status, isCurrent);
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <div className={cn(hostRow, 'group h-full', !isCurrent && 'text-dim')}>
      <div role="gridcell" className={cn('flex items-center', edgeClass.first)}>
        <input
          type="checkbox"
          tabIndex={-1}
          checked={isSelected}
          aria-label={`Select ${name}`}
          onClick={(event) => {
            event.stopPropagation();
            events.select(row.name, event.shiftKey);
          }}
          onChange={() => undefined}
          className={cn(
            'size-3.5 accent-accent',
            !isAnySelected && !isSelected && 'opacity-0 group-hover:opacity-100',
          )}
        />
        <Chevron aria-hidden size={14} className="ml-1 text-dim" />
        <span className="ml-1">
          <StatusGlyph status={shown.state} title={shown.title} />
        </span>
      </div>
      <div role="gridcell" className={cn('flex items-center gap-2', columnClass('name'))}>
        <button
          type="button"
          tabIndex={-1}
          title={`Copy the address of ${name}; with Ctrl or ⌘ open it`}
          onClick={(event) => {
            event.stopPropagation();
            if (event.metaKey || event.ctrlKey) events.openElsewhere(row);
            else events.copy(row);
          }}
          className="min-w-0 truncate rounded-sm font-mono text-mono hover:text-accent hover:underline"
        >
          {name}
        </button>
        {row.name.startsWith('*') && (
          // The asterisk says it, too.
          <span className="max-[620px]:hidden">
            <Chip title="It answers for every name below">wildcard</Chip>
          </span>
        )}
        {isSecure && (
          <Chip
            title={
              host.options.redirectToHttps
                ? 'Plain HTTP is sent on to HTTPS'
                : 'It is served over HTTPS, too'
            }
          >
            {host.options.redirectToHttps ? '→ TLS' : 'TLS'}
          </Chip>
        )}
        {isCurrent && (verdict === 'not-found' || verdict === 'elsewhere') && (
          <NotFound name={row.name} verdict={verdict} />
        )}
        {host.findings.length > 0 && (
          <Chip
            tone={host.findings.some(({ severity }) => severity === 'error') ? 'down' : 'degraded'}
            title={host.findings.map(({ message }) => visibleText(message)).join('\n')}
          >
            {host.findings.length === 1 ? '1 finding' : `${host.findings.length} findings`}
          </Chip>
        )}
        {host.identifier !== row.name && (
          <span title={`Identifier: ${identifier}`} className="min-w-0 truncate text-dim">
            {identifier}
          </span>
        )}
      </div>
      <div
        role="gridcell"
        title={shown.title}
        className={cn('text-right', shown.state === 'down' && 'text-down', columnClass('backends'))}
      >
        {row.health === null ? '–' : row.up}/{host.backends.length}
      </div>
      <UptimeCell health={row.health} />
      <div role="gridcell" className={columnClass('sparkline')}>
        {traffic === null ? null : <Sparkline values={traffic.perSecond} />}
      </div>
      <div role="gridcell" className={cn('text-right', columnClass('rate'))}>
        {traffic === null ? <None /> : <Rate value={traffic.requestsPerSecond} />}
      </div>
      <div role="gridcell" className={cn('text-right', columnClass('p95'))}>
        {traffic?.p95 === null || traffic === null ? <None /> : duration(traffic.p95)}
      </div>
      <div
        role="gridcell"
        className={cn(
          'text-right',
          isCurrent && (traffic?.errorRate ?? 0) > 0 && 'text-down',
          columnClass('errors'),
        )}
      >
        {traffic?.errorRate === null || traffic === null ? <None /> : percent(traffic.errorRate)}
      </div>
      <div role="gridcell" className={cn('text-right', columnClass('last'))}>
        <LastAsked at={traffic?.lastAt ?? null} />
      </div>
      <div role="gridcell" className={cn('truncate', columnClass('source'))}>
        <HostSource name={row.name} />
      </div>
      <div role="gridcell" className={edgeClass.last}>
        <button
          type="button"
          tabIndex={-1}
          aria-label={`More for ${name}`}
          aria-haspopup="menu"
          onClick={(event) => {
            event.stopPropagation();
            const { right, bottom } = event.currentTarget.getBoundingClientRect();
            events.menu(row, { x: right, y: bottom });
          }}
          className="flex size-7 items-center justify-center rounded-md text-dim hover:bg-line hover:text-text"
        >
          <MoreHorizontal aria-hidden size={16} />
        </button>
      </div>
    </div>
  );
});

/** Whoever asks for the host by its name on this machine does not come here; where it is said how and why. */
function NotFound({
  name,
  verdict,
}: {
  readonly name: string;
  readonly verdict: 'not-found' | 'elsewhere';
}) {
  const isAway = verdict === 'not-found';
  const says = isAway ? 'not found by this machine' : 'leads elsewhere on this machine';
  return (
    // It gives way before the name does.
    <a
      href={`#${addressOf('hosts', name)}`}
      tabIndex={-1}
      title={`${visibleText(name)}: ${says}`}
      onClick={(event) => event.stopPropagation()}
      className="min-w-14 shrink-[100] truncate rounded-sm text-caption text-dim hover:text-text max-[620px]:hidden"
    >
      {isAway ? 'not found' : 'leads elsewhere'}
      <span className="max-[1500px]:hidden">
        {isAway ? ' by this machine' : ' on this machine'}
      </span>
      {' · '}
      <span className="underline underline-offset-2">how</span>
    </a>
  );
}

const None = () => <span className="text-dim">–</span>;

/** The rest of it, minute by minute and for each backend, is on the page of health. */
function UptimeCell({ health }: Pick<HostRow, 'health'>) {
  const isCurrent = useIsCurrent();
  const uptime = uptimeOf(health);
  const { known, up } = uptime;
  return (
    <div
      role="gridcell"
      title={known === 0 ? 'Nothing is known of it yet' : `Up in ${up} of ${known} min`}
      className={cn('text-right', isCurrent && up < known && 'text-down', columnClass('uptime'))}
    >
      {uptimeText(uptime) ?? <None />}
    </div>
  );
}

/** `42/s`, `0.3/s`. */
function Rate({ value }: { readonly value: number }) {
  if (value === 0) return <span className="text-dim">0/s</span>;
  return <>{value < 9.95 ? value.toFixed(1) : count(value)}/s</>;
}

/** Drawn each second by itself: the line around it need not be. */
function LastAsked({ at }: { readonly at: number | null }) {
  const now = useStore(useBerth().clock);
  return (
    <span className="text-dim" title={at === null ? undefined : exactTime(at)}>
      {ago(at, now)}
    </span>
  );
}

export function Chip({
  children,
  title,
  tone,
}: {
  readonly children: React.ReactNode;
  readonly title?: string;
  readonly tone?: 'down' | 'degraded';
}) {
  return (
    <span
      title={title}
      className={cn(
        'shrink-0 rounded-sm border border-line px-1 text-caption leading-4',
        tone === 'down' ? 'text-down' : tone === 'degraded' ? 'text-degraded' : 'text-dim',
      )}
    >
      {children}
    </span>
  );
}
