import { once as nextOf } from 'node:events';
import type { DoctorEvent, FixPreview, FixResult } from '../../shared/contract/doctor.ts';
import { BerthError } from '../../shared/errors.ts';
import { createHeldPlans } from '../elevation/index.ts';
import { type ActionDeps, carryOutAction, type PlannedAction, planAction } from './actions.ts';
import type { Check } from './check.ts';
import { allChecks } from './checks/index.ts';
import type { DoctorContext } from './context.ts';
import { runChecks } from './run.ts';

/** The doctor, as the control plane asks it. */
export interface Doctor {
  /** The outcomes of a run, from its first; of the one that is under way, when there is one. */
  run(signal?: AbortSignal): AsyncIterable<DoctorEvent>;
  /** @throws BerthError BERTH_INPUT_INVALID for an action that there is not */
  preview(input: { readonly action: string }): Promise<FixPreview>;
  /** Does what a preview has shown. @throws BerthError BERTH_PLAN_OUTDATED when that is not held any more */
  fix(input: { readonly plan: string }): Promise<FixResult>;
  close(): void;
}

export interface DoctorOptions extends ActionDeps {
  /** Made anew for each run. */
  readonly context: () => DoctorContext;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** `allChecks`, when left out. */
  readonly checks?: readonly Check[];
}

interface Run {
  readonly events: DoctorEvent[];
  /** Told when there is one more. */
  readonly more: EventTarget;
}

const isOver = ({ events }: Run): boolean => events.at(-1)?.kind === 'end';

const unknown = (action: string): never => {
  throw new BerthError('BERTH_INPUT_INVALID', `there is no action "${action}"`);
};

export function createDoctor(options: DoctorOptions): Doctor {
  const { context, now, checks = allChecks } = options;
  const closing = new AbortController();
  // Their steps are held by who made them.
  const held = createHeldPlans<PlannedAction>({ now, stepsOf: () => [] });
  let present: Run | null = null;

  function begin(): Run {
    const run: Run = { events: [], more: new EventTarget() };
    void runChecks({
      checks,
      context: context(),
      signal: closing.signal,
      now,
      tell: (event) => {
        run.events.push(event);
        run.more.dispatchEvent(new Event('more'));
      },
    });
    return run;
  }

  async function* follow(run: Run, signal: AbortSignal): AsyncGenerator<DoctorEvent> {
    for (let at = 0; ; at++) {
      if (at === run.events.length) {
        if (isOver(run)) return;
        await nextOf(run.more, 'more', { signal });
      }
      const event = run.events[at];
      if (event !== undefined) yield event;
    }
  }

  return {
    run: (signal = new AbortController().signal) => {
      if (present === null || isOver(present)) present = begin();
      return follow(present, signal);
    },
    preview: async ({ action }) => {
      const planned = (await planAction(action, options)) ?? unknown(action);
      return { id: held.hold(planned), lines: planned.lines };
    },
    fix: async ({ plan }) => await carryOutAction(held.take(plan)),
    close: () => closing.abort(),
  };
}
