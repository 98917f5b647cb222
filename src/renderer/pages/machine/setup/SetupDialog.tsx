import { X } from 'lucide-react';
import { useCallback, useEffect, useId } from 'react';
import type { SetupDoneView, SetupPlanView } from '../../../../shared/contract/setup.ts';
import { useApi, useBerth } from '../../../app/context.ts';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { RefusalLine } from '../../settings/RefusalLine.tsx';
import { stepsOf } from '../model/setupWords.ts';
import { Line, StepList } from '../StepsPanel.tsx';
import { type Change, useChange } from '../useChange.ts';
import { SetupDone } from './SetupDone.tsx';

interface Asked {
  readonly action: 'install' | 'undo';
  readonly ports: boolean;
}

type Changing = Change<
  { readonly asked: Asked; readonly plan: SetupPlanView },
  { readonly asked: Asked; readonly done: SetupDoneView }
>;

/** Everything that this machine is told so that hosts open by name over HTTPS: shown first, done, tried, taken back. */
export function SetupDialog({ onClose }: { readonly onClose: () => void }) {
  const { machine, hostLookups, doctor } = useBerth();
  const api = useApi();
  const changed = useCallback(() => {
    hostLookups.forget();
    if (api === null) return;
    void machine.names.start(api);
    void machine.trust.start(api);
    void machine.certificates.start(api);
    if (doctor.run.get() !== null) void doctor.start(api);
  }, [api, machine, hostLookups, doctor]);
  const changing: Changing = useChange(changed);
  const { stage, ask, isBusy } = changing;
  const plan = useCallback(
    (asked: Asked) => {
      if (api !== null) ask(async () => ({ asked, plan: await api.setup.plan(asked) }));
    },
    [api, ask],
  );
  useEffect(() => {
    // A connection that comes back takes nothing away that was done.
    if (stage.kind === 'idle') plan({ action: 'install', ports: false });
  }, [stage.kind, plan]);
  const isUndo =
    (stage.kind === 'asked' || stage.kind === 'doing') && stage.plan.asked.action === 'undo';
  return (
    <Dialog
      label="Set up this machine"
      onClose={isBusy ? () => undefined : onClose}
      className="mt-[7vh] w-[46rem] max-w-[94vw]"
    >
      <div className="flex max-h-[84vh] flex-col">
        <header className="flex h-11 shrink-0 items-center border-b border-line px-4">
          <h2 className="text-heading font-semibold">
            {isUndo ? 'Take the set-up back' : 'Set up this machine'}
          </h2>
          <Button
            data-first-focus
            look="quiet"
            aria-label="Close"
            disabled={isBusy}
            onClick={onClose}
            className="ml-auto px-1.5"
          >
            <X aria-hidden size={16} />
          </Button>
        </header>
        {api === null ? (
          <p className="p-4 text-dim">Not connected.</p>
        ) : (
          <Body changing={changing} onPlan={plan} onClose={onClose} />
        )}
      </div>
    </Dialog>
  );
}

interface BodyProps {
  readonly changing: Changing;
  readonly onPlan: (asked: Asked) => void;
  readonly onClose: () => void;
}

function Body({ changing, onPlan, onClose }: BodyProps) {
  const { stage } = changing;
  const id = useId();
  switch (stage.kind) {
    case 'idle':
    case 'planning':
      return (
        <p role="status" className="p-4 text-dim">
          Looking at what would be changed…
        </p>
      );
    case 'refused':
      return (
        <>
          <div className="p-4">
            <RefusalLine id={id} refusal={stage.refusal} />
          </div>
          <Foot>
            <Button
              look="primary"
              autoFocus
              onClick={() => onPlan({ action: 'install', ports: false })}
            >
              Look again
            </Button>
            <Button onClick={onClose}>Close</Button>
          </Foot>
        </>
      );
    case 'done':
      return (
        <>
          <SetupDone done={stage.done.done} isUndo={stage.done.asked.action === 'undo'} />
          <Foot>
            <Button look="primary" autoFocus onClick={onClose}>
              Close
            </Button>
            <span className="ml-auto" />
            {stage.done.asked.action === 'install' ? (
              <Button onClick={() => onPlan({ action: 'undo', ports: false })}>
                Take everything back…
              </Button>
            ) : (
              <Button onClick={() => onPlan({ action: 'install', ports: false })}>
                Set it up again…
              </Button>
            )}
          </Foot>
        </>
      );
    case 'asked':
    case 'doing':
      return <AskedBody {...{ changing, onPlan, onClose }} {...stage.plan} />;
  }
}

