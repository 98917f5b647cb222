import type { ReactNode } from 'react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useIsCurrent } from '../../app/context.ts';
import { shownState } from '../../state/lastKnown.ts';
import { cn } from '../../ui/cn.ts';
import { StatusGlyph } from '../../ui/Status.tsx';
import type { Item } from './model/items.ts';
import { processTitle } from './model/processes.ts';
import { containerState, describeMapping, mappingStates, type Shown } from './model/words.ts';

/** The cells of something that can be mapped: its state, its name, and its hosts. */
export function ItemLine({ item }: { readonly item: Item }) {
  switch (item.kind) {
    case 'container': {
      const { container, mappings, label } = item;
      const shown = containerState(container);
      const isOff = shown.status === 'unknown';
      return (
        <Cells
          shown={shown}
          name={<span className="font-mono text-mono">{label}</span>}
          note={isOff || shown.status !== 'up' ? shown.word : ''}
          hosts={mappings.map(({ name }) => name)}
          problems={container.problems.length}
          isDim={isOff}
        />
      );
    }
    case 'process': {
      const { process, port, hosts } = item.listening;
      return (
        <Cells
          shown={null}
          name={
            <>
              <span className="font-mono text-mono">:{port}</span>{' '}
              {process === null ? '' : visibleText(processTitle(item.listening))}
            </>
          }
          note={visibleText(process?.directory ?? '')}
          hosts={hosts}
          problems={0}
          isDim={process === null}
        />
      );
    }
    case 'lost':
      return (
        <Cells
          shown={mappingStates[item.mapping.state]}
          name={visibleText(describeMapping(item.mapping))}
          note=""
          hosts={[item.mapping.name]}
          problems={0}
          isDim
        />
      );
  }
}

function Cells({
  shown,
  name,
  note,
  hosts,
  problems,
  isDim,
}: {
  /** Null: of a process only that it listens is known. */
  readonly shown: Shown | null;
  readonly name: ReactNode;
  readonly note: string;
  readonly hosts: readonly string[];
  readonly problems: number;
  readonly isDim: boolean;
}) {
  const isCurrent = useIsCurrent();
  const known = shown === null ? null : shownState(shown.status, isCurrent);
  const [first, ...others] = hosts;
  return (
    <div
      className={cn(
        'flex h-full items-center gap-2 pr-3 pl-4',
        (isDim || !isCurrent) && 'text-dim',
      )}
    >
      <div
        role="gridcell"
        className={cn(
          'flex shrink items-center gap-2',
          problems > 0 ? 'min-w-[65%]' : 'min-w-[45%]',
        )}
      >
        {known === null || shown === null ? (
          <span aria-hidden className="w-3 shrink-0" />
        ) : (
          <StatusGlyph
            status={known.state}
            // What stands beside it is not said twice.
            says={!isCurrent ? 'not connected' : note.startsWith(shown.word) ? '' : shown.word}
            title={known.title ?? shown.word}
          />
        )}
        <span className="min-w-0 truncate">{name}</span>
        {problems > 0 && (
          <span className="shrink-0 rounded-sm border border-line px-1 text-caption leading-4 text-degraded">
            {problems === 1 ? '1 problem' : `${problems} problems`}
          </span>
        )}
      </div>
      <div
        role="gridcell"
        title={hosts.join('\n') || note}
        className="ml-auto min-w-0 shrink-[100] truncate pl-2 text-right text-caption text-dim"
      >
        {note}
        {note !== '' && first !== undefined && ' · '}
        {first !== undefined && <span className="font-mono">{visibleText(first)}</span>}
        {others.length > 0 && ` +${others.length}`}
      </div>
    </div>
  );
}
