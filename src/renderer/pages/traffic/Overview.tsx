import type { NumberedRecord } from '../../../shared/contract/traffic.ts';
import { errorCatalogue } from '../../../shared/errors.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { outcomeWord, shortUrl } from '../../../shared/model/trace.ts';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { cn } from '../../ui/cn.ts';
import { duration } from '../../ui/format.ts';
import { Fields } from './Fields.tsx';
import { phasesOf } from './model/waterfall.ts';
import { whyOf } from './model/why.ts';

/** What the record says: why first, then where its time went. */
export function Overview({
  record,
  onFilter,
}: {
  readonly record: NumberedRecord;
  readonly onFilter: (term: string) => void;
}) {
  return (
    <div className="flex flex-col gap-5">
      <Why record={record} />
      <Waterfall record={record} />
      {record.attempts.length > 0 && <Attempts record={record} />}
      <Fields record={record} onFilter={onFilter} />
    </div>
  );
}

function Why({ record }: { readonly record: NumberedRecord }) {
  const shared = useStore(useBerth().live.status)?.sharedSuffixes ?? [];
  const advice = record.error === null ? null : errorCatalogue[record.error].advice;
  return (
    <section aria-label="Why">
      <p>
        {whyOf(record, shared).map((part, at) =>
          typeof part === 'string' ? (
            visibleText(part)
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: the words of one sentence never move
            <code key={at} className="font-mono text-mono break-all">
              {visibleText(part.name)}
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
            <span className="min-w-0 flex-1 truncate font-mono text-mono" title={visibleText(url)}>
              {visibleText(shortUrl(url))}
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
