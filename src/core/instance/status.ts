import type { Config } from '../../shared/config/config.ts';
import type { InstanceStatus } from '../../shared/contract/instance.ts';
import type { StoreState } from '../../shared/messages.ts';
import type { ListenerSpec } from '../../shared/model/listener.ts';
import { version } from '../../shared/version.ts';
import type { WorkerStatus } from '../cluster/cluster.ts';
import type { Counters } from '../cluster/counters.ts';
import { describeStore } from './describeStore.ts';

/** What the status of an instance is made of. */
export interface StatusParts
  extends Pick<InstanceStatus, 'accessLog' | 'dashboard' | 'mode' | 'startedAt'> {
  readonly config: Pick<Config, 'driver' | 'suffixes' | 'sharedSuffixes'>;
  readonly listeners: readonly ListenerSpec[];
  readonly embedded: InstanceStatus['store']['embedded'];
  readonly storeState: StoreState;
  readonly workers: readonly WorkerStatus[];
  readonly counters: Pick<Counters, 'requests' | 'droppedRecords'>;
  readonly counts: Pick<InstanceStatus, 'hosts' | 'backendsDown' | 'capture'>;
  readonly notices: InstanceStatus['notices'];
  readonly dns: InstanceStatus['dns'];
  /** Domains for which this machine was shown to trust the local CA. */
  readonly trustedFor: readonly string[];
}

export function statusOf(parts: StatusParts): InstanceStatus {
  const { config, counters, embedded } = parts;
  return {
    schema: 1,
    version,
    pid: process.pid,
    startedAt: parts.startedAt,
    mode: parts.mode,
    listeners: parts.listeners.map(({ address, port, tls }) => ({
      address,
      port,
      secure: tls !== null,
      ...(tls !== null && tls.key !== null ? { hasCertificate: true } : {}),
      // Who has a certificate of its own for everybody shows another one, of which nothing is known.
      ...(tls?.key === null && parts.trustedFor.length > 0 ? { trustedFor: parts.trustedFor } : {}),
    })),
    store: { state: parts.storeState, driver: describeStore(config.driver, embedded), embedded },
    workers: parts.workers,
    ...parts.counts,
    requests: counters.requests,
    recordsDropped: counters.droppedRecords,
    accessLog: parts.accessLog,
    notices: parts.notices,
    dns: parts.dns,
    suffixes: config.suffixes,
    sharedSuffixes: config.sharedSuffixes,
    dashboard: parts.dashboard,
  };
}
