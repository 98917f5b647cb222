import type { NumberedRecord } from '../../shared/contract/traffic.ts';
import type { RecordPredicate } from '../../shared/filter/index.ts';
import { createStore, type Readable } from './store.ts';
import type { RingBounds } from './trafficRing.ts';
import { SearchedRing } from './trafficSearch.ts';

/** What the traffic table shows at one moment. */
interface TrafficPicture {
  /** Rows, and records that are held of which they are the ones that match. */
  readonly matched: number;
  readonly held: number;
  /** Whether there are records that nobody held against the filter yet. */
  readonly isSearching: boolean;
  /** Rows stand still: what comes waits. */
  readonly isHeld: boolean;
  /** Waiting records that match. */
  readonly waiting: number;
  /** Records that this page did not get since it was opened or cleared. */
  readonly leftOut: number;
  /** Whether all that the instance holds is here. */
  readonly isFilled: boolean;
}

/** The last records, seen through a filter, the newest first. */
export interface TrafficView {
  /** Another object with each change of rows. */
  readonly picture: Readable<TrafficPicture>;
  /** @param index 0 is the newest */
  row(index: number): NumberedRecord | undefined;
  /** The row with this id, or the next older one; the number of rows where there is none. */
  indexOf(id: number): number;
  /** Held records whatever the filter, the newest first, at most `count`. */
  latest(count: number): readonly NumberedRecord[];
  filter(matches: RecordPredicate): void;
  hold(): void;
  release(): void;
  clear(): void;
}

/** The side of a view that records come in at. */
export interface TrafficIntake {
  /**
   * Begins with the newest records, oldest first, and without what was there before; rows that are held stay. Ids that
   * have become smaller tell that the instance is another one.
   *
   * @returns as `addOlder`
   */
  begin(newest: readonly NumberedRecord[]): number | null;
  add(records: readonly NumberedRecord[], dropped: number): void;
  /**
   * Takes records that came before all others; oldest first.
   *
   * @returns id before which more are wanted; null when there is no room for more, or nothing more to have
   */
  addOlder(records: readonly NumberedRecord[]): number | null;
  /** There are no older ones. */
  filled(): void;
}

export interface TrafficViewOptions {
  readonly bounds: RingBounds;
  /** Monotonic ms. */
  readonly now: () => number;
  /** Runs a task before the next frame. */
  readonly soon: (task: () => void) => void;
  /** Runs a task after so many milliseconds. */
  readonly later: (task: () => void, ms: number) => void;
  /** Milliseconds in one turn for records that are held against the filter. */
  readonly sliceMs: number;
  /** Milliseconds between two pictures while more comes at once than a person could follow. */
  readonly drawMs: number;
}

const everything: RecordPredicate = () => true;
/** Records between two looks at the clock. */
const looksPerTick = 4;
/** Records in one batch from which on pictures are paced: about a screenful. */
const manyRecords = 20;

