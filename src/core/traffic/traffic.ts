import type {
  NewestRecords,
  NumberedRecord,
  RecordBatch,
  RecordPage,
  TrafficSummary,
} from '../../shared/contract/traffic.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import type { Making } from '../control/later.ts';

/** What passed through the instance: the last records, and numbers by host. Nothing here makes anybody wait. */
export interface Traffic {
  /** Takes a batch of a worker, and how many records that worker lost before it. Cheap, and never throws. */
  add(records: readonly RequestRecord[], dropped: number): void;
  /**
   * The last `limit` held records that match, with ids smaller than `before` where it is given, oldest first; when
   * `signal` is aborted, of those looked at until then; less those that are not held any more when `making` makes them.
   *
   * @throws BerthError BERTH_INPUT_INVALID when the filter cannot be read, BERTH_FILTERS_BUSY beyond
   * `limits.maxFilters` readers
   */
  recent(
    input: {
      readonly filter: string;
      readonly limit: number;
      readonly before?: number | undefined;
    },
    signal?: AbortSignal,
    making?: Making,
  ): Promise<RecordPage>;
  /**
   * The last `backlog` held records that match, then each further one that does, in batches of at most
   * `limits.maxStreamBatchRecords`, ten a second. Who reads slower than that, or stops reading, loses the oldest
   * records and is told how many with the next batch; with a filter that counts what was not looked at, also since
   * `limits.streamFilterMs` did not suffice for it. Ends with `signal`, when its reader returns, and when the traffic is
   * closed.
   *
   * @throws BerthError at once, as `recent`
   */
  follow(
    input: { readonly filter: string; readonly backlog: number },
    signal?: AbortSignal,
  ): AsyncIterableIterator<RecordBatch>;
  /**
   * What stands at the top of the held records that match, at once and with each change, in messages of at most `rows`
   * records: what is between is counted. Whoever reads slowly is told what holds when he reads. Without a filter a
   * message costs the same however many records came. Ends as `follow` does.
   *
   * @throws BerthError at once, as `recent`
   */
  watch(
    input: {
      readonly filter: string;
      readonly rows: number;
      readonly after: number;
      readonly since: number;
    },
    signal?: AbortSignal,
  ): AsyncIterableIterator<NewestRecords>;
  /** Whether records are kept, and given to those who follow. */
  readonly capturing: boolean;
  /** Has that go on or off; whoever follows is told. */
  capture(input: { readonly on: boolean }): { readonly on: boolean };
  hosts(): TrafficSummary;
  /** The numbers now, then each second; all watchers share one computation. Ends as `follow` does. */
  watchHosts(signal?: AbortSignal): AsyncIterableIterator<TrafficSummary>;
  /** Held records with this id or a larger one, oldest first, at most `most`. */
  since(id: number, most: number): readonly NumberedRecord[];
  /** Records given numbers since the start, those that were lost included. */
  readonly total: number;
  /** Records that workers lost. */
  readonly dropped: number;
  close(): void;
}
