import type { BackendState, HealthEvent } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import type { HealthCheck } from '../../shared/model/options.ts';

/** What was told of one backend, and what may have to be told. Times are unix milliseconds. */
export interface Telling {
  /** As it was told last, or taken for granted; null before anything is known. */
  readonly told: BackendState | null;
  readonly state: BackendState;
  /** Since when it is in `state`. */
  readonly since: number;
  /** Changes between up and down within the last `flapWindowMs`. */
  readonly changes: readonly number[];
  readonly isFlapping: boolean;
}

export const nothingTold: Telling = {
  told: null,
  state: 'unknown',
  since: 0,
  changes: [],
  isFlapping: false,
};

/** How long a change must last: short ones, such as the restart of a server, are nobody's business. */
export const debounceMs = (check: HealthCheck | null): number =>
  Math.max(limits.healthDebounceMs, Math.min(check?.intervalMs ?? 0, limits.maxHealthDebounceMs));

export type Told = Pick<HealthEvent, 'from' | 'to' | 'reason'>;

/**
 * What follows when a backend is found in a state, which may be the same as before. A change is told once it has lasted.
 * A backend that changes too often is told once, as down and flapping; then nothing is told until it rests.
 */
export function tell(
  before: Telling,
  found: { readonly state: BackendState; readonly reason: string; readonly isProbed?: boolean },
  now: number,
  lastingMs: number,
): { readonly telling: Telling; readonly event: Told | null } {
  const telling = noted(before, found.state, now);
  const { told, state, since, changes, isFlapping } = telling;
  if (!isFlapping && changes.length >= limits.flapCount) {
    const minutes = limits.flapWindowMs / 60_000;
    const reason = `flapping: ${changes.length} changes within ${minutes} minutes; ${found.reason}`;
    return {
      telling: { ...telling, told: 'down', isFlapping: true },
      event: { from: told ?? 'unknown', to: 'down', reason },
    };
  }
  // No news is no news: neither that nothing is known any more, nor that something is up to begin with, nor that nobody
  // has started it yet. Who paused a host knows it.
  if (state === 'unknown' || state === 'paused') return { telling, event: null };
  if (told === null && (state !== 'down' || found.isProbed === true))
    return { telling: { ...telling, told: state }, event: null };
  const hasLasted = now - since >= (isFlapping ? limits.flapRestMs : lastingMs);
  if (!hasLasted) return { telling, event: null };
  const rested = isFlapping ? { ...telling, isFlapping: false, changes: [] } : telling;
  if (state === told) return { telling: rested, event: null };
  return {
    telling: { ...rested, told: state },
    event: { from: told ?? 'unknown', to: state, reason: found.reason },
  };
}

function noted(before: Telling, state: BackendState, now: number): Telling {
  if (state === before.state) return before;
  const isChange = isUpOrDown(state) && isUpOrDown(before.state);
  const changes = before.changes.filter((at) => now - at < limits.flapWindowMs);
  return {
    ...before,
    state,
    since: now,
    changes: isChange ? [...changes, now].slice(-limits.flapCount) : changes,
  };
}

const isUpOrDown = (state: BackendState): boolean => state === 'up' || state === 'down';
