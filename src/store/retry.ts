import { limits } from '../shared/limits.ts';

/**
 * Milliseconds to wait before try number `attempt` (from 0) to reach a lost store: doubling, with the upper half random,
 * so that the workers of many instances do not come back in step.
 */
export function retryDelay(attempt: number, random: () => number): number {
  const most = Math.min(
    limits.storeRetryMaxMs,
    limits.storeRetryFirstMs * 2 ** Math.min(attempt, 16),
  );
  return most / 2 + (most / 2) * random();
}
