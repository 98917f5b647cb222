import type { InstanceStatus } from '../../shared/contract/instance.ts';
import type { SetupDoneView, SetupPlanView } from '../../shared/contract/setup.ts';
import { BerthError } from '../../shared/errors.ts';
import { changedSince, createHeldPlans } from '../elevation/index.ts';
import { shownStep } from '../names/index.ts';
import { hasFreedPorts, outcomeOf, portAdvice } from './outcome.ts';
import { planPorts } from './portStart.ts';
import { type ProveDeps, proveSetup } from './prove.ts';
import type { Setup, SetupDeps, SetupDone, SetupPlan } from './setup.ts';

/** The whole set-up as the control plane asks for it: what is done is a plan that was shown, and nothing else. */
export interface SetupService {
  plan(input: {
    readonly action: 'install' | 'undo';
    readonly ports: boolean;
  }): Promise<SetupPlanView>;
  /** @throws BerthError BERTH_PLAN_OUTDATED when the plan is not held any more, or a file is not what it was then */
  change(input: { readonly plan: string }): Promise<SetupDoneView>;
}

export interface SetupServiceOptions
  extends Pick<SetupDeps, 'portStart'>,
    Omit<ProveDeps, 'listeners'> {
  readonly setup: Setup;
  readonly platform: NodeJS.Platform;
  /** Of the instance that is asked. */
  readonly status: () => Pick<InstanceStatus, 'listeners' | 'notices'>;
  /** Ends what keeps the hosts file by itself, which would write it again. */
  readonly stopKeeping: () => Promise<void>;
  /** Has the instance listen on ports that were forbidden and are not any longer. */
  readonly takePorts: () => Promise<void>;
}

interface Held {
  readonly action: 'install' | 'undo';
  readonly plan: SetupPlan;
}

export function createSetupService(options: SetupServiceOptions): SetupService {
  const { setup, portStart, platform, status, stopKeeping, takePorts, now } = options;
  const held = createHeldPlans<Held>({
    now,
    stepsOf: ({ plan }) => [...plan.steps, ...plan.trust.exact.flat()],
  });

  async function tried(): Promise<Pick<SetupDoneView, 'proofs' | 'outcome' | 'ports'>> {
    const { listeners, notices } = status();
    const proofs = await proveSetup({ ...options, listeners });
    return {
      proofs,
      outcome: outcomeOf(proofs, true),
      ports: portAdvice({
        status: { listeners, notices },
        platform,
        start: await portStart(),
      }),
    };
  }

  return {
    plan: async ({ action, ports }) => {
      const plan =
        action === 'undo' ? await setup.planUndo() : await setup.plan({ ports, makes: true });
      const start = planPorts(await portStart());
      const { steps, stores, problems, byHand } = plan;
      return {
        id: held.hold({ action, plan }),
        steps: steps.map(shownStep),
        ...{ stores, problems, byHand },
        canFreePorts: platform === 'linux' && start.ok && start.steps.length > 0,
      };
    },
    change: async ({ plan: id }) => {
      const { action, plan } = held.take(id);
      const changed = await changedSince(plan.steps);
      if (changed !== null) throw new BerthError('BERTH_PLAN_OUTDATED', changed);
      if (action === 'undo') {
        await stopKeeping();
        return {
          ...doneView(plan, await setup.undo(plan)),
          ...{ proofs: [], outcome: null, ports: [] },
        };
      }
      const done = await setup.carry(plan);
      // Where that fails, the advice says what is left to do.
      if (hasFreedPorts(status().notices, await portStart())) await takePorts().catch(() => {});
      return { ...doneView(plan, done), ...(await tried()) };
    },
  };
}

function doneView(
  { problems }: SetupPlan,
  { names, trust }: SetupDone,
): Pick<SetupDoneView, 'steps' | 'stores' | 'problems' | 'commands'> {
  const commands = [names.byHand, ...trust.map(({ command }) => command)];
  return {
    steps: names.results.map(({ step, status, reason }) => ({
      ...{ step: shownStep(step), status, reason },
    })),
    stores: trust,
    problems,
    // What needs the rights is in one command.
    commands: [...new Set(commands.filter((command) => command !== null))],
  };
}
