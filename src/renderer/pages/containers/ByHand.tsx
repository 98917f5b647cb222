import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useBerth } from '../../app/context.ts';
import { copyText } from '../../app/outside.ts';
import { Segments } from '../../ui/Segments.tsx';

/** One way to have the same without the button. */
export interface Way {
  readonly id: string;
  readonly word: string;
  /** One sentence: what it is, and where it belongs. */
  readonly says: string;
  readonly text: string;
}

/** What the button will write, and how to have the same elsewhere; each can be copied. */
export function ByHand({ ways }: { readonly ways: readonly Way[] }) {
  const { toasts } = useBerth();
  const [chosen, setChosen] = useState(ways[0]?.id ?? '');
  const [copied, setCopied] = useState<string | null>(null);
  const way = ways.find(({ id }) => id === chosen) ?? ways[0];
  if (way === undefined) return null;
  const Sign = copied === way.text ? Check : Copy;
  return (
    <section aria-label="What this does" className="border-t border-line pt-4">
      {ways.length > 1 && (
        <Segments
          label="Shown as"
          value={way.id}
          choices={ways.map(({ id, word }) => ({ value: id, word }))}
          onChange={setChosen}
        />
      )}
      <p className="mt-2 mb-1.5 text-caption text-dim">{way.says}</p>
      <div className="flex items-start rounded-md border border-line bg-panel">
        <pre className="min-w-0 flex-1 px-2.5 py-1.5 font-mono text-mono break-all whitespace-pre-wrap">
          {way.text}
        </pre>
        <button
          type="button"
          aria-label={copied === way.text ? `Copied: ${way.word}` : `Copy: ${way.word}`}
          onClick={() => {
            copyText(way.text).then(() => setCopied(way.text), toasts.failed);
          }}
          className="flex size-8 shrink-0 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text"
        >
          <Sign aria-hidden size={14} />
        </button>
      </div>
    </section>
  );
}
