import { Filter } from 'lucide-react';
import type { NumberedRecord } from '../../../shared/contract/traffic.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { fieldsOf } from './model/fields.ts';

/** All fields of a request; those that can be filtered by have a button for it. */
export function Fields({
  record,
  onFilter,
}: {
  readonly record: NumberedRecord;
  readonly onFilter: (term: string) => void;
}) {
  return (
    <section aria-label="Fields">
      <h3 className="mb-1.5 text-caption text-dim">Fields</h3>
      <dl className="grid grid-cols-[76px_1fr_24px] gap-x-2">
        {fieldsOf(record).map(({ word, value, term }) => (
          <div key={word} className="group contents">
            <dt className="py-0.5 text-dim">{word}</dt>
            <dd className="py-0.5 font-mono text-mono break-all">{visibleText(value)}</dd>
            <dd>
              {term !== null && (
                <button
                  type="button"
                  aria-label={`Filter by ${word.toLowerCase()}`}
                  title={`Filter by ${visibleText(term)}`}
                  onClick={() => onFilter(term)}
                  className="flex size-6 items-center justify-center rounded-sm text-dim opacity-0 group-hover:opacity-100 hover:bg-hover hover:text-text focus-visible:opacity-100"
                >
                  <Filter aria-hidden size={12} />
                </button>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
