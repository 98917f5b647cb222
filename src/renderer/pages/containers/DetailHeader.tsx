import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { addressOf } from '../../app/route.ts';

/** What is chosen, and what it is. */
export function DetailHeader({
  title,
  glyph,
  facts,
}: {
  readonly title: string;
  readonly glyph: ReactNode;
  readonly facts: ReactNode;
}) {
  return (
    <header>
      <div className="flex min-w-0 items-center gap-3">
        <a
          href={`#${addressOf('containers')}`}
          aria-label="All containers"
          title="All containers (Esc)"
          className="-ml-1.5 flex size-7 shrink-0 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text min-[721px]:hidden"
        >
          <ArrowLeft aria-hidden size={16} />
        </a>
        <h2 title={title} className="min-w-0 truncate font-mono text-heading font-semibold">
          {visibleText(title)}
        </h2>
        <span className="ml-auto shrink-0">{glyph}</span>
      </div>
      <p className="mt-0.5 text-caption break-words text-dim">{facts}</p>
    </header>
  );
}
