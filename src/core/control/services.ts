import type { HealthNews, HostHealth } from '../../shared/contract/health.ts';
import type { EditView, HostsEvent, HostView } from '../../shared/contract/hosts.ts';
import type { InstanceStatus } from '../../shared/contract/instance.ts';
import type { RecordBatch, RecordPage, TrafficSummary } from '../../shared/contract/traffic.ts';
import type { OptionsPatch } from '../../shared/model/options.ts';

/*
 * What the control plane asks of the rest of the supervisor. Inputs have been read by the contract's schemas. A refusal
 * is thrown as BerthError; anything else that is thrown is a fault of ours, logged, and answered without a reason.
 * Streams end when their signal fires or their consumer returns.
 */

type Now<T> = T | Promise<T>;

interface HostsService {
  list(): Now<readonly HostView[]>;
  get(input: { readonly name: string }): Now<HostView>;
  watch(signal: AbortSignal): AsyncIterable<HostsEvent>;
  add(input: {
    readonly name: string;
    readonly backends: readonly string[];
    readonly identifier?: string | undefined;
  }): Now<HostView>;
  set(input: {
    readonly name: string;
    readonly backends?: readonly string[] | undefined;
    readonly identifier?: string | undefined;
    readonly options?: OptionsPatch | undefined;
    readonly expect?: string | undefined;
  }): Now<HostView>;
  remove(input: {
    readonly name: string;
    readonly backends?: readonly string[] | undefined;
    readonly expect?: string | undefined;
  }): Now<HostView | null>;
  edits(): Now<readonly EditView[]>;
  undo(input: { readonly id?: number | undefined }): Now<EditView>;
}

interface TrafficService {
  recent(
    input: { readonly filter: string; readonly limit: number },
    signal?: AbortSignal,
  ): Now<RecordPage>;
  follow(
    input: { readonly filter: string; readonly backlog: number },
    signal: AbortSignal,
  ): AsyncIterable<RecordBatch>;
  hosts(): Now<TrafficSummary>;
  watchHosts(signal: AbortSignal): AsyncIterable<TrafficSummary>;
}

interface HealthService {
  list(): Now<readonly HostHealth[]>;
  watch(signal: AbortSignal): AsyncIterable<readonly HostHealth[]>;
  events(signal: AbortSignal): AsyncIterable<HealthNews>;
  check(input: { readonly name: string; readonly backend?: string | undefined }): Now<HostHealth>;
  drain(input: { readonly name: string; readonly backend: string }): Now<HostHealth>;
  revive(input: { readonly name: string; readonly backend?: string | undefined }): Now<HostHealth>;
}

export interface InstanceService {
  status(): Now<InstanceStatus>;
  watch(signal: AbortSignal): AsyncIterable<InstanceStatus>;
  /** As SIGHUP. */
  reload(): Promise<void>;
  /** As SIGUSR1. */
  reopenLogs(): Promise<void>;
  /** Prometheus text format 0.0.4. */
  metrics(): Now<string>;
}

/**
 * Each is asked for at every call: a reload with another store puts others in their place, and the streams of the old
 * ones end.
 */
export interface ControlServices {
  readonly instance: InstanceService;
  readonly hosts: HostsService;
  readonly traffic: TrafficService;
  readonly health: HealthService;
}