/** What would be done, to the line, until a person agrees. */
function AskedBody({
  changing,
  onPlan,
  onClose,
  asked,
  plan,
}: BodyProps & { readonly asked: Asked; readonly plan: SetupPlanView }) {
  const api = useApi();
  const id = useId();
  const isDoing = changing.stage.kind === 'doing';
  const steps = stepsOf(plan);
  const isUndo = asked.action === 'undo';
  const needsRights = steps.some(({ needsRoot }) => needsRoot);
  const isEmpty = steps.length === 0;
  const agree = isUndo ? 'Take it back' : isEmpty ? 'Try it' : 'Set it up';
  return (
    <>
      <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-auto p-4">
        <p className="text-dim">{leadOf(isUndo, isEmpty)}</p>
        {plan.problems.map((problem) => (
          <Line key={problem} look={{ status: 'degraded', word: 'not possible' }}>
            {problem}
          </Line>
        ))}
        {plan.byHand.map((host) => (
          <Line key={host} look={{ status: 'degraded', word: 'mind' }}>
            {host} is under no suffix: it is sent to this machine since it was asked for by name.
          </Line>
        ))}
        <StepList steps={steps} />
        {!isUndo && (plan.canFreePorts || asked.ports) && (
          <label className="flex items-start gap-2 border-t border-line pt-3">
            <input
              type="checkbox"
              checked={asked.ports}
              disabled={isDoing}
              onChange={() => onPlan({ action: 'install', ports: !asked.ports })}
              className="mt-0.5 size-3.5 accent-accent"
            />
            <span>
              Let every user of this machine listen on ports from 80 on
              <span className="block text-caption text-dim">
                Addresses then need no port, once the proxy has been started again.
              </span>
            </span>
          </label>
        )}
      </div>
      <Foot>
        {!(isUndo && isEmpty) && (
          <Button
            look="primary"
            autoFocus
            disabled={isDoing || api === null}
            {...(needsRights ? { 'aria-describedby': id } : {})}
            onClick={() =>
              api !== null &&
              changing.agree(async () => ({
                asked,
                done: await api.setup.change({ plan: plan.id }),
              }))
            }
          >
            {isDoing ? 'Working…' : agree}
          </Button>
        )}
        <Button disabled={isDoing} autoFocus={isUndo && isEmpty} onClick={onClose}>
          {isEmpty ? 'Close' : 'Cancel'}
        </Button>
        {needsRights && (
          <span id={id} className="text-caption text-dim">
            The system asks once for the rights, where it can; else you get one command.
          </span>
        )}
        {!isUndo && (
          <Button
            look="quiet"
            className="ml-auto"
            disabled={isDoing}
            onClick={() => onPlan({ action: 'undo', ports: false })}
          >
            Take everything back…
          </Button>
        )}
      </Foot>
    </>
  );
}

function leadOf(isUndo: boolean, isEmpty: boolean): string {
  if (isUndo) {
    return isEmpty
      ? 'There is nothing to take back: this machine knows nothing of Berth.'
      : 'Everything that this machine was told is taken back, and its files are as they were before. Hosts stay.';
  }
  return isEmpty
    ? 'There is nothing to do: all is so already. It can be tried: names are looked up, the system and browsers shake hands, a page is opened.'
    : 'So that hosts open by name over HTTPS, with no warning, in browsers and in programs. Then it is tried. Nothing is changed before you agree, and all of it can be taken back.';
}

const Foot = ({ children }: { readonly children: React.ReactNode }) => (
  <footer className="flex shrink-0 flex-wrap items-center gap-2 border-t border-line px-4 py-3">
    {children}
  </footer>
);
