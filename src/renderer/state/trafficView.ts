import type { NewestRecords, NumberedRecord } from '../../shared/contract/traffic.ts';
import type { RecordPredicate } from '../../shared/filter/index.ts';
import { createStore, type Readable } from './store.ts';
import { type StillBounds, StillRecords } from './trafficStill.ts';

/** What the traffic table shows at one moment. */
interface TrafficPicture {
  /** Rows, and records that are held of which they are the ones that match. */
  readonly matched: number;
  readonly held: number;
  /** Whether there are records that nobody held against the filter yet. */
  readonly isSearching: boolean;
  /** Rows stand still: what comes waits. */
  readonly isHeld: boolean;
  /** Whether all rows that stand still are here, and none of them is still to come. */
  readonly isWhole: boolean;
  /** Waiting records that match. */
  readonly waiting: number;
  /** Records that the instance had when rows began to stand still, and had no more when they were fetched. */
  readonly gone: number;
  /** Records that nobody can show, lost since the page was opened or cleared. */
  readonly leftOut: number;
  /** Whether it is known what the instance holds. */
  readonly isKnown: boolean;
  /** Id of the newest record that was looked at. */
  readonly newest: number;
}

/**
 * The records of the instance, seen through a filter, the newest first. While they move, only those at the top are here,
 * and the instance counts; when they are to stand still, all of them come here, the newest first, and stay.
 */
export interface TrafficView {
  /** Another object with each change of rows. */
  readonly picture: Readable<TrafficPicture>;
  /** @param index 0 is the newest; undefined also for a row that is not here yet */
  row(index: number): NumberedRecord | undefined;
  /** The row with this id, or the next older one, among those that are here. */
  indexOf(id: number): number;
  /** The newest records that are here, at most `count`. */
  latest(count: number): readonly NumberedRecord[];
  /** @param text what `matches` was made of */
  filter(text: string, matches: RecordPredicate): void;
  hold(): void;
  release(): void;
  clear(): void;
}

/** What the instance is to be asked for. */
interface AskedTraffic {
  readonly filter: string;
  /** Only records with a larger id. */
  readonly after: number;
}

/** The side of a view that records come in at. */
export interface TrafficIntake {
  /** Rows that are shown of what moves. */
  readonly rows: number;
  /** Tells of each change, also of what is missing. */
  readonly picture: Readable<unknown>;
  /** Another object when the instance is to be asked anew. */
  readonly asked: Readable<AskedTraffic>;
  /**
   * A stream of what was asked for begins.
   *
   * @returns id from which on its records are new here
   */
  begin(): number;
  /** A message of that stream. */
  add(news: NewestRecords): void;
  /** There is no connection any more. */
  lost(): void;
  /** What is missing of the rows that stand still; null where nothing is. */
  missing(): {
    /** Only records with a smaller id. */
    readonly before: number;
    /** Takes the newest of them, oldest first. */
    take(records: readonly NumberedRecord[], isLast: boolean): void;
  } | null;
}

export interface TrafficViewOptions {
  readonly bounds: StillBounds;
  readonly rows: number;
  /** Monotonic ms. */
  readonly now: () => number;
  /** Runs a task before the next frame. */
  readonly soon: (task: () => void) => void;
  /** Milliseconds in one turn for records that are held against the filter. */
  readonly sliceMs: number;
}

/** What moves: the rows at the top, oldest first, and what the instance says of all. */
interface Top {
  readonly rows: readonly NumberedRecord[];
  readonly matched: number;
  readonly held: number;
  readonly newest: number;
}

/** What stands still. */
interface Still {
  readonly records: StillRecords;
  /** What was at the top when it began; until all records are here, its numbers hold. */
  readonly top: Top;
  /** Whether that was seen through the present filter. */
  isTopValid: boolean;
  /** Whether nothing more is to come. */
  isComplete: boolean;
  /** Whether it is of an instance that has gone: all that comes is newer. */
  isForeign: boolean;
  waiting: number;
}

const nothing: Top = { rows: [], matched: 0, held: 0, newest: 0 };
const everything: RecordPredicate = () => true;
/** Records between two looks at the clock. */
const looksPerTick = 4;

