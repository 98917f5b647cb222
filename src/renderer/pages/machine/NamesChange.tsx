import type { NamesChange as Asked, NamesDone, NamesPlan } from '../../../shared/contract/names.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { stepLines } from './model/nameWords.ts';
import { Line, Panel, RefusedPanel, StepsPanel } from './StepsPanel.tsx';
import type { Change } from './useChange.ts';

export type NamesChanging = Change<
  { readonly asked: Pick<Asked, 'action' | 'way'>; readonly plan: NamesPlan },
  NamesDone
>;

/** A button that shows what would be changed so that hosts are found, or no longer. */
export function NamesButton({
  changing,
  asked,
  look = 'plain',
  children,
}: {
  readonly changing: NamesChanging;
  readonly asked: Pick<Asked, 'action' | 'way'>;
  readonly look?: 'plain' | 'primary';
  readonly children: string;
}) {
  const api = useApi();
  return (
    <Button
      look={look}
      disabled={api === null || changing.isBusy}
      onClick={() =>
        api !== null &&
        changing.ask(async () => ({ asked, plan: await api.names.plan({ ...asked, hosts: [] }) }))
      }
    >
      {children}
    </Button>
  );
}

/** The plan, then what became of it, step by step. */
export function NamesOutcome({ changing }: { readonly changing: NamesChanging }) {
  const api = useApi();
  const { stage, clear } = changing;
  switch (stage.kind) {
    case 'idle':
      return null;
    case 'planning':
      return <p className="mt-2 text-dim">Looking at what would be changed…</p>;
    case 'asked':
    case 'doing': {
      const { asked, plan } = stage.plan;
      return (
        <StepsPanel
          steps={plan.steps.map(({ says, needsRoot, ...step }) => ({
            ...{ says, needsRoot },
            lines: stepLines(step),
          }))}
          problems={plan.problems}
          warnings={plan.byHand.map(
            (host) =>
              `${host} is under no suffix: it is sent to this machine since it was asked for by name.`,
          )}
          agree={asked.action === 'install' ? 'Install' : 'Remove'}
          isBusy={stage.kind === 'doing'}
          onAgree={() => api !== null && changing.agree(() => api.names.change({ plan: plan.id }))}
          onCancel={clear}
        />
      );
    }
    case 'refused':
      return <RefusedPanel refusal={stage.refusal} onClose={clear} />;
    case 'done':
      return <Done done={stage.done} onClose={clear} />;
  }
}

const words = {
  done: { status: 'up', word: 'done' },
  failed: { status: 'down', word: 'failed' },
  left: { status: 'unknown', word: 'not done' },
} as const;

function Done({ done, onClose }: { readonly done: NamesDone; readonly onClose: () => void }) {
  const { results, problems, byHand } = done;
  return (
    <Panel label="What was done" onEscape={onClose}>
      <div role="status" className="flex flex-col gap-1.5">
        {problems.map((problem) => (
          <Line key={problem} look={{ status: 'degraded', word: 'not possible' }}>
            {problem}
          </Line>
        ))}
        {results.map(({ step, status, reason }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what was done has an order
          <Line key={index} look={{ ...words[status], word: '' }}>
            {step.says}
            <span className="text-dim">
              {' · '}
              {words[status].word}
              {reason === '' ? '' : `: ${reason}`}
            </span>
          </Line>
        ))}
        {results.length === 0 && byHand === null && <p>Nothing was to be done.</p>}
      </div>
      {byHand !== null && (
        <>
          <p>Nobody could be asked for the rights here. Run this in a terminal:</p>
          <CommandLine command={byHand} />
        </>
      )}
      <div>
        <Button autoFocus onClick={onClose}>
          Close
        </Button>
      </div>
    </Panel>
  );
}
