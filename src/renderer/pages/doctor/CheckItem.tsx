import { ChevronRight } from 'lucide-react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { cn } from '../../ui/cn.ts';
import { duration } from '../../ui/format.ts';
import { StatusGlyph } from '../../ui/Status.tsx';
import { type CheckLine, lookOf, sentence } from './model/sections.ts';

export interface CheckItemProps {
  readonly line: CheckLine;
  /** What is wrong shows its evidence and what to do without being opened. */
  readonly isWrong: boolean;
  readonly isOpen: boolean;
  readonly isStop: boolean;
  readonly onToggle: () => void;
  readonly onFocus: () => void;
  /** Null while it cannot be done. */
  readonly onAct: (() => void) | null;
  /** What the action would change, shown until a person has decided; null while that was not asked. */
  readonly asked: Asked | null;
  /** What the action left to a person, and why; null for nothing. */
  readonly left: { readonly says: string; readonly command: string } | null;
}

interface Asked {
  readonly lines: readonly string[];
  readonly onAgree: () => void;
  readonly onCancel: () => unknown;
}

/** A check: how it ended, why, and what to do. */
export function CheckItem(props: CheckItemProps) {
  const { line, isWrong, isOpen, isStop, onToggle, onFocus, onAct, asked, left } = props;
  const { check, outcome, isPending } = line;
  const look = lookOf(line);
  const evidence = visibleText(outcome?.evidence ?? '');
  const more = outcome?.details ?? [];
  // One line alone says again what the sentence said.
  const details = isWrong && more.length === 1 ? [] : more;
  const panel = `check-${check.id}`;
  return (
    <li className={cn('group', isWrong && 'border-b border-line last:border-b-0')}>
      <button
        type="button"
        data-check={check.id}
        tabIndex={isStop ? 0 : -1}
        aria-expanded={isOpen}
        aria-controls={panel}
        onFocus={onFocus}
        onClick={onToggle}
        className={cn(
          'flex w-full items-center gap-2 px-4 text-left hover:bg-hover',
          isWrong ? 'min-h-9 pt-2 pb-1' : 'min-h-8',
          isPending && outcome !== null && 'opacity-60',
        )}
      >
        <StatusGlyph
          status={look.status}
          says={isPending ? `${look.word}, being checked` : look.word}
        />
        <span
          className={cn(
            isWrong ? 'min-w-0 font-medium break-words' : 'w-72 shrink-0 truncate',
            outcome?.status === 'skipped' && 'text-dim',
          )}
        >
          {isWrong ? sentence(evidence) : check.title}
        </span>
        {!isWrong && (
          <span title={evidence} className="min-w-0 flex-1 truncate text-dim">
            {outcome === null ? (isPending ? 'checking…' : '') : evidence}
          </span>
        )}
        <ChevronRight
          aria-hidden
          size={14}
          className={cn(
            'ml-auto shrink-0 text-dim transition-transform',
            isOpen
              ? 'rotate-90'
              : !isWrong && 'opacity-0 group-focus-within:opacity-100 group-hover:opacity-100',
          )}
        />
      </button>
      {isWrong && outcome !== null && (
        <div className="flex flex-col gap-1.5 pr-4 pb-3 pl-9">
          {outcome.fix !== null && (
            <>
              <p className="break-words text-dim">{visibleText(outcome.fix.says)}</p>
              {asked !== null && <Change asked={asked} />}
              {asked === null && left !== null && <ByHand left={left} />}
              {asked === null && (outcome.fix.command !== null || outcome.fix.action !== null) && (
                <div className="flex max-w-3xl flex-wrap items-center gap-2">
                  {outcome.fix.action !== null && (
                    <Button
                      look="primary"
                      disabled={onAct === null}
                      {...(onAct === null ? {} : { onClick: onAct })}
                    >
                      {visibleText(outcome.fix.action.label)}
                    </Button>
                  )}
                  {outcome.fix.command !== null && (
                    <div className="min-w-60 flex-1">
                      <CommandLine command={visibleText(outcome.fix.command)} />
                    </div>
                  )}
                </div>
              )}
            </>
          )}
        </div>
      )}
      <div id={panel} hidden={!isOpen} className="pr-4 pb-2 pl-9 text-dim">
        <p className="break-words">{isWrong ? `Checked: ${check.title}` : evidence}</p>
        {details.length > 0 && (
          <ul className="mt-1 font-mono text-mono">
            {details.map((text) => (
              <li key={text} className="break-words">
                {visibleText(text)}
              </li>
            ))}
          </ul>
        )}
        {outcome !== null && (
          <p className="mt-1 text-caption tabular-nums">
            {check.id} · {duration(outcome.ms)}
          </p>
        )}
      </div>
    </li>
  );
}

/** What a person runs in a terminal, since nobody could be asked here. */
function ByHand({
  left: { says, command },
}: {
  readonly left: NonNullable<CheckItemProps['left']>;
}) {
  return (
    <div
      role="alert"
      className="flex max-w-3xl flex-col gap-2 rounded-md border border-line bg-page p-3"
    >
      <p className="break-words">
        {sentence(visibleText(says))}. Run this in a terminal, then “Run again” here:
      </p>
      <CommandLine command={visibleText(command)} />
    </div>
  );
}

/** What would be done to the machine, before it is done. */
function Change({ asked }: { readonly asked: Asked }) {
  return (
    <div className="max-w-3xl rounded-md border border-line bg-page p-3">
      <p className="text-dim">This would be changed:</p>
      <pre
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys, too
        tabIndex={0}
        aria-label="What would be changed"
        className="my-2 max-h-60 overflow-auto font-mono text-mono whitespace-pre-wrap break-words"
      >
        {asked.lines.map(visibleText).join('\n')}
      </pre>
      <div className="flex gap-2">
        <Button look="primary" autoFocus onClick={asked.onAgree}>
          Do it
        </Button>
        <Button onClick={asked.onCancel}>Cancel</Button>
      </div>
    </div>
  );
}
