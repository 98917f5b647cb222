import type { NewestRecords } from '../../shared/contract/traffic.ts';
import type { RecordPredicate } from '../../shared/filter/index.ts';
import { createPlaces } from './places.ts';
import type { Ring } from './ring.ts';
import { type Heard, search } from './search.ts';
import { pause } from './streams.ts';

interface WatchFrom {
  /** Null where every record passes. */
  readonly matches: RecordPredicate | null;
  readonly rows: number;
  /** Ids, as the contract has them. */
  readonly after: number;
  readonly since: number;
}

/** The records that pass, as far as they were looked at. */
interface Sight {
  /** Looks at what came. @returns how many were gone before that */
  look(ends: AbortSignal): Promise<number>;
  /** Place of the record that is looked at next. */
  readonly place: number;
  /** How many pass that are held, and that came since the begin. */
  readonly matched: number;
  readonly came: number;
  /** Places of the newest ones, in order. */
  newest(count: number): readonly number[];
}

/** What stands at the top of the records that match, now and with each change. */
export async function* watchNewest(
  heard: Heard,
  { matches, rows, after, since }: WatchFrom,
  ends: AbortSignal,
): AsyncGenerator<NewestRecords, void, undefined> {
  const { ring, news, now, bounds } = heard;
  const floor = ring.placeOf(after + 1);
  const begin = Math.max(floor, ring.placeOf(since + 1));
  const sight =
    matches === null
      ? everything(ring, floor, begin)
      : await passing(heard, floor, begin, matches, ends);
  let isFirst = true;
  let toldMatched = 0;
  let toldHeld = 0;
  let toldCame = 0;
  let toldMissed = heard.missed;
  let toldPlace = 0;
  let toldAt = 0;
  /** What the reader knows of the capture. */
  let known = true;
  while (!ends.aborted) {
    const begun = now();
    const gone = await sight.look(ends);
    const { place, matched } = sight;
    const { capturing } = heard;
    const came = sight.came - toldCame;
    const dropped = gone + heard.missed - toldMissed;
    const held = ring.next - Math.max(ring.first, floor);
    const isTold =
      !isFirst &&
      came + dropped === 0 &&
      matched === toldMatched &&
      held === toldHeld &&
      capturing === known &&
      (place === toldPlace || begun - toldAt < bounds.trafficWatchMs);
    if (!isTold) {
      const places = sight.newest(isFirst ? rows : Math.min(rows, came));
      const message = {
        records: places.map(ring.numbered).filter((record) => record !== undefined),
        came,
        matched,
        held,
        newest: place === ring.next ? heard.lastId : (ring.idAt(place - 1) ?? 0),
        dropped,
        ...(capturing === known ? {} : { capture: capturing }),
      };
      isFirst = false;
      toldMatched = matched;
      toldHeld = held;
      toldCame += came;
      toldMissed = heard.missed;
      toldPlace = place;
      toldAt = begun;
      known = capturing;
      yield message;
    }
    // What nobody could read comes at a slower pace, and so do mere numbers.
    const isReadable = came > 0 && came * 2 <= rows;
    const ms = isReadable ? bounds.streamBatchMs : bounds.watchPaceMs;
    await pause(ms - (now() - begun), ends);
    const isDone = place === ring.next && heard.missed === toldMissed && heard.capturing === known;
    if (isDone) await news.heard(ends);
  }
}

/** All records from the floor on: nothing is looked at, and what it costs does not depend on how many there are. */
function everything(ring: Ring, floor: number, begin: number): Sight {
  let place = ring.next;
  const first = (): number => Math.max(ring.first, floor);
  return {
    look: async () => {
      place = ring.next;
      return 0;
    },
    get place() {
      return place;
    },
    get matched() {
      return place - first();
    },
    get came() {
      return place - begin;
    },
    newest: (count) => {
      const from = Math.max(first(), place - count);
      return Array.from({ length: place - from }, (_, index) => from + index);
    },
  };
}

/** Those that match: what is held is looked at first, the newest before the oldest. */
async function passing(
  heard: Heard,
  floor: number,
  begin: number,
  matches: RecordPredicate,
  ends: AbortSignal,
): Promise<Sight> {
  const { ring, turns, bounds } = heard;
  const first = (): number => Math.max(ring.first, floor);
  let place = ring.next;
  const held: number[] = [];
  const keep = (found: number): boolean => {
    held.push(found);
    return true;
  };
  await search(heard, place, matches, ends, keep, floor);
  const places = createPlaces(held.reverse());
  let came = places.countFrom(begin);
  return {
    look: async (signal) => {
      let gone = 0;
      const step = (): boolean => {
        // Between two slices the ring may have gone on.
        gone += Math.max(0, ring.first - place);
        place = Math.max(place, ring.first);
        const record = ring.at(place);
        if (record === undefined) return false;
        if (matches(record)) {
          places.add(place);
          came++;
        }
        place++;
        return true;
      };
      await turns.run(step, signal, bounds.streamFilterMs);
      places.forgetBefore(first());
      return gone;
    },
    get place() {
      return place;
    },
    get matched() {
      return places.length;
    },
    get came() {
      return came;
    },
    newest: (count) => places.last(count),
  };
}
