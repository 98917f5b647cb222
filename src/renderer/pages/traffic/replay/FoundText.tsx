import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Command } from '../../../app/commands.ts';
import { keysInWords } from '../../../app/keys.ts';
import { useCommands } from '../../../app/useCommands.ts';
import { Button } from '../../../ui/Button.tsx';
import { cn } from '../../../ui/cn.ts';
import { fieldLook } from '../../../ui/field.ts';
import { type Found, findText, foundWords, nothingFound } from '../model/findText.ts';
import { visibleLines } from '../model/visibleLines.ts';

/** A long text in which something can be looked for. */
export function FoundText({ text: raw }: { readonly text: string }) {
  const text = useMemo(() => visibleLines(raw), [raw]);
  const [sought, setSought] = useState<string | null>(null);
  const [place, setPlace] = useState({ of: '', at: 0 });
  const field = useRef<HTMLInputElement>(null);
  const before = useRef<Element | null>(null);
  const found = useMemo(
    () => (sought === null ? nothingFound : findText(text, sought)),
    [text, sought],
  );
  const total = found.matches.length;
  const isOpen = sought !== null;
  const at = place.of === sought && place.at < total ? place.at : 0;

  // As soon as it is there: what is typed next is sought.
  useLayoutEffect(() => {
    if (isOpen) field.current?.focus();
  }, [isOpen]);

  const commands = useMemo((): readonly Command[] => {
    const step = (steps: number): unknown => {
      if (sought === null || total === 0) return false;
      setPlace({ of: sought, at: (at + steps + total) % total });
      return true;
    };
    const command = (id: string, title: string, keys: readonly string[], run: () => unknown) =>
      ({ id, title, group: 'Traffic', keys, run }) as const;
    return [
      command('traffic.find', 'Find in the body', ['mod+f'], () => {
        if (document.activeElement !== field.current) before.current = document.activeElement;
        if (sought === null) setSought('');
        else field.current?.select();
      }),
      command('traffic.find-next', 'Next match', ['n'], () => step(1)),
      command('traffic.find-previous', 'Previous match', ['N'], () => step(-1)),
    ];
  }, [sought, at, total]);
  useCommands(commands);
  const close = (): void => {
    setSought(null);
    if (before.current instanceof HTMLElement) before.current.focus();
  };
  const run = (id: string): void => void commands.find((one) => one.id === id)?.run();

  return (
    <>
      {isOpen && (
        <search className="sticky -top-3 z-10 -mx-1 flex items-center gap-1 border-b border-line bg-panel px-1 py-1.5">
          <input
            ref={field}
            type="text"
            aria-label="Find in the body"
            placeholder="Find"
            value={sought}
            spellCheck={false}
            autoComplete="off"
            onChange={({ currentTarget: { value } }) => setSought(value)}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing) return;
              if (event.key === 'Enter')
                run(event.shiftKey ? 'traffic.find-previous' : 'traffic.find-next');
              else if (event.key === 'Escape') close();
              else return;
              event.preventDefault();
            }}
            className={cn(fieldLook, 'min-w-0 flex-1 font-mono text-mono')}
          />
          <span role="status" className="min-w-20 px-1 text-right text-dim">
            {sought === '' ? '' : foundWords(found, at)}
          </span>
          <Button
            look="quiet"
            aria-label="Previous match"
            title="Previous match (N)"
            disabled={total === 0}
            onClick={() => run('traffic.find-previous')}
            className="px-1"
          >
            <ChevronUp aria-hidden size={14} />
          </Button>
          <Button
            look="quiet"
            aria-label="Next match"
            title="Next match (n)"
            disabled={total === 0}
            onClick={() => run('traffic.find-next')}
            className="px-1"
          >
            <ChevronDown aria-hidden size={14} />
          </Button>
          <Button
            look="quiet"
            aria-label="Close the search"
            title={keysInWords('esc')}
            onClick={close}
            className="px-1"
          >
            <X aria-hidden size={14} />
          </Button>
        </search>
      )}
      <pre className="font-mono text-mono break-all whitespace-pre-wrap select-text">
        <Marked text={text} found={found} at={at} />
      </pre>
    </>
  );
}

/** The text with what was found in it marked, and where one is brought into view. */
function Marked({
  text,
  found: { matches },
  at,
}: {
  readonly text: string;
  readonly found: Found;
  readonly at: number;
}) {
  if (matches.length === 0) return text;
  return (
    <>
      {matches.map(([from, to], index) => (
        <span key={from}>
          {text.slice(matches[index - 1]?.[1] ?? 0, from)}
          <mark
            ref={index === at ? intoView : undefined}
            aria-current={index === at}
            className={cn(
              'rounded-[2px]',
              index === at ? 'bg-accent text-on-accent' : 'bg-degraded/25 text-text',
            )}
          >
            {text.slice(from, to)}
          </mark>
        </span>
      ))}
      {text.slice(matches.at(-1)?.[1] ?? 0)}
    </>
  );
}

const intoView = (element: HTMLElement | null): void =>
  element?.scrollIntoView({ block: 'center' });
