import { ArrowLeft } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Command } from '../../app/commands.ts';
import { useBerth } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { useCommands } from '../../app/useCommands.ts';
import { useStore } from '../../state/store.ts';
import type { Document } from './documents.ts';
import { BlockView } from './Markdown.tsx';
import { parseMarkdown } from './model/markdown.ts';

const back = addressOf('settings', 'about');

/** One document of the folder docs. */
export function DocumentPage({ document: shown }: { readonly document: Document }) {
  const { router } = useBerth();
  const anchor = useStore(router.route).parameters.get('at') ?? null;
  const [text, setText] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const blocks = useMemo(() => (text === null ? [] : parseMarkdown(text)), [text]);

  useEffect(() => {
    let isShown = true;
    shown.load().then(
      (loaded) => isShown && setText(loaded),
      (error: unknown) =>
        isShown && setFailure(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isShown = false;
    };
  }, [shown]);

  // Keys scroll what is read.
  useEffect(() => {
    if (blocks.length === 0) return;
    scroller.current?.focus({ preventScroll: true });
    if (anchor !== null) document.getElementById(`doc-${anchor}`)?.scrollIntoView();
  }, [blocks, anchor]);

  useCommands(
    useMemo(
      (): readonly Command[] => [
        {
          id: 'document.back',
          title: 'Back to the settings',
          group: 'Berth',
          keys: ['esc'],
          run: () => router.go(back),
        },
      ],
      [router],
    ),
  );

  return (
    <>
      <header className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-4">
        <a
          href={`#${back}`}
          aria-label="Settings"
          title="Settings (Esc)"
          className="-ml-1.5 flex size-7 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text"
        >
          <ArrowLeft aria-hidden size={16} />
        </a>
        <p className="text-heading font-semibold">Documentation</p>
        <span className="font-mono text-mono text-dim">docs/{shown.name}</span>
      </header>
      <section
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
        tabIndex={0}
        aria-label={shown.title}
        className="min-h-0 flex-1 overflow-auto px-6 outline-none"
      >
        <article className="max-w-3xl pb-16">
          {failure !== null ? (
            <p role="alert" className="pt-5 text-down">
              It cannot be read: {failure}
            </p>
          ) : text === null ? (
            <p role="status" className="pt-5 text-dim">
              Reading…
            </p>
          ) : (
            blocks.map((block, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a document does not change
              <BlockView key={index} block={block} />
            ))
          )}
        </article>
      </section>
    </>
  );
}
