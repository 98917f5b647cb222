import { type ComponentProps, type ReactNode, useId } from 'react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/cn.ts';
import { StatusGlyph } from '../../ui/Status.tsx';
import { RefusalLine } from '../settings/RefusalLine.tsx';
import type { LookOf } from './model/nameWords.ts';

/** One thing that would be done, or was. */
export interface StepView {
  readonly says: string;
  readonly needsRoot: boolean;
  /** The command, or the file with its lines. */
  readonly lines: readonly string[];
}

/** What would be done to the machine, to the line, before it is done. */
export function StepsPanel({
  steps,
  problems = [],
  warnings = [],
  agree,
  isBusy,
  onAgree,
  onCancel,
}: {
  readonly steps: readonly StepView[];
  /** What is not possible here. */
  readonly problems?: readonly string[];
  /** What should not be passed over, a sentence each. */
  readonly warnings?: readonly string[];
  /** What the button says. */
  readonly agree: string;
  readonly isBusy: boolean;
  readonly onAgree: () => void;
  readonly onCancel: () => void;
}) {
  const id = useId();
  const needsRights = steps.some(({ needsRoot }) => needsRoot);
  return (
    <Panel label="What would be changed" onEscape={isBusy ? null : onCancel}>
      {problems.map((problem) => (
        <Line key={problem} look={{ status: 'degraded', word: 'not possible' }}>
          {problem}
        </Line>
      ))}
      {warnings.map((warning) => (
        <Line key={warning} look={{ status: 'degraded', word: 'mind' }}>
          {visibleText(warning)}
        </Line>
      ))}
      {steps.length === 0 && (
        <p className="text-dim">
          {problems.length === 0
            ? 'There is nothing to do: it is so already.'
            : 'Nothing is changed.'}
        </p>
      )}
      <StepList steps={steps} />
      <div className="flex flex-wrap items-center gap-2">
        {steps.length > 0 && (
          <Button
            look="primary"
            autoFocus
            disabled={isBusy}
            onClick={onAgree}
            {...(needsRights ? { 'aria-describedby': id } : {})}
          >
            {isBusy ? 'Working…' : agree}
          </Button>
        )}
        <Button disabled={isBusy} autoFocus={steps.length === 0} onClick={onCancel}>
          {steps.length > 0 ? 'Cancel' : 'Close'}
        </Button>
        {needsRights && (
          <span id={id} className="text-caption text-dim">
            The system asks for the rights, where it can; else you get one command.
          </span>
        )}
      </div>
    </Panel>
  );
}

/** Steps in their order, each with its command, or with the lines of its file. */
export function StepList({ steps }: { readonly steps: readonly StepView[] }) {
  return (
    <ol className="flex flex-col gap-2">
      {steps.map(({ says, needsRoot, lines }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a plan has an order, and is never edited
        <li key={index}>
          <p>
            {visibleText(says)}
            {needsRoot && <span className="text-dim"> · with the rights of an administrator</span>}
          </p>
          {lines.length > 0 && (
            <pre
              role="group"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys, too
              tabIndex={0}
              aria-label={says}
              className="mt-1 max-h-48 overflow-auto rounded-sm border border-line bg-panel px-2 py-1 font-mono text-mono break-words whitespace-pre-wrap"
            >
              {lines.map((line, at) => (
                <span
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  key={at}
                  className={cn(
                    'block',
                    line.startsWith('+') && 'text-up',
                    line.startsWith('-') && 'text-down',
                    line.startsWith('@@') && 'text-dim',
                  )}
                >
                  {line.split('\t').map(visibleText).join('\t')}
                </span>
              ))}
            </pre>
          )}
        </li>
      ))}
    </ol>
  );
}

/** What belongs together below a line; Esc takes it back. */
export function Panel({
  label,
  onEscape,
  children,
}: {
  readonly label: string;
  readonly onEscape: (() => void) | null;
  readonly children: ReactNode;
}) {
  return (
    <div
      role="group"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || onEscape === null) return;
        event.preventDefault();
        event.stopPropagation();
        onEscape();
      }}
      className="mt-2 flex flex-col gap-2.5 rounded-md border border-line bg-page p-3"
    >
      {children}
    </div>
  );
}

/** A state and what there is to say about it. */
export function Line({ look, children }: { readonly look: LookOf; readonly children: ReactNode }) {
  return (
    <div className="flex items-start gap-2">
      <StatusGlyph status={look.status} says={look.word} />
      <div className="min-w-0 flex-1 break-words">{children}</div>
    </div>
  );
}

/** Says why a change was refused. */
export function RefusedPanel({
  refusal,
  onClose,
}: {
  readonly refusal: ComponentProps<typeof RefusalLine>['refusal'];
  readonly onClose: () => void;
}) {
  return (
    <Panel label="What was done" onEscape={onClose}>
      <RefusalLine id={useId()} refusal={refusal} />
      <div>
        <Button onClick={onClose}>Close</Button>
      </div>
    </Panel>
  );
}