export function createTrafficView(options: TrafficViewOptions): TrafficView & TrafficIntake {
  const { bounds, rows, now, soon, sliceMs } = options;
  const asked = createStore<AskedTraffic>({ filter: '', after: 0 });
  let matching = everything;
  let top = nothing;
  let still: Still | null = null;
  /** What stood still last: what it has need not come again. */
  let kept: StillRecords | null = null;
  let isConnected = false;
  /** Nothing came yet of what was asked for last. */
  let isAwaited = true;
  let isKnown = false;
  let isScheduled = false;
  let leftOut = 0;

  const row = (index: number): NumberedRecord | undefined => {
    if (still === null) return top.rows.at(-1 - index);
    const found = still.records.row(index);
    return found === undefined && still.isTopValid ? still.top.rows.at(-1 - index) : found;
  };
  /** Rows that are here. */
  const rowsHere = (): number => {
    if (still === null) return top.rows.length;
    return Math.max(still.records.matched, still.isTopValid ? still.top.rows.length : 0);
  };

  const draw = (): TrafficPicture => {
    const shared = { leftOut, isKnown, newest: top.newest, isHeld: still !== null };
    if (still === null) {
      const { matched, held } = top;
      return {
        ...shared,
        matched,
        held,
        isSearching: isConnected && isAwaited,
        isWhole: false,
        waiting: 0,
        gone: 0,
      };
    }
    const { records, isComplete, isTopValid, waiting } = still;
    const isOver = (isComplete || !isConnected) && !records.isSearching;
    const numbers =
      isOver || !isTopValid ? { matched: records.matched, held: records.length } : still.top;
    return {
      ...shared,
      matched: numbers.matched,
      held: isOver ? records.length : still.top.held,
      isSearching: !isOver && !isTopValid,
      isWhole: isOver,
      waiting,
      gone: isOver ? Math.max(0, still.top.held - records.length) : 0,
    };
  };
  const picture = createStore(draw());
  const show = (): void => picture.set(draw());

  /** Looks at records until the time of one turn is over, tells, and goes on before the next frame. */
  function search(): void {
    const end = now() + sliceMs;
    let isOver = still === null;
    for (let looks = 1; !isOver && (looks % looksPerTick > 0 || now() < end); looks++) {
      isOver = still?.records.step(matching) !== true;
    }
    show();
    if (isOver || isScheduled) return;
    isScheduled = true;
    soon(() => {
      isScheduled = false;
      search();
    });
  }

  function ask(next: AskedTraffic): void {
    isAwaited = true;
    asked.set(next);
  }

  /** An instance that counts anew has nothing of what is here. */
  function renumber(): void {
    kept = null;
    if (still !== null) {
      still.isComplete = true;
      still.isForeign = true;
    }
    if (asked.get().after > 0) ask({ ...asked.get(), after: 0 });
  }

  return {
    rows,
    asked,
    picture,
    row,
    indexOf: (id) => {
      let from = 0;
      let to = rowsHere();
      while (from < to) {
        const middle = (from + to) >> 1;
        if ((row(middle)?.id ?? 0) > id) from = middle + 1;
        else to = middle;
      }
      return from;
    },
    latest: (count) =>
      still !== null && still.records.length > 0
        ? [...still.records].slice(0, count)
        : top.rows.slice(-count).reverse(),
    filter: (text, matches) => {
      if (text === asked.get().filter) return;
      matching = matches;
      // What passes of the rows that are here passes; what else does is heard in a moment.
      const passing = still === null ? top.rows.filter(matches) : [];
      top = { ...top, rows: passing, matched: passing.length };
      if (still !== null) {
        still.isTopValid = false;
        still.waiting = 0;
        still.records.searchAnew();
      }
      ask({ ...asked.get(), filter: text });
      search();
    },
    hold: () => {
      if (still !== null) return;
      still = {
        records: new StillRecords(bounds),
        top,
        isTopValid: !isAwaited,
        isComplete: top.held === 0,
        isForeign: false,
        waiting: 0,
      };
      // What is awaited counts as new what came since then.
      if (isAwaited) ask({ ...asked.get() });
      search();
    },
    release: () => {
      if (still === null) return;
      if (still.isComplete && !still.isForeign) kept = still.records;
      still = null;
      search();
    },
    clear: () => {
      top = { ...nothing, newest: top.newest };
      kept = null;
      leftOut = 0;
      if (still !== null) {
        const records = new StillRecords(bounds);
        still = { ...still, records, top, isTopValid: true, isComplete: true, waiting: 0 };
      }
      ask({ ...asked.get(), after: top.newest });
      search();
    },
    begin: () => {
      isAwaited = true;
      isConnected = true;
      return still === null || still.isForeign ? 0 : still.top.newest;
    },
    add: ({ records, came, matched, held, newest, dropped }) => {
      const isFirst = isAwaited;
      isAwaited = false;
      isKnown = true;
      const isOther = newest < Math.max(top.newest, asked.get().after);
      const isGap = isFirst || came > records.length;
      const all = isGap ? records : [...top.rows, ...records];
      const shown = Math.min(rows, matched);
      top = { rows: shown === 0 ? [] : all.slice(-shown), matched, held, newest };
      leftOut += dropped;
      if (still !== null) {
        const waiting = isFirst ? (isOther ? matched : came) : still.waiting + came;
        still.waiting = Math.min(waiting, matched);
      }
      if (isOther) renumber();
      show();
    },
    lost: () => {
      isConnected = false;
      isAwaited = true;
      leftOut = 0;
      search();
    },
    missing: () => {
      if (still === null || still.isComplete || isAwaited) return null;
      const filled = still;
      const known = kept;
      return {
        before: filled.records.oldestId ?? filled.top.newest + 1,
        take: (records, isLast) => {
          if (filled !== still || filled.isComplete) return;
          const { after } = asked.get();
          const wanted = records.filter(({ id }) => id > after);
          const isEnd = isLast || wanted.length < records.length;
          filled.isComplete = !addOlder(filled.records, wanted, known) || isEnd;
          search();
        },
      };
    },
  };
}

/**
 * Takes records that are older than all that stand still, oldest first; from where they meet what is known, that.
 *
 * @returns whether there is room for more, and more to have
 */
function addOlder(
  still: StillRecords,
  records: readonly NumberedRecord[],
  known: StillRecords | null,
): boolean {
  for (const record of records.toReversed()) {
    if (record.id <= (known?.newestId ?? 0)) {
      for (const older of known ?? []) if (!still.add(older)) break;
      return false;
    }
    if (!still.add(record)) return false;
  }
  return true;
}
