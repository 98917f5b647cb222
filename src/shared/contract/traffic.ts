import { eventIterator, oc, type } from '@orpc/contract';
import { z } from 'zod';
import { limits } from '../limits.ts';
import type { RequestRecord } from '../model/record.ts';
import { refusals } from './common.ts';

/** A record with its number: they grow by one, so that a gap shows what was lost. */
export interface NumberedRecord extends RequestRecord {
  readonly id: number;
}

/** A part of the live stream. */
export interface RecordBatch {
  readonly records: readonly NumberedRecord[];
  /** Records that this subscriber did not get since the last batch: it was too slow, or workers dropped them. */
  readonly dropped: number;
}

/** What the ring holds of a filter. */
export interface RecordPage {
  /** Oldest first. */
  readonly records: readonly NumberedRecord[];
  readonly matched: number;
  readonly held: number;
}

/** Numbers of one host over the last minute, and since the start. Durations in ms. */
export interface HostTraffic {
  readonly host: string;
  readonly frontend: string | null;
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly errors: number;
  /** Share of answers with 500 and above in the last minute, 0 to 1. */
  readonly errorRate: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly bytes: number;
  /** Requests in each of the last 60 seconds, oldest first. */
  readonly perSecond: readonly number[];
  /** Unix milliseconds of the last request. */
  readonly lastAt: number;
}

export interface TrafficSummary {
  /** Unix milliseconds. */
  readonly at: number;
  readonly requestsPerSecond: number;
  readonly errorsPerMinute: number;
  readonly dropped: number;
  /** Busiest first. */
  readonly hosts: readonly HostTraffic[];
  /** Hosts whose numbers are in none of `hosts`, since there are too many. */
  readonly otherHosts: number;
}

/** A filter in the grammar of docs/FILTER.md; empty lets everything through. */
const filter = z.string().max(limits.maxFilterChars).default('');

export const trafficContract = {
  recent: oc
    .errors(refusals)
    .input(
      z.strictObject({
        filter,
        limit: z.number().int().min(0).max(limits.maxHeldRecords).default(100),
      }),
    )
    .output(type<RecordPage>()),
  /** The last `backlog` records that match, then each further one; at most ten batches a second. */
  follow: oc
    .errors(refusals)
    .input(
      z.strictObject({
        filter,
        backlog: z.number().int().min(0).max(limits.maxHeldRecords).default(0),
      }),
    )
    .output(eventIterator(type<RecordBatch>())),
  hosts: oc.errors(refusals).output(type<TrafficSummary>()),
  /** The numbers of all hosts, each second. */
  watchHosts: oc.errors(refusals).output(eventIterator(type<TrafficSummary>())),
};
