import { requireStores } from '../../core/trust/index.ts';
import type { TrustStoreView } from '../../shared/contract/trust.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { hintLines, madeFirst, planLines, stateTable } from '../render/trust.ts';
import { openTrust } from './trustHere.ts';
import { exitCodeOfResults, sayResults, sayRightsNeeded } from './trustResults.ts';

export interface TrustInput {
  /** Ids of stores, or the parts before their colons; none means all. */
  readonly stores: readonly string[];
  readonly dryRun: boolean;
}

/** `berth trust` */
export async function trust({ stores, dryRun }: TrustInput, context: Context): Promise<number> {
  const { hold, output } = context;
  const { trust: here, certificate } = openTrust(context);
  // What is shown is what is done, to the fingerprint.
  if (!dryRun) await here.ensure();
  const planned = await here.plan('add', { stores, foreign: false });
  const plans = planned.stores;
  if (dryRun) {
    const { makes } = planned;
    if (output.json)
      output.document({ dryRun, certificate, hasAuthority: makes !== 'ca', makes, plans });
    else {
      if (makes !== null) output.say(madeFirst(makes, certificate));
      output.lines(planLines(plans, output.style));
    }
    return exitCodes.ok;
  }
  sayRightsNeeded(plans, output);
  const release = hold();
  try {
    const results = await here.carry(planned);
    if (output.json) output.document({ certificate, results });
    else sayResults(results, output);
    return exitCodeOfResults(results);
  } finally {
    release();
  }
}

const isLacking = ({ state, byDefault }: TrustStoreView): boolean =>
  byDefault && (state === 'absent' || state === 'outdated');

/** `berth trust --status` */
export async function trustStatus(
  { stores }: { readonly stores: readonly string[] },
  context: Context,
): Promise<number> {
  const { output } = context;
  const { trust: here } = openTrust(context);
  const view = await here.status({ prove: true });
  requireStores(view.stores, stores);
  const isNamed = (id: string): boolean =>
    stores.length === 0 || stores.some((one) => id === one || id.startsWith(`${one}:`));
  const shown = view.stores.filter(({ id }) => isNamed(id));
  const isTrusted =
    stores.length === 0
      ? view.isTrusted
      : shown.length > 0 && shown.every(({ state }) => state === 'trusted');
  if (output.json) output.document({ ...view, stores: shown, isTrusted });
  else {
    const { authority } = view;
    if (authority === null) output.say('There is no CA yet: berth trust makes it.');
    else output.say(`CA certificate ${authority.path}, ${authority.subject}`);
    output.lines(stateTable(shown, output));
    if (authority !== null && shown.some(isLacking)) output.say('"berth trust" has them trust it.');
    if (stores.length === 0) for (const line of hintLines(view.hints)) output.say(line);
  }
  return isTrusted ? exitCodes.ok : exitCodes.unhealthy;
}
