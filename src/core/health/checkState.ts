import type { CheckResult } from '../../shared/contract/health.ts';

/** What active checks of one backend have come to. */
export interface CheckState {
  /** `unknown` until the first success, or until `fall` failures in a row. */
  readonly verdict: 'up' | 'down' | 'unknown';
  /** Results in a row like the last one. */
  readonly streak: number;
  readonly last: CheckResult | null;
}

export const unchecked: CheckState = { verdict: 'unknown', streak: 0, last: null };

/** How many results in a row make a change. */
export interface Thresholds {
  readonly rise: number;
  readonly fall: number;
}

/** The state after one more result. */
export function afterCheck(
  { verdict, streak, last }: CheckState,
  result: CheckResult,
  { rise, fall }: Thresholds,
): CheckState {
  const inRow = last?.ok === result.ok ? streak + 1 : 1;
  const next = { streak: inRow, last: result };
  if (result.ok) {
    // What was never found dead need not come back to life.
    return { ...next, verdict: verdict === 'down' && inRow < rise ? 'down' : 'up' };
  }
  return { ...next, verdict: inRow < fall ? verdict : 'down' };
}
