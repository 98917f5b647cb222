import type { BackendHealth, HostHealth } from '../../shared/contract/health.ts';
import type { InstanceStatus } from '../../shared/contract/instance.ts';
import type { NumberedRecord } from '../../shared/contract/traffic.ts';

/** What the desktop knows of the instance beside it; all else is the window's business. */
export interface InstanceView {
  readonly status: InstanceStatus;
  /** By name. */
  readonly hosts: ReadonlyMap<string, HostState>;
  readonly errors: RecentErrors;
}

/** Unknown is not down. */
export type HostState = 'up' | 'degraded' | 'down' | 'unknown' | 'paused';

/** Answers with 500 and above among the records that the instance holds. */
export interface RecentErrors {
  readonly count: number;
  /** Newest first, at most `limits.maxTrayErrors`. */
  readonly last: readonly Pick<NumberedRecord, 'host' | 'target' | 'status' | 'method'>[];
}

export const noErrors: RecentErrors = { count: 0, last: [] };

/** What its backends make of a host. One that was taken out of use by hand counts for nothing. */
export function hostStateOf(backends: readonly Pick<BackendHealth, 'state'>[]): HostState {
  if (backends.some(({ state }) => state === 'paused')) return 'paused';
  const inUse = backends.filter(({ state }) => state !== 'drained');
  if (inUse.length === 0) return 'paused';
  const down = inUse.filter(({ state }) => state === 'down').length;
  if (down === inUse.length) return 'down';
  if (down > 0) return 'degraded';
  return inUse.some(({ state }) => state === 'up') ? 'up' : 'unknown';
}

/** The states of hosts after news of their health; a host without backends is gone. */
export function withHealth(
  hosts: ReadonlyMap<string, HostState>,
  news: readonly Pick<HostHealth, 'name' | 'backends'>[],
): ReadonlyMap<string, HostState> {
  const next = new Map(hosts);
  for (const { name, backends } of news) {
    if (backends.length === 0) next.delete(name);
    else next.set(name, hostStateOf(backends));
  }
  return next;
}
