import type { BackendState, HealthNews, HostHealth } from '../../shared/contract/health.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import type { ContainerHealthSink } from '../containers/mappings/types.ts';
import type { Making } from '../control/later.ts';

/** What a call is about: a frontend, and one of its backends as it is written in the list. */
export interface HealthTarget {
  readonly name: string;
  readonly backend?: string | undefined;
}

/** In which state a backend is. */
export interface StateOfBackend {
  /** Of the frontend. */
  readonly name: string;
  readonly url: string;
  readonly state: BackendState;
}

/** What may change while the instance runs. */
export interface HealthSettings {
  /** `server.deadBackendTTL`: how long a mark of a check lasts when nobody renews it. */
  readonly deadBackendTtlSeconds: number;
  /** `server.healthWebhook`: where events are posted to; null for nowhere. Its text may hold a secret. */
  readonly webhook: string | null;
}

/**
 * The health of every backend: what requests, dead marks and active checks tell of it. One instance at a time checks;
 * all of them show the same.
 */
export interface Health extends ContainerHealthSink {
  /** Backends that are down, as `list` tells them. */
  readonly backendsDown: number;
  /**
   * By name of the frontend; only frontends whose list can be read.
   *
   * @param making of the whole list; at once without it, as in `watch`
   */
  list(making?: Making): Promise<readonly HostHealth[]>;
  /** One of them; null for what `list` does not have. */
  host(name: string): HostHealth | null;
  /** Of each URL of each frontend, however often it is listed there; frontend after frontend. Cheaper than `list`. */
  states(): Iterable<StateOfBackend>;
  /** All of it, then the frontends that changed, at most once a second. Ends when `signal` is aborted. */
  watch(signal: AbortSignal, making?: Making): AsyncIterable<readonly HostHealth[]>;
  /** Changes that lasted, from now on. Ends when `signal` is aborted. */
  events(signal: AbortSignal): AsyncIterable<HealthNews>;
  /**
   * Checks now, with a plain check where none is configured, and writes nothing to the store in that case.
   *
   * @throws BerthError BERTH_HOST_NOT_FOUND
   */
  check(target: HealthTarget): Promise<HostHealth>;
  /**
   * Takes a backend out of service: it finishes what it has and gets nothing new.
   *
   * @throws BerthError BERTH_HOST_NOT_FOUND, BERTH_CONFLICT, BERTH_STORE_UNREACHABLE
   */
  drain(target: HealthTarget & { readonly backend: string }): Promise<HostHealth>;
  /**
   * Ends dead marks and draining.
   *
   * @throws BerthError BERTH_HOST_NOT_FOUND, BERTH_CONFLICT, BERTH_STORE_UNREACHABLE
   */
  revive(target: HealthTarget): Promise<HostHealth>;
  /** Requests that the workers of this instance finished: where nothing checks, they tell of their backends. */
  observe(records: readonly RequestRecord[]): void;
  /** Stops checking and gives the lease back, so that another instance takes over at once. */
  close(): Promise<void>;
}
