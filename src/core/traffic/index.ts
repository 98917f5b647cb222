import type { NumberedRecord, RecordPage, TrafficSummary } from '../../shared/contract/traffic.ts';
import { BerthError } from '../../shared/errors.ts';
import { compileFilter, parseFilter, type RecordPredicate } from '../../shared/filter/index.ts';
import { limits } from '../../shared/limits.ts';
import { atOnce } from '../control/later.ts';
import { followRecords } from './follow.ts';
import { createHostNumbers } from './hosts.ts';
import { createRing } from './ring.ts';
import { type Heard, search } from './search.ts';
import { createBell, createStreams, pause } from './streams.ts';
import type { Traffic } from './traffic.ts';
import { createTurns } from './turns.ts';
import { watchNewest } from './watch.ts';

export type { Traffic } from './traffic.ts';

type BoundName =
  | 'maxHeldRecords'
  | 'maxHeldRecordChars'
  | 'maxStreamBatchRecords'
  | 'streamBatchMs'
  | 'watchPaceMs'
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
  const heard: Heard = {
    ring,
    turns,
    news,
    now,
    bounds,
    get missed() {
      return missed;
    },
    get capturing() {
      return capturing;
    },
    get lastId() {
      return lastId;
    },
  };

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

  async function recent(
    { filter, limit, before }: Parameters<Traffic['recent']>[0],
    signal = never,
    making = atOnce,
  ): Promise<RecordPage> {
    const matches = begin(filter);
    const held = ring.next - ring.first;
    const places: number[] = [];
    let matched = 0;
    try {
      const newest = before === undefined ? ring.next : ring.placeOf(before);
      await search(heard, newest, matches, signal, (place) => {
        matched++;
        if (places.length < limit) places.push(place);
        return true;
      });
    } finally {
      end();
    }
    const capture: Pick<RecordPage, 'capture'> = capturing ? {} : { capture: false };
    places.reverse();
    return await making(async () => ({
      records: await recordsAt(places),
      matched,
      held,
      ...capture,
    }));
  }

  async function recordsAt(places: readonly number[]): Promise<readonly NumberedRecord[]> {
    const waiting = places.values();
    const records: NumberedRecord[] = [];
    const step = (): boolean => {
      const { value: place, done } = waiting.next();
      if (done === true) return false;
      const numbered = ring.numbered(place);
      if (numbered !== undefined) records.push(numbered);
      return true;
    };
    await turns.run(step, never);
    return records;
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
      return streams.open((ends) => followRecords(heard, from, matches, ends), signal, end);
    },
    watch: ({ filter, ...input }, signal) => {
      const matches = begin(filter);
      const from = { ...input, matches: filter.trim() === '' ? null : matches };
      return streams.open((ends) => watchNewest(heard, from, ends), signal, end);
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
