import type { ReactNode } from 'react';
import type { PortAdvice, SetupDoneView } from '../../../../shared/contract/setup.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { doneLook, outcomeLook, proofLook } from '../model/setupWords.ts';
import { resultLook } from '../model/trustWords.ts';
import { Line } from '../StepsPanel.tsx';

/** What it came to first, then what was tried, then what was done, a line each. */
export function SetupDone({
  done,
  isUndo,
}: {
  readonly done: SetupDoneView;
  readonly isUndo: boolean;
}) {
  const { steps, stores, problems, commands, proofs, outcome, ports } = done;
  // Of stores that are not here, or were so already, there is nothing to say.
  const told = stores.filter(({ outcome: of }) => of !== 'unavailable' && of !== 'unchanged');
  const isNothing = steps.length === 0 && told.length === 0;
  return (
    <div role="status" className="flex min-h-0 flex-1 flex-col gap-4 overflow-auto p-4">
      {outcome !== null && (
        <div className="flex flex-col gap-2">
          <Line look={{ ...outcomeLook(outcome), word: '' }}>
            <strong className="font-medium">{visibleText(outcome.says)}.</strong>
          </Line>
          {outcome.command !== null && <CommandLine command={outcome.command} />}
          {ports.map((advice) => (
            <Advice key={advice.says} advice={advice} />
          ))}
        </div>
      )}
      {commands.length > 0 && (
        <div className="flex flex-col gap-2">
          <p>Nobody could be asked for the rights here. Run this in a terminal:</p>
          {commands.map((command) => (
            <CommandLine key={command} command={command} />
          ))}
        </div>
      )}
      {proofs.length > 0 && (
        <Part title="What was tried">
          {proofs.map(({ kind, title, says, status }) => (
            <Line key={`${kind} ${title}`} look={{ ...proofLook({ status }), word: '' }}>
              {visibleText(title)}
              <span className="text-dim">
                {' · '}
                {status === 'untried' ? 'not tried: ' : ''}
                {visibleText(says)}
              </span>
            </Line>
          ))}
        </Part>
      )}
      <Part title={isUndo ? 'What was taken back' : 'What was done'}>
        {problems.map((problem) => (
          <Line key={problem} look={{ status: 'degraded', word: 'not possible' }}>
            {problem}
          </Line>
        ))}
        {steps.map(({ step, status, reason }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what was done has an order
          <Line key={index} look={{ ...doneLook({ status }), word: '' }}>
            {visibleText(step.says)}
            <Word word={doneLook({ status }).word} more={reason} />
          </Line>
        ))}
        {told.map((result) => (
          <Line key={result.id} look={{ ...resultLook(result), word: '' }}>
            {visibleText(result.title)}
            <Word word={resultLook(result).word} more={result.says} />
          </Line>
        ))}
        {isNothing && <p className="text-dim">Nothing was to be done.</p>}
      </Part>
    </div>
  );
}

const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section aria-label={title} className="flex flex-col gap-1.5">
    <h3 className="text-caption font-medium text-dim">{title}</h3>
    {children}
  </section>
);

const Word = ({ word, more }: { readonly word: string; readonly more: string }) => (
  <span className="text-dim">
    {' · '}
    {word}
    {more === '' ? '' : `: ${visibleText(more)}`}
  </span>
);

/** Why addresses have a port in them. */
const Advice = ({ advice: { says, command } }: { readonly advice: PortAdvice }) => (
  <>
    <Line look={{ status: 'degraded', word: 'mind' }}>{visibleText(says)}.</Line>
    {command !== null && <CommandLine command={command} />}
  </>
);
