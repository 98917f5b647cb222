import type { HostHealth } from '../../../../shared/contract/health.ts';
import { limits } from '../../../../shared/limits.ts';

/** Minutes of a host: those of which something is known, and those of them in which it could answer. */
export interface Uptime {
  readonly known: number;
  readonly up: number;
}

/** A host answers while one of its backends does. What was paused, drained or unknown counts neither way. */
export function uptimeOf(health: Pick<HostHealth, 'backends'> | null): Uptime {
  const minutes = new Map<number, boolean>();
  for (const { history } of health?.backends ?? []) {
    for (const { at, state } of history) {
      if (state !== 'up' && state !== 'degraded' && state !== 'down') continue;
      const minute = Math.floor(at / limits.healthSlotMs);
      minutes.set(minute, minutes.get(minute) === true || state !== 'down');
    }
  }
  return { known: minutes.size, up: [...minutes.values()].filter(Boolean).length };
}

/** `100 %`, `98 %`; rounded down, so that what was away is never all; null where nothing is known. */
export const uptimeText = ({ known, up }: Uptime): string | null =>
  known === 0 ? null : `${Math.floor((up / known) * 100)} %`;
