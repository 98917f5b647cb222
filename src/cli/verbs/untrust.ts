import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { planLines } from '../render/trust.ts';
import { openTrust } from './trustHere.ts';
import { exitCodeOfResults, sayResults, sayRightsNeeded } from './trustResults.ts';

export interface UntrustInput {
  /** Ids of stores, or the parts before their colons; none means all. */
  readonly stores: readonly string[];
  /** Also certificates of other instances. */
  readonly foreign: boolean;
  readonly dryRun: boolean;
}

/** `berth untrust` */
export async function untrust(
  { stores, foreign, dryRun }: UntrustInput,
  context: Context,
): Promise<number> {
  const { hold, output } = context;
  const { trust: here } = openTrust(context);
  const planned = await here.plan('remove', { stores, foreign });
  const plans = planned.stores;
  if (dryRun) {
    if (output.json) output.document({ dryRun, plans });
    else output.lines(planLines(plans, output.style));
    return exitCodes.ok;
  }
  sayRightsNeeded(plans, output);
  const release = hold();
  try {
    const results = await here.carry(planned);
    if (output.json) output.document({ results });
    else sayResults(results, output);
    return exitCodeOfResults(results);
  } finally {
    release();
  }
}
