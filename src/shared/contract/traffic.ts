import { eventIterator, oc, type } from '@orpc/contract';
import { z } from 'zod';
import { limits } from '../limits.ts';
import type { RequestRecord } from '../model/record.ts';
import { refusals } from './common.ts';
import type { TriedHost } from './instance.ts';
import { type BodyText, replaySchema } from './replay.ts';

/** A record with its number: they grow by one, so that a gap shows what was lost. */
export interface NumberedRecord extends RequestRecord {
  readonly id: number;
}

/** A part of the live stream. */
export interface RecordBatch {
  readonly records: readonly NumberedRecord[];
  /**
   * Records that this subscriber did not get since the last batch: it was too slow, or workers dropped them. With a
   * filter, records that nobody held against it.
   */
  readonly dropped: number;
  /** There when the capture went off or on since the last batch, and in the first one while it is off. */
  readonly capture?: boolean;
}

/** What stands at the top of the records that pass a filter, at one moment, and how many there are. */
export interface NewestRecords {
  /** The newest ones that were not told before, as many as were asked for; oldest first. */
  readonly records: readonly NumberedRecord[];
  /** Records that came since the last message and pass, those above among them; in the first one, since `since`. */
  readonly came: number;
  /** Records held now that pass, and all of them, after `after`. */
  readonly matched: number;
  readonly held: number;
  /** Id of the newest record that was held against the filter: `recent` has what was there then. */
  readonly newest: number;
  /** Lost since the last message: workers dropped them, or with a filter, nobody held them against it. */
  readonly dropped: number;
  /** There when the capture went off or on since the last message, and in the first one while it is off. */
  readonly capture?: boolean;
}

/** What the ring holds of a filter. */
export interface RecordPage {
  /** Oldest first, in the order in which they came from the workers: within some 50 ms not that of their ends. */
  readonly records: readonly NumberedRecord[];
  readonly matched: number;
  readonly held: number;
  /** There while the capture is off. */
  readonly capture?: false;
}

/** Numbers of one requested host. Since the start of the instance, or since the host was asked for again. */
export interface HostTraffic {
  readonly host: string;
  /** The frontend of the last request; null when there is none for this host. */
  readonly frontend: string | null;
  readonly requests: number;
  /** Over the last `limits.trafficRateSeconds` whole seconds. */
  readonly requestsPerSecond: number;
  /** Answers with 500 and above. */
  readonly errors: number;
  /** Their share in the last minute, 0 to 1. */
  readonly errorRate: number;
  /** Whole durations in ms over the last minute, within 1.6 %; 0 where there was no request. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Sent to clients. */
  readonly bytes: number;
  /** Requests in each of the last 60 seconds, oldest first. */
  readonly perSecond: readonly number[];
  /** Unix milliseconds of the last request. */
  readonly lastAt: number;
}

export interface TrafficSummary {
  /** Unix milliseconds. */
  readonly at: number;
  /** All traffic, also that of hosts that are not listed. */
  readonly requestsPerSecond: number;
  /** Answers with 500 and above in the last minute. */
  readonly errorsPerMinute: number;
  /** Records that workers lost since the start. */
  readonly dropped: number;
  /** Busiest first. */
  readonly hosts: readonly HostTraffic[];
  /** Times that a host was left out of `hosts` since there were too many. */
  readonly otherHosts: number;
}

/** What came of the body of an answer: `utf8` where it is that, without zero bytes. */
export interface ReplayedBody extends BodyText {
  /** Bytes that are here. */
  readonly bytes: number;
  /** Bytes of the whole body, where that is known. */
  readonly total: number | null;
  /**
   * Why it is not all of it: it is larger than `limits.maxReplayAnswerBytes`, it took longer than `limits.replayMs`, or
   * the connection broke. Null when it is whole.
   */
  readonly cut: 'size' | 'time' | 'broken' | null;
}

/** A request that was sent through the proxy, and its answer. `ms` goes to the end of the body. */
export interface Replayed extends TriedHost {
  /** Of the answer, as they came, without those that only X-Debug brings; without any where none came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: ReplayedBody | null;
  /** The record of it, where it was found within `limits.replayRecordMs`. */
  readonly record: NumberedRecord | null;
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
        /** Only records with a smaller id: the page before one that is known. */
        before: z.number().int().min(0).optional(),
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
  /**
   * What stands at the top, at once and with each change: at most ten messages a second, and five while more come than
   * `rows`. What stands between is counted and not sent, `recent` has it.
   */
  watch: oc
    .errors(refusals)
    .input(
      z.strictObject({
        filter,
        rows: z.number().int().min(0).max(limits.maxWatchedRows).default(30),
        /** Only records with a larger id count. */
        after: z.number().int().min(0).default(0),
        /** Id from which on records count as new in the first message; those with a larger one do. */
        since: z.number().int().min(0).default(0),
      }),
    )
    .output(eventIterator(type<NewestRecords>())),
  /**
   * While it is off, no record is kept or sent to whoever follows; numbers, metrics and the access log go on. It is on at
   * every start.
   */
  capture: oc
    .errors(refusals)
    .input(z.strictObject({ on: z.boolean() }))
    .output(type<{ readonly on: boolean }>()),
  /**
   * Sends a request through the proxy, as a client of this machine does, and tells the answer; it is a request like any
   * other, and shows among them. Refused as BERTH_REPLAYS_BUSY beyond `limits.maxReplays` at a time.
   */
  replay: oc.errors(refusals).input(replaySchema).output(type<Replayed>()),
  hosts: oc.errors(refusals).output(type<TrafficSummary>()),
  /** The numbers of all hosts, each second. */
  watchHosts: oc.errors(refusals).output(eventIterator(type<TrafficSummary>())),
};