export function createTrafficView(options: TrafficViewOptions): TrafficView & TrafficIntake {
  const { bounds, now, soon, later, sliceMs, drawMs } = options;
  let shown = new SearchedRing(bounds);
  /** What came while the view is held. */
  let waiting: SearchedRing | null = null;
  /** What waits is of an instance that counts anew. */
  let isRenumbered = false;
  let matching = everything;
  let isScheduled = false;
  let leftOut = 0;
  let isFilled = false;
  /** Records up to this one were cleared away. */
  let clearedTo = 0;

  const draw = (): TrafficPicture => ({
    matched: shown.matched,
    held: shown.ring.length,
    isSearching: shown.isSearching,
    isHeld: waiting !== null,
    waiting: waiting?.matched ?? 0,
    leftOut,
    isFilled,
  });
  const picture = createStore(draw());
  let drawnAt = Number.NEGATIVE_INFINITY;
  let isDue = false;

  function show(): void {
    drawnAt = now();
    picture.set(draw());
  }

  /** Shows what is there, or will at the next beat. */
  function showPaced(): void {
    if (isDue) return;
    const left = drawnAt + drawMs - now();
    if (left <= 0) {
      show();
      return;
    }
    isDue = true;
    later(() => {
      isDue = false;
      show();
    }, left);
  }

  /** Looks at records until the time of one turn is over, tells, and goes on before the next frame. */
  function search(tell: () => void = show): void {
    shown.forgetGone();
    waiting?.forgetGone();
    const end = now() + sliceMs;
    let isOver = false;
    for (let looks = 1; !isOver && (looks % looksPerTick > 0 || now() < end); looks++) {
      isOver = !shown.step(matching) && waiting?.step(matching) !== true;
    }
    tell();
    if (isOver || isScheduled) return;
    isScheduled = true;
    soon(() => {
      isScheduled = false;
      search();
    });
  }

  function addOlder(records: readonly NumberedRecord[]): number | null {
    const { ring } = waiting ?? shown;
    // Below what is held still, the records are there already.
    const known = waiting === null || isRenumbered ? 0 : (shown.ring.newestId ?? 0);
    const end = Math.max(known, clearedTo);
    let isOver = records.length === 0;
    for (const record of records.toReversed()) {
      if (record.id >= (ring.oldestId ?? Number.POSITIVE_INFINITY)) continue;
      isOver = record.id <= end || !ring.unshift(record);
      if (isOver) break;
    }
    search();
    return isOver ? null : ring.oldestId;
  }

  return {
    picture,
    row: (index) => shown.row(index),
    indexOf: (id) => {
      let from = 0;
      let to = shown.matched;
      while (from < to) {
        const middle = (from + to) >> 1;
        const record = shown.row(middle);
        if (record !== undefined && record.id > id) from = middle + 1;
        else to = middle;
      }
      return from;
    },
    latest: (count) => {
      const { ring } = shown;
      const found: NumberedRecord[] = [];
      for (let place = ring.next - 1; found.length < count; place--) {
        const record = ring.at(place);
        if (record === undefined) break;
        found.push(record);
      }
      return found;
    },
    filter: (predicate) => {
      matching = predicate;
      shown.searchAnew();
      waiting?.searchAnew();
      search();
    },
    hold: () => {
      if (waiting !== null) return;
      waiting = new SearchedRing(bounds);
      isRenumbered = false;
      search();
    },
    release: () => {
      if (waiting === null) return;
      const came = waiting;
      waiting = null;
      if (isRenumbered || came.ring.length === bounds.maxRecords) shown = came;
      else for (const record of came.ring) shown.ring.push(record);
      search();
    },
    clear: () => {
      clearedTo = waiting?.ring.newestId ?? shown.ring.newestId ?? clearedTo;
      shown = new SearchedRing(bounds);
      if (waiting !== null) waiting = new SearchedRing(bounds);
      leftOut = 0;
      isFilled = true;
      search();
    },
    begin: (newest) => {
      const known = waiting?.ring.newestId ?? shown.ring.newestId ?? 0;
      const isSame = (newest.at(-1)?.id ?? 0) >= Math.max(known, clearedTo);
      if (!isSame) clearedTo = 0;
      isFilled = false;
      leftOut = 0;
      if (waiting === null) shown = new SearchedRing(bounds);
      else {
        waiting = new SearchedRing(bounds);
        isRenumbered ||= !isSame;
      }
      return addOlder(newest);
    },
    add: (records, dropped) => {
      leftOut += dropped;
      const { ring } = waiting ?? shown;
      const known = waiting === null || isRenumbered ? 0 : (shown.ring.newestId ?? 0);
      for (const record of records) {
        if (record.id > Math.max(ring.newestId ?? 0, known, clearedTo)) ring.push(record);
      }
      search(records.length < manyRecords ? show : showPaced);
    },
    addOlder,
    filled: () => {
      isFilled = true;
      search();
    },
  };
}
