import type { HostHealth } from '../../../../shared/contract/health.ts';
import { limits } from '../../../../shared/limits.ts';

/**
 * Minutes of a host: those of which something is known, and those of them in which it could answer; one in which it
 * could for a part of it is half a minute.
 */
export interface Uptime {
  readonly known: number;
  readonly up: number;
}

const share = { up: 1, degraded: 0.5, down: 0 } as const;

/** A host answers while one of its backends does. What was paused, drained or unknown counts neither way. */
export function uptimeOf(health: Pick<HostHealth, 'backends'> | null): Uptime {
  const minutes = new Map<number, number>();
  for (const { history } of health?.backends ?? []) {
    for (const { at, state } of history) {
      if (state !== 'up' && state !== 'degraded' && state !== 'down') continue;
      const minute = Math.floor(at / limits.healthSlotMs);
      minutes.set(minute, Math.max(minutes.get(minute) ?? 0, share[state]));
    }
  }
  return { known: minutes.size, up: [...minutes.values()].reduce((sum, part) => sum + part, 0) };
}

/** `100 %`, `98 %`; rounded down, so that what was away is never all; null where nothing is known. */
export const uptimeText = ({ known, up }: Uptime): string | null =>
  known === 0 ? null : `${Math.floor((up / known) * 100)} %`;
