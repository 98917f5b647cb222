import type {
  NumberedRecord,
  RecordBatch,
  RecordPage,
  TrafficSummary,
} from '../../shared/contract/traffic.ts';
import { BerthError } from '../../shared/errors.ts';
import { compileFilter, parseFilter, type RecordPredicate } from '../../shared/filter/index.ts';
import { limits } from '../../shared/limits.ts';
import { createHostNumbers } from './hosts.ts';
import { createRing } from './ring.ts';
import { createBell, createStreams, pause } from './streams.ts';
import type { Traffic } from './traffic.ts';
import { createTurns } from './turns.ts';

export type { Traffic } from './traffic.ts';

type BoundName =
  | 'maxHeldRecords'
  | 'maxHeldRecordChars'
  | 'maxStreamBatchRecords'
  | 'streamBatchMs'
  | 'maxTrafficHosts'
  | 'maxFilters'
  | 'filterSliceMs'
  | 'streamFilterMs'
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
 * ring, so that a slow one costs nothing, and sees by the place of the oldest record what it has lost. Filters of all
 * of them share a slice of each turn of the event loop.
 */
export function createTraffic(options: TrafficOptions): Traffic {
  const { now, wallClock } = options;
  const bounds = { ...limits, ...options.bounds };
  const secondNow = (): number => Math.floor(now() / 1000);
  const ring = createRing(bounds);
  const hosts = createHostNumbers(secondNow(), bounds.maxTrafficHosts);
  const streams = createStreams();
  const news = createBell();
  const turns = createTurns({ now, sliceMs: bounds.filterSliceMs });
  const never = new AbortController().signal;
  let filters = 0;
  let lastId = 0;
  let lost = 0;
  /** Of those, the ones that a stream would have had. */
  let missed = 0;
  let capturing = true;
  let seen: TrafficSummary | null = null;
  let seenAt = 0;

  /** Counts one more reader; the predicate is made when it is first used, in a slice. */
  function begin(text: string): RecordPredicate {
    if (filters >= bounds.maxFilters) {
      throw new BerthError('BERTH_FILTERS_BUSY', `${filters} readers look at the traffic`);
    }
    const parsed = turns.spend(() => parseFilter(text));
    if (!parsed.ok) {
      const { column, message } = parsed.problem;
      throw new BerthError('BERTH_INPUT_INVALID', `filter, column ${column}: ${message}`);
    }
    filters++;
    const at = wallClock();
    let matches: RecordPredicate | null = null;
    return (record) => {
      matches ??= compileFilter(parsed.filter, at);
      return matches(record);
    };
  }

  const end = (): void => {
    filters--;
  };

  /** Tells of the held records before `place` that match, newest first, until `found` says that it has enough. */
  function search(
    place: number,
    matches: RecordPredicate,
    ends: AbortSignal,
    found: (place: number) => boolean,
  ): Promise<void> {
    let before = place;
    return turns.run(() => {
      before--;
      const record = ring.at(before);
      return record !== undefined && (!matches(record) || found(before));
    }, ends);
  }

  async function recent(
    { filter, limit, before }: Parameters<Traffic['recent']>[0],
    signal = never,
  ): Promise<RecordPage> {
    const matches = begin(filter);
    const held = ring.next - ring.first;
    const records: NumberedRecord[] = [];
    let matched = 0;
    try {
      const newest = before === undefined ? ring.next : ring.placeOf(before);
      await search(newest, matches, signal, (place) => {
        matched++;
        const numbered = records.length < limit ? ring.numbered(place) : undefined;
        if (numbered !== undefined) records.push(numbered);
        return true;
      });
    } finally {
      end();
    }
    return { records: records.reverse(), matched, held, ...(capturing ? {} : { capture: false }) };
  }

  /** Places of the last `count` records before `place` that match. */
  async function backlogOf(
    count: number,
    place: number,
    matches: RecordPredicate,
    ends: AbortSignal,
  ): Promise<number[]> {
    const places: number[] = [];
    await search(place, matches, ends, (found) => {
      places.push(found);
      return places.length < count;
    });
    return places.reverse();
  }

  async function* batches(
    from: { readonly place: number; readonly missed: number; readonly backlog: number },
    matches: RecordPredicate,
    ends: AbortSignal,
  ): AsyncGenerator<RecordBatch, void, undefined> {
    // Without a backlog the first look is at once: what comes a moment later belongs to the next batch.
    const backlog =
      from.backlog === 0 ? [] : await backlogOf(from.backlog, from.place, matches, ends);
    const inBacklog = new Set(backlog);
    let place = backlog[0] ?? from.place;
    let missedBefore = from.missed;
    let dropped = 0;
    /** What the reader knows of the capture. */
    let known = true;
    while (!ends.aborted) {
      const begun = now();
      const records: NumberedRecord[] = [];

      const forget = (): void => {
        dropped += Math.max(0, ring.first - place) + missed - missedBefore;
        place = Math.max(place, ring.first);
        missedBefore = missed;
      };
      const look = (): boolean => {
        // Between two slices the ring may have gone on.
        forget();
        const record = ring.at(place);
        if (record === undefined) return false;
        const passes = place < from.place ? inBacklog.has(place) : matches(record);
        const numbered = passes ? ring.numbered(place) : undefined;
        if (numbered !== undefined) records.push(numbered);
        place++;
        return records.length < bounds.maxStreamBatchRecords;
      };
      await turns.run(look, ends, bounds.streamFilterMs);

      const isTold = capturing === known;
      if (records.length > 0 || dropped > 0 || !isTold) {
        const batch = { records, dropped, ...(isTold ? {} : { capture: capturing }) };
        dropped = 0;
        known = capturing;
        yield batch;
      }
      await pause(bounds.streamBatchMs - (now() - begun), ends);
      const isDone = place === ring.next && missed === missedBefore && capturing === known;
      if (isDone) await news.heard(ends);
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
      const second = secondNow();
      for (const record of records) hosts.add(record, second);
      if (!capturing) return;
      missed += dropped;
      lastId += dropped;
      for (const record of records) {
        lastId++;
        ring.push(record, lastId);
      }
      news.ring();
    },
    recent,
    follow: ({ filter, backlog }, signal) => {
      const matches = begin(filter);
      const from = { place: ring.next, missed, backlog };
      return streams.open((ends) => batches(from, matches, ends), signal, end);
    },
    get capturing() {
      return capturing;
    },
    capture: ({ on }) => {
      if (on !== capturing) {
        capturing = on;
        news.ring();
      }
      return { on };
    },
    hosts: () => picture(0),
    watchHosts: (signal) => streams.open(pictures, signal),
    since: (id, most) => {
      const found: NumberedRecord[] = [];
      for (let place = ring.placeOf(id); found.length < most; place++) {
        const record = ring.numbered(place);
        if (record === undefined) break;
        found.push(record);
      }
      return found;
    },
    get total() {
      return lastId;
    },
    get dropped() {
      return lost;
    },
    close: () => {
      streams.close();
      turns.close();
    },
  };
}
