import type {
  BackendHealth,
  BackendState,
  HostHealth,
} from '../../../../shared/contract/health.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import type { Status } from '../../../ui/Status.tsx';

/** What the page shows, one below the other: a host, then its backends. */
export type HealthLine =
  | {
      readonly kind: 'host';
      readonly key: string;
      readonly host: HostHealth;
      readonly state: Status;
    }
  | {
      readonly kind: 'backend';
      readonly key: string;
      readonly host: HostHealth;
      readonly backend: BackendHealth;
    };

/** Backends by state. */
export type Counts = Readonly<Record<BackendState, number>>;

/** The worst first. */
const badness: Readonly<Record<Status, number>> = {
  down: 0,
  degraded: 1,
  unknown: 2,
  paused: 3,
  up: 4,
};

/** One word for all backends of a host: of those that may get requests, whether all, some or none are up. */
export function stateOfHost({ backends }: Pick<HostHealth, 'backends'>): Status {
  const states = backends.map(({ state }) => state);
  const serving = states.filter((state) => state !== 'drained' && state !== 'paused');
  if (serving.length === 0) return states.length === 0 ? 'unknown' : 'paused';
  const down = serving.filter((state) => state === 'down').length;
  if (down === serving.length) return 'down';
  if (down > 0) return 'degraded';
  return serving.includes('up') ? 'up' : 'unknown';
}

/** A host, and those of its backends that are shown. */
export interface ShownHost {
  readonly host: HostHealth;
  readonly backends: readonly BackendHealth[];
}

export function healthLines(hosts: readonly ShownHost[]): readonly HealthLine[] {
  return hosts
    .filter(({ backends }) => backends.length > 0)
    .map(({ host, backends }) => ({ host, backends, state: stateOfHost(host) }))
    .sort((a, b) => badness[a.state] - badness[b.state] || (a.host.name < b.host.name ? -1 : 1))
    .flatMap(({ host, backends, state }): readonly HealthLine[] => [
      { kind: 'host', key: host.name, host, state },
      ...backends.map((backend) => ({
        kind: 'backend' as const,
        key: `${host.name} ${backend.index}`,
        host,
        backend,
      })),
    ]);
}

export function countStates(hosts: readonly HostHealth[]): Counts {
  const counts = { up: 0, down: 0, unknown: 0, drained: 0, paused: 0 };
  for (const { backends } of hosts) for (const { state } of backends) counts[state]++;
  return counts;
}

/**
 * Hosts that have every word in their name, or backends that have it in URL, state or reason: with the name all backends
 * stay, else those that have the words.
 */
export function filterHealth(hosts: readonly HostHealth[], text: string): readonly ShownHost[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return hosts.flatMap((host) => {
    const name = `${host.name} ${visibleText(host.name)}`.toLowerCase();
    const left = words.filter((word) => !name.includes(word));
    if (left.length === 0) return [{ host, backends: host.backends }];
    const backends = host.backends.filter(({ url, state, reason }) => {
      const place = `${url} ${state} ${reason}`.toLowerCase();
      return left.every((word) => place.includes(word));
    });
    return backends.length === 0 ? [] : [{ host, backends }];
  });
}
