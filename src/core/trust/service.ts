import type { TrustPlan, TrustResult, TrustView } from '../../shared/contract/trust.ts';
import { createHeldPlans } from '../elevation/index.ts';
import type { Trust, TrustPlanned } from './trust.ts';

/** Trust as the control plane and the doctor ask for it: what is done is a plan that was shown, and nothing else. */
export interface TrustService {
  status(options: { readonly prove: boolean }): Promise<TrustView>;
  /** @throws BerthError BERTH_INPUT_INVALID for a store that there is not */
  plan(input: {
    readonly action: 'add' | 'remove';
    readonly stores: readonly string[];
    readonly foreign: boolean;
  }): Promise<TrustPlan>;
  /** @throws BerthError BERTH_PLAN_OUTDATED when the plan is not held any more */
  change(input: { readonly plan: string }): Promise<readonly TrustResult[]>;
}

export interface TrustServiceOptions {
  readonly trust: Pick<Trust, 'status' | 'ensure' | 'plan' | 'carry'>;
  /** Milliseconds of any clock. */
  readonly now: () => number;
}

export function createTrustService({ trust, now }: TrustServiceOptions): TrustService {
  const held = createHeldPlans<TrustPlanned>({ now, stepsOf: ({ exact }) => exact.flat() });
  return {
    status: (options) => trust.status(options),
    plan: async ({ action, stores, foreign }) => {
      if (action === 'add') await trust.ensure();
      const planned = await trust.plan(action, { stores, foreign });
      return { id: held.hold(planned), stores: planned.stores };
    },
    change: async ({ plan }) => await trust.carry(held.take(plan)),
  };
}
