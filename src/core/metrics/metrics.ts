import type { StoreState } from '../../shared/messages.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import type { FrontendsTable } from '../frontends/table.ts';
import type { StateOfBackend } from '../health/index.ts';

/** The numbers of an instance for Prometheus. */
export interface Metrics {
  /** Counts a batch of records. Cheap: the metrics themselves are made when they are asked for. */
  add(records: readonly RequestRecord[]): void;
  /** Prometheus text format 0.0.4. */
  text(): Promise<string>;
  /** The Content-Type of that text. */
  readonly contentType: string;
  close(): void;
}

/** What is known elsewhere, asked for at each scrape. */
export interface MetricsStatus {
  readonly openConnections: number;
  readonly connections: number;
  readonly connectionsRefused: number;
  readonly recordsDropped: number;
  readonly workers: number;
  readonly workerCrashes: number;
  readonly storeState: StoreState;
}

export interface MetricsOptions {
  readonly status: () => MetricsStatus;
  readonly table: Pick<FrontendsTable, 'entries' | 'subscribe'>;
  /** Of each backend, frontend after frontend. */
  readonly states: () => Iterable<StateOfBackend>;
}
