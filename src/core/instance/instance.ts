import { setTimeout as delay } from 'node:timers/promises';
import type { InstanceStatus } from '../../shared/contract/instance.ts';
import { limits } from '../../shared/limits.ts';
import type { InstanceService } from '../control/services.ts';

export interface InstanceParts
  extends Pick<InstanceService, 'reload' | 'reopenLogs' | 'metrics' | 'try'> {
  readonly status: () => InstanceStatus;
}

/** What can be asked of an instance as a whole. */
export function createInstanceService(parts: InstanceParts): InstanceService {
  return { ...parts, watch: (signal) => changes(parts.status, signal) };
}

/** The status, and again each time that it is another one. */
async function* changes(
  status: () => InstanceStatus,
  signal: AbortSignal,
): AsyncGenerator<InstanceStatus> {
  let told = '';
  while (!signal.aborted) {
    const now = status();
    const text = JSON.stringify(now);
    if (text !== told) {
      told = text;
      yield now;
    }
    // Rejects when the signal fires, and for no other reason.
    await delay(limits.statusWatchMs, undefined, { signal }).catch(() => undefined);
  }
}
