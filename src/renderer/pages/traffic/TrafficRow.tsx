import { memo } from 'react';
import type { NumberedRecord } from '../../../shared/contract/traffic.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { endedAt } from '../../../shared/model/trace.ts';
import type { Column, ColumnId } from '../../state/trafficColumns.ts';
import { cn } from '../../ui/cn.ts';
import { bytes, duration, timeOfDay } from '../../ui/format.ts';
import { MiddleText } from '../../ui/MiddleText.tsx';
import { backendName } from './model/backendText.ts';
import { durationBar } from './model/waterfall.ts';
import { StatusCode } from './StatusCode.tsx';

export const rowId = (id: number): string => `request-${id}`;

/** One request. The table has the handlers of all rows. */
export const TrafficRow = memo(function TrafficRow({
  record,
  index,
  columns,
  isChosen,
}: {
  readonly record: NumberedRecord;
  /** 0 is the newest. */
  readonly index: number;
  readonly columns: readonly Column[];
  readonly isChosen: boolean;
}) {
  return (
    <div
      role="row"
      id={rowId(record.id)}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      className={cn(
        'grid h-7 items-center border-b border-line/60 [grid-template-columns:var(--columns)]',
        isChosen
          ? 'bg-chosen -outline-offset-2 outline-accent group-focus-visible/grid:outline-2'
          : 'hover:bg-hover',
      )}
    >
      {columns.map(({ id, isNumber }) => (
        <div
          key={id}
          role="gridcell"
          className={cn('flex min-w-0 px-2', isNumber && 'justify-end', id === 'path' && 'grow')}
        >
          <Cell id={id} record={record} />
        </div>
      ))}
    </div>
  );
});

function Cell({ id, record }: { readonly id: ColumnId; readonly record: NumberedRecord }) {
  switch (id) {
    case 'time':
      return <span className="truncate text-dim">{timeOfDay(endedAt(record))}</span>;
    case 'method':
      return <Method record={record} />;
    case 'status':
      return <StatusCode status={record.status} />;
    case 'host':
      return <Hero text={record.host} />;
    case 'path':
      return <Hero text={record.target} />;
    case 'backend':
      return <Backend record={record} />;
    case 'total':
      return <Total record={record} />;
    case 'size':
      return <span className="truncate text-dim">{bytes(record.bytes)}</span>;
    case 'protocol':
      return <span className="truncate text-dim">{record.protocol}</span>;
  }
}

/** What a row is read for: whole on hover. */
function Hero({ text }: { readonly text: string }) {
  return (
    <span title={visibleText(text)} className="flex min-w-0">
      <MiddleText text={text === '' ? '–' : text} className="font-mono text-mono" />
    </span>
  );
}

/** A WebSocket begins as a GET, which tells less than what it became. */
function Method({ record: { method, protocol } }: { readonly record: NumberedRecord }) {
  const isTunnel = protocol === 'ws' || protocol === 'wss';
  return (
    <span className="truncate text-dim" title={isTunnel ? `${method}, a WebSocket` : undefined}>
      {isTunnel ? 'WS' : visibleText(method)}
    </span>
  );
}

/** How many were tried, where it was more than one. */
function Backend({ record: { backend, attempts } }: { readonly record: NumberedRecord }) {
  const tries = attempts.length;
  if (backend === null) return <span className="text-dim">–</span>;
  return (
    <span
      className="flex min-w-0 gap-1.5 text-dim"
      title={`${visibleText(backend)}${tries > 1 ? `, ${tries} tries` : ''}`}
    >
      <MiddleText text={backendName(backend)} className="font-mono text-mono" />
      {tries > 1 && <span className="shrink-0">×{tries}</span>}
    </span>
  );
}

function Total({ record }: { readonly record: NumberedRecord }) {
  const { length, backend } = durationBar(record);
  return (
    <>
      <span className="truncate">{duration(record.totalMs)}</span>
      <span
        aria-hidden
        className="ml-2 flex h-2 w-9 shrink-0 items-stretch self-center overflow-hidden rounded-[1px]"
      >
        <span className="bg-accent" style={{ width: `${length * backend * 100}%` }} />
        <span className="bg-dim/60" style={{ width: `${length * (1 - backend) * 100}%` }} />
      </span>
    </>
  );
}
