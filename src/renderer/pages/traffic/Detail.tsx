import { X } from 'lucide-react';
import type { NumberedRecord } from '../../../shared/contract/traffic.ts';
import { errorCatalogue } from '../../../shared/errors.ts';
import { outcomeWord, shortUrl } from '../../../shared/model/trace.ts';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/cn.ts';
import { duration } from '../../ui/format.ts';
import { Fields } from './Fields.tsx';
import { phasesOf } from './model/waterfall.ts';
import { whyOf } from './model/why.ts';
import { StatusCode } from './StatusCode.tsx';

export interface DetailActions {
  copyCurl(record: NumberedRecord): void;
  copyJson(record: NumberedRecord): void;
  openInBrowser(record: NumberedRecord): void;
  showHost(record: NumberedRecord): void;
  filterBy(term: string): void;
}

/** All that is known of one request: why first, then where its time went. */
export function Detail({
  record,
  actions,
  onClose,
}: {
  readonly record: NumberedRecord;
  readonly actions: DetailActions;
  readonly onClose: () => void;
}) {
  return (
    <aside
      aria-label="Request"
      className="flex min-h-0 shrink-0 flex-col border-line bg-panel [@media(max-height:600px)]:overflow-auto @max-[860px]:h-[48%] @max-[860px]:border-t @min-[861px]:w-96 @min-[861px]:border-l"
    >
      <header className="flex items-start gap-2 px-4 pt-3 pb-2">
        <h2 className="min-w-0 flex-1 font-mono text-mono break-all">
          <span className="font-sans text-body">
            {record.method} <StatusCode status={record.status} />
          </span>{' '}
          {record.host}
          <span className="line-clamp-3 text-dim">{record.target}</span>
        </h2>
        <Button
          look="quiet"
          aria-label="Close"
          title="Close (Esc)"
          onClick={onClose}
          className="-mr-2 px-1.5"
        >
          <X aria-hidden size={15} />
        </Button>
      </header>
      <div className="flex flex-wrap gap-1.5 px-4 pb-3">
        <Button title="c" onClick={() => actions.copyCurl(record)}>
          Copy curl
        </Button>
        <Button onClick={() => actions.copyJson(record)}>Copy JSON</Button>
        <Button title="o" onClick={() => actions.openInBrowser(record)}>
          Open
        </Button>
        {record.frontend !== null && (
          <Button onClick={() => actions.showHost(record)}>Show host</Button>
        )}
      </div>
      <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-auto px-4 pt-1 pb-4 [@media(max-height:600px)]:flex-none [@media(max-height:600px)]:overflow-visible">
        <Why record={record} />
        <Waterfall record={record} />
        {record.attempts.length > 0 && <Attempts record={record} />}
        <Fields record={record} onFilter={actions.filterBy} />
      </div>
    </aside>
  );
}

function Why({ record }: { readonly record: NumberedRecord }) {
  const advice = record.error === null ? null : errorCatalogue[record.error].advice;
  return (
    <section aria-label="Why">
      <p>
        {whyOf(record).map((part, at) =>
          typeof part === 'string' ? (
            part
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: the words of one sentence never move
            <code key={at} className="font-mono text-mono break-all">
              {part.name}
            </code>
          ),
        )}
        .
      </p>
      {advice !== null && (
        <p className="mt-1.5 text-dim">
          {advice} <span className="text-caption break-all">{record.error}</span>
        </p>
      )}
    </section>
  );
}

function Waterfall({ record }: { readonly record: NumberedRecord }) {
  return (
    <section aria-label="Timing">
      <Caption>Timing · {duration(record.totalMs)}</Caption>
      <dl className="grid grid-cols-[64px_1fr_56px] items-center gap-x-2 gap-y-1">
        {phasesOf(record).map(({ word, about, ms, from, length }) => (
          <div key={word} title={about} className="contents">
            <dt className={cn('truncate', ms === 0 && 'text-dim')}>{word}</dt>
            <dd aria-hidden className="relative h-2.5 overflow-hidden rounded-[1px] bg-hover">
              <span
                className={cn(
                  'absolute inset-y-0 min-w-px',
                  word === 'Queue' || word === 'Connect' ? 'bg-dim' : 'bg-accent',
                  ms === 0 && 'hidden',
                )}
                style={{ left: `${from * 100}%`, width: `${length * 100}%` }}
              />
            </dd>
            <dd className={cn('text-right', ms === 0 && 'text-dim')}>
              {ms === 0 ? '–' : ms < 0.05 ? '<0.1 ms' : duration(ms)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Attempts({ record: { attempts } }: { readonly record: NumberedRecord }) {
  return (
    <section aria-label="Tries">
      <Caption>{attempts.length === 1 ? 'Backend' : `${attempts.length} tries`}</Caption>
      <ol className="flex flex-col gap-1">
        {attempts.map(({ index, url, ms, outcome }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the tries of one request never move
          <li key={at} className="flex items-baseline gap-2">
            <span className="text-dim">#{index}</span>
            <span className="min-w-0 flex-1 truncate font-mono text-mono" title={url}>
              {shortUrl(url)}
            </span>
            <span className={outcome === 'answered' ? 'text-dim' : 'text-down'}>
              {outcome === 'answered' ? '' : '▲ '}
              {outcomeWord(outcome)}
            </span>
            <span className="w-14 text-right">{duration(ms)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Caption({ children }: { readonly children: React.ReactNode }) {
  return <h3 className="mb-1.5 text-caption text-dim">{children}</h3>;
}
