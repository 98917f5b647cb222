import type { ControlApi } from '../../client/client.ts';
import type { HostHealth } from '../../shared/contract/health.ts';
import type { HostView } from '../../shared/contract/hosts.ts';
import type { InstanceStatus } from '../../shared/contract/instance.ts';
import type { TrafficSummary } from '../../shared/contract/traffic.ts';
import { createStore, type Readable } from './store.ts';

/** What is known of the instance at this moment; the last known while there is no connection, null before the first. */
export interface Live {
  readonly status: Readable<InstanceStatus | null>;
  /** By name. Another map with each change. */
  readonly hosts: Readable<ReadonlyMap<string, HostView> | null>;
  readonly traffic: Readable<TrafficSummary | null>;
  /** By name of the frontend. */
  readonly health: Readable<ReadonlyMap<string, HostHealth> | null>;
  /** Unix milliseconds at which this picture came: what is told as a length of time counts from then. */
  readonly heardAt: (host: HostHealth) => number;
}

/** Milliseconds in which changes count as coming together. */
const togetherMs = 40;

/** Milliseconds after which a stream that failed is asked for again. */
const againMs = 2000;

/**
 * @returns what is shown, and what follows one connection until it is called to end
 */
export function createLive(): {
  readonly live: Live;
  readonly follow: (api: ControlApi) => () => void;
} {
  const status = createStore<InstanceStatus | null>(null);
  const hosts = createStore<ReadonlyMap<string, HostView> | null>(null);
  const traffic = createStore<TrafficSummary | null>(null);
  const health = createStore<ReadonlyMap<string, HostHealth> | null>(null);
  const heard = new WeakMap<HostHealth, number>();

  const follow = (api: ControlApi): (() => void) => {
    const ending = new AbortController();
    const { signal } = ending;
    void keep(signal, async () => {
      for await (const next of await api.instance.watch(undefined, { signal })) status.set(next);
    });
    // Changes that come together are shown together: an import of thousands would copy the map as many times.
    let next: Map<string, HostView> | null = null;
    const changing = (): Map<string, HostView> => {
      if (next !== null) return next;
      const map = new Map(hosts.get());
      next = map;
      setTimeout(() => {
        next = null;
        if (!signal.aborted) hosts.set(map);
      }, togetherMs);
      return map;
    };
    void keep(signal, async () => {
      for await (const event of await api.hosts.watch(undefined, { signal })) {
        const map = changing();
        if (event.kind === 'changed') map.set(event.host.name, event.host);
        else if (event.kind === 'removed') map.delete(event.name);
        else {
          map.clear();
          for (const host of event.hosts) map.set(host.name, host);
        }
      }
    });
    void keep(signal, async () => {
      for await (const next of await api.traffic.watchHosts(undefined, { signal }))
        traffic.set(next);
    });
    void keep(signal, async () => {
      let isFirst = true;
      for await (const changed of await api.health.watch(undefined, { signal })) {
        const next = new Map(isFirst ? [] : health.get());
        isFirst = false;
        const now = Date.now();
        for (const host of changed) {
          heard.set(host, now);
          if (host.backends.length === 0) next.delete(host.name);
          else next.set(host.name, host);
        }
        health.set(next);
      }
    });
    return () => ending.abort();
  };
  return {
    live: { status, hosts, traffic, health, heardAt: (host) => heard.get(host) ?? Date.now() },
    follow,
  };
}

/** Runs a stream again and again: one that the instance ended is no reason to show what is old. */
export async function keep(signal: AbortSignal, stream: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await stream();
    } catch (error) {
      if (!signal.aborted) console.warn('a stream ended and is asked for again', error);
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}
