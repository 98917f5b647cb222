import type { ControlClient } from '../../core/client/index.ts';
import type { HealthEvent } from '../../shared/contract/health.ts';
import type { InstanceStatus } from '../../shared/contract/instance.ts';
import { limits } from '../../shared/limits.ts';
import {
  type HostState,
  type InstanceView,
  noErrors,
  type RecentErrors,
  withHealth,
} from './instanceView.ts';

export interface FollowOptions {
  readonly client: Pick<ControlClient, 'api' | 'closed'>;
  readonly changed: (view: InstanceView) => void;
  readonly healthChanged: (event: HealthEvent) => void;
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Follows what the tray shows, until the connection ends or it is stopped. Only counts and states: what costs much to
 * tell is left to the window.
 *
 * @returns stops it
 */
export function followInstance({
  client,
  changed,
  healthChanged,
  delay,
}: FollowOptions): () => void {
  const { api } = client;
  const ending = new AbortController();
  const { signal } = ending;
  void client.closed.then(() => ending.abort());
  let status: InstanceStatus | null = null;
  let hosts: ReadonlyMap<string, HostState> = new Map();
  let errors: RecentErrors = noErrors;

  function tell(): void {
    if (status !== null && !signal.aborted) changed({ status, hosts, errors });
  }

  /** A stream ends when a reload goes over to another store: it is asked for again. */
  async function follow<Item>(
    open: () => Promise<AsyncIterable<Item>>,
    begin: () => void,
    each: (item: Item) => void,
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        const stream = await open();
        begin();
        for await (const item of stream) each(item);
      } catch {
        // The next try tells whether it was more than that; the engine sees an end of the connection.
      }
      if (!signal.aborted) await delay(limits.resumeMs, signal);
    }
  }

  const nothing = (): void => undefined;
  void follow(
    () => api.instance.watch(undefined, { signal }),
    nothing,
    (next) => {
      status = next;
      tell();
    },
  );
  let isFirst = true;
  void follow(
    () => api.health.watch(undefined, { signal }),
    () => {
      isFirst = true;
    },
    (news) => {
      hosts = withHealth(isFirst ? new Map() : hosts, news);
      isFirst = false;
      tell();
    },
  );
  void follow(() => api.health.events(undefined, { signal }), nothing, healthChanged);
  void countErrors();

  /** While there are requests, now and then: a stream of errors would run a filter over every record. */
  async function countErrors(): Promise<void> {
    let seen = -1;
    while (!signal.aborted) {
      if (status !== null && status.requests !== seen) {
        seen = status.requests;
        try {
          const page = await api.traffic.recent(
            { filter: 'status>=500', limit: limits.maxTrayErrors },
            { signal },
          );
          errors = { count: page.matched, last: page.records.toReversed() };
          tell();
        } catch {
          // Asked again in a moment.
        }
      }
      await delay(status === null ? limits.resumeMs : limits.trayErrorsMs, signal);
    }
  }

  return () => ending.abort();
}
