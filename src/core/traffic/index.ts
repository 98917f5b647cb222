import type { NumberedRecord, RecordBatch, TrafficSummary } from '../../shared/contract/traffic.ts';
import { BerthError } from '../../shared/errors.ts';
import { compileFilter, parseFilter, type RecordPredicate } from '../../shared/filter/index.ts';
import { limits } from '../../shared/limits.ts';
import { createHostNumbers } from './hosts.ts';
import { createRing } from './ring.ts';
import { createBell, createStreams, pause } from './streams.ts';
import type { Traffic } from './traffic.ts';

export type { Traffic } from './traffic.ts';

type BoundName =
  | 'maxHeldRecords'
  | 'maxHeldRecordChars'
  | 'maxStreamBatchRecords'
  | 'streamBatchMs'
  | 'maxTrafficHosts'
  | 'trafficWatchMs';

export interface TrafficOptions {
  /** Monotonic ms. */
  readonly now: () => number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  readonly bounds?: { readonly [Name in BoundName & keyof typeof limits]?: number };
}

/**
 * The records and numbers of an instance. There are no queues for subscribers: each remembers its place in the one
 * ring, so that a slow one costs nothing, and sees by the place of the oldest record what it has lost.
 */
export function createTraffic(options: TrafficOptions): Traffic {
  const { now, wallClock } = options;
  const bounds = { ...limits, ...options.bounds };
  const secondNow = (): number => Math.floor(now() / 1000);
  const ring = createRing(bounds);
  const hosts = createHostNumbers(secondNow(), bounds.maxTrafficHosts);
  const streams = createStreams();
  const news = createBell();
  let lastId = 0;
  let lost = 0;
  let seen: TrafficSummary | null = null;
  let seenAt = 0;

  function predicateOf(text: string): RecordPredicate {
    const parsed = parseFilter(text);
    if (parsed.ok) return compileFilter(parsed.filter, wallClock());
    const { column, message } = parsed.problem;
    throw new BerthError('BERTH_INPUT_INVALID', `filter, column ${column}: ${message}`);
  }

  /** Where the last `count` records that match begin. */
  function placeOfLast(count: number, matches: RecordPredicate): number {
    let place = ring.next;
    for (let left = count, at = place - 1; left > 0 && at >= ring.first; at--) {
      const record = ring.at(at);
      if (record === undefined || !matches(record)) continue;
      left--;
      place = at;
    }
    return place;
  }

  async function* batches(
    from: { readonly place: number; readonly lost: number },
    matches: RecordPredicate,
    ends: AbortSignal,
  ): AsyncGenerator<RecordBatch, void, undefined> {
    let place = from.place;
    let lostBefore = from.lost;
    let dropped = 0;
    while (!ends.aborted) {
      const begun = now();
      dropped += Math.max(0, ring.first - place) + lost - lostBefore;
      place = Math.max(place, ring.first);
      lostBefore = lost;
      const records: NumberedRecord[] = [];
      for (; place < ring.next && records.length < bounds.maxStreamBatchRecords; place++) {
        const record = ring.at(place);
        if (record === undefined || !matches(record)) continue;
        const numbered = ring.numbered(place);
        if (numbered !== undefined) records.push(numbered);
      }
      if (records.length > 0 || dropped > 0) {
        const batch = { records, dropped };
        dropped = 0;
        yield batch;
      }
      await pause(bounds.streamBatchMs - (now() - begun), ends);
      if (place === ring.next && lost === lostBefore) await news.heard(ends);
    }
  }

  async function* pictures(ends: AbortSignal): AsyncGenerator<TrafficSummary, void, undefined> {
    while (!ends.aborted) {
      yield picture(bounds.trafficWatchMs / 2);
      await pause(bounds.trafficWatchMs, ends);
    }
  }

  /** The numbers now, or those that somebody asked for within `maxAgeMs`. */
  function picture(maxAgeMs: number): TrafficSummary {
    const at = now();
    if (seen === null || at - seenAt >= maxAgeMs) {
      seen = hosts.summary(secondNow(), wallClock(), lost);
      seenAt = at;
    }
    return seen;
  }

  return {
    add: (records, dropped) => {
      lost += dropped;
      lastId += dropped;
      const second = secondNow();
      for (const record of records) {
        lastId++;
        ring.push(record, lastId);
        hosts.add(record, second);
      }
      news.ring();
    },
    recent: ({ filter, limit }) => {
      const matches = predicateOf(filter);
      const records: NumberedRecord[] = [];
      let matched = 0;
      for (let place = ring.next - 1; place >= ring.first; place--) {
        const record = ring.at(place);
        if (record === undefined || !matches(record)) continue;
        matched++;
        if (records.length >= limit) continue;
        const numbered = ring.numbered(place);
        if (numbered !== undefined) records.push(numbered);
      }
      return { records: records.reverse(), matched, held: ring.next - ring.first };
    },
    follow: ({ filter, backlog }, signal) => {
      const matches = predicateOf(filter);
      const from = { place: placeOfLast(backlog, matches), lost };
      return streams.open((ends) => batches(from, matches, ends), signal);
    },
    hosts: () => picture(0),
    watchHosts: (signal) => streams.open(pictures, signal),
    get total() {
      return lastId;
    },
    get dropped() {
      return lost;
    },
    close: streams.close,
  };
}
