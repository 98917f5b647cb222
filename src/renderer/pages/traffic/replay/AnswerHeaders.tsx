import { useState } from 'react';
import type { Replayed } from '../../../../shared/contract/traffic.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import { count } from '../../../ui/format.ts';
import { isSecretHeader } from '../model/secretHeaders.ts';

/** The headers of an answer; what is secret is shown one by one, when it is asked for. */
export function AnswerHeaders({ headers }: { readonly headers: Replayed['headers'] }) {
  const [shown, setShown] = useState<{
    readonly of: Replayed['headers'];
    readonly places: ReadonlySet<number>;
  }>({ of: headers, places: new Set() });
  const places = shown.of === headers ? shown.places : new Set<number>();
  return (
    <details>
      <summary className="text-caption text-dim hover:text-text">
        Response headers · {headers.length}
      </summary>
      <dl
        aria-label="Response headers"
        className="mt-1.5 grid grid-cols-[minmax(0,max-content)_1fr] gap-x-3"
      >
        {headers.map(([name, value], at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the headers of one answer never move
          <div key={at} className="contents">
            <dt className="max-w-40 truncate py-0.5 text-dim" title={visibleText(name)}>
              {visibleText(name)}
            </dt>
            <dd className="py-0.5 font-mono text-mono break-all">
              {isSecretHeader(name) && !places.has(at) ? (
                <Hidden
                  name={name}
                  length={value.length}
                  onShow={() => setShown({ of: headers, places: new Set([...places, at]) })}
                />
              ) : (
                visibleText(value)
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Hidden({
  name,
  length,
  onShow,
}: {
  readonly name: string;
  readonly length: number;
  readonly onShow: () => void;
}) {
  return (
    <span className="font-sans text-body text-dim">
      hidden, {length === 1 ? 'one character' : `${count(length)} characters`}{' '}
      <button
        type="button"
        aria-label={`Show ${visibleText(name)}`}
        onClick={onShow}
        className="text-accent underline"
      >
        Show
      </button>
    </span>
  );
}
