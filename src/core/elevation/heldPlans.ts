import { randomBytes } from 'node:crypto';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Step } from './step.ts';

/**
 * Plans that were shown to a person, until the yes: what is done then is what was shown, whatever would be planned by
 * then. Each is taken once; the oldest make room.
 */
export interface HeldPlans<Plan> {
  /** @returns what `take` knows it by: 32 hex digits, which nobody guesses */
  hold(plan: Plan): string;
  /** @throws BerthError BERTH_PLAN_OUTDATED when it is not held, or no longer */
  take(id: string): Plan;
}

export interface HeldPlansOptions<Plan> {
  /** Milliseconds of any clock. */
  readonly now: () => number;
  /** The steps of a plan, whose files are counted. */
  readonly stepsOf: (plan: Plan) => readonly Step[];
}

export function createHeldPlans<Plan>({ now, stepsOf }: HeldPlansOptions<Plan>): HeldPlans<Plan> {
  const held = new Map<
    string,
    { readonly plan: Plan; readonly at: number; readonly bytes: number }
  >();

  function makeRoom(): void {
    const oldest = now() - limits.heldPlanMs;
    let bytes = [...held.values()].reduce((sum, one) => sum + one.bytes, 0);
    for (const [id, one] of held) {
      const isTooMuch = held.size > limits.maxHeldPlans || bytes > limits.maxHeldPlanBytes;
      // The one that was just shown is never too much: files have their own limit.
      if (one.at >= oldest && (!isTooMuch || held.size === 1)) continue;
      held.delete(id);
      bytes -= one.bytes;
    }
  }

  return {
    hold: (plan) => {
      const id = randomBytes(16).toString('hex');
      held.set(id, { plan, at: now(), bytes: bytesOf(stepsOf(plan)) });
      makeRoom();
      return id;
    },
    take: (id) => {
      makeRoom();
      const found = held.get(id);
      if (found === undefined) {
        const minutes = limits.heldPlanMs / 60_000;
        throw new BerthError(
          'BERTH_PLAN_OUTDATED',
          `the plan is not held any more: it was carried out, more than ${minutes} minutes have passed, or the instance was started again; look again`,
        );
      }
      held.delete(id);
      return found.plan;
    },
  };
}

const bytesOf = (steps: readonly Step[]): number => {
  // A copy and what it is of share their bytes.
  const data = steps.flatMap((step) => ('file' in step ? [step.file.before, step.file.after] : []));
  return [...new Set(data)].reduce((sum, one) => sum + (one?.length ?? 0), 0);
};
