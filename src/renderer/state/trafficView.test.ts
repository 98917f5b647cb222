import { beforeEach, describe, expect, it } from 'vitest';
import { aRecord } from '../../../test/support/record.ts';
import type { NewestRecords, NumberedRecord } from '../../shared/contract/traffic.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { createTrafficView } from './trafficView.ts';

let time = 0;
let tasks: (() => void)[] = [];

beforeEach(() => {
  time = 0;
  tasks = [];
});

const numbered = (id: number, changes: Partial<RequestRecord> = {}): NumberedRecord => ({
  id,
  ...aRecord({ status: id % 10 === 0 ? 500 : 200, ...changes }),
});
const from = (first: number, last: number): NumberedRecord[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => numbered(first + index));
const isError = ({ status }: RequestRecord): boolean => status >= 500;

/** A view of an instance that holds records from `oldest` to `newest`, and how it is told of them. */
function aView({ rows = 5, maxRecords = 100 } = {}) {
  const view = createTrafficView({
    bounds: { maxRecords, maxChars: 1e6 },
    rows,
    now: () => time,
    soon: (task) => tasks.push(task),
    sliceMs: 4,
  });
  const instance = { oldest: 1, newest: 0 };
  let told = 0;

  const passing = (first: number): NumberedRecord[] =>
    from(Math.max(first, view.asked.get().after + 1, instance.oldest), instance.newest).filter(
      view.asked.get().filter === '' ? () => true : isError,
    );
  const tell = (isFirst: boolean, since: number, dropped = 0): void => {
    const matching = passing(0);
    const came = passing(since + 1);
    const news: NewestRecords = {
      records: (isFirst ? matching : came).slice(-rows),
      came: came.length,
      matched: matching.length,
      held: instance.newest - Math.max(instance.oldest - 1, view.asked.get().after),
      newest: instance.newest,
      dropped,
    };
    told = instance.newest;
    view.add(news);
  };
  /** A stream begins, of what is there. */
  const begin = (): void => tell(true, view.begin());
  /** So many more come; the oldest go. */
  const more = (count: number, dropped = 0): void => {
    instance.newest += count;
    instance.oldest = Math.max(instance.oldest, instance.newest - maxRecords + 1);
    tell(false, told, dropped);
  };
  /** One page of what is missing. @returns its ids, null when nothing is missing */
  const page = (limit = 1000): readonly number[] | null => {
    const missing = view.missing();
    if (missing === null) return null;
    const records = from(
      Math.max(instance.oldest, missing.before - limit),
      Math.min(instance.newest, missing.before - 1),
    );
    missing.take(records, records.length < limit);
    return records.map(({ id }) => id);
  };
  const ids = () => Array.from({ length: rows }, (_, index) => view.row(index)?.id);
  const allIds = () =>
    Array.from({ length: view.picture.get().matched }, (_, index) => view.row(index)?.id);
  const now = () => view.picture.get();
  return { view, instance, begin, more, page, ids, allIds, now };
}

function runTasks(): void {
  while (tasks.length > 0) tasks.shift()?.();
}

describe('records that move', () => {
  it('stand newest first, as many as are seen, with how many there are', () => {
    const { begin, more, ids, now } = aView();
    begin();
    expect(now()).toMatchObject({ matched: 0, held: 0, isKnown: true });
    more(3);
    expect(ids()).toEqual([3, 2, 1, undefined, undefined]);
    more(4, 2);
    expect(ids()).toEqual([7, 6, 5, 4, 3]);
    expect(now()).toMatchObject({ matched: 7, held: 7, leftOut: 2, newest: 7 });
    more(500);
    expect(ids()).toEqual([507, 506, 505, 504, 503]);
    expect(now()).toMatchObject({ matched: 100, held: 100, isSearching: false });
  });

  it('are no fewer than there are, and no row is one that has gone', () => {
    const { view, begin, more, now } = aView();
    begin();
    more(3);
    view.add({ records: [], came: 0, matched: 1, held: 3, newest: 3, dropped: 0 });
    expect([view.row(0)?.id, view.row(1)?.id, now().matched]).toEqual([3, undefined, 1]);
  });

  it('have no hole where more came than is seen', () => {
    const { begin, more, ids } = aView({ rows: 4 });
    begin();
    more(3);
    more(4);
    expect(ids()).toEqual([7, 6, 5, 4]);
    more(9);
    more(1);
    expect(ids()).toEqual([17, 16, 15, 14]);
  });

  it('are found by id, or else the next older one is', () => {
    const { view, begin, more } = aView({ rows: 10 });
    begin();
    more(50);
    expect([50, 45, 41, 60].map(view.indexOf)).toEqual([0, 5, 9, 0]);
    expect(view.latest(2).map(({ id }) => id)).toEqual([50, 49]);
  });
});

describe('a filter', () => {
  it('holds at once for what is here, and is asked of the instance', () => {
    const { view, begin, more, ids, now } = aView({ rows: 12 });
    begin();
    more(30);
    view.filter('errors', isError);
    expect(view.asked.get()).toEqual({ filter: 'errors', after: 0 });
    expect(ids().slice(0, 3)).toEqual([30, 20, undefined]);
    expect(now()).toMatchObject({ matched: 2, held: 30, isSearching: true });
    begin();
    expect(ids().slice(0, 4)).toEqual([30, 20, 10, undefined]);
    expect(now()).toMatchObject({ matched: 3, held: 30, isSearching: false });
    more(15);
    expect(ids().slice(0, 4)).toEqual([40, 30, 20, 10]);
  });

  it('that is the same asks nothing anew', () => {
    const { view } = aView();
    const before = view.asked.get();
    view.filter('', () => true);
    expect(view.asked.get()).toBe(before);
  });
});

describe('a view that is held', () => {
  it('stands still, fetches all there is, and counts what would be shown', () => {
    const { view, begin, more, page, ids, allIds, now } = aView();
    begin();
    more(20);
    view.hold();
    more(25);
    expect(ids()).toEqual([20, 19, 18, 17, 16]);
    expect(now()).toMatchObject({ isHeld: true, matched: 20, held: 20, waiting: 25 });
    expect(page(8)).toEqual([13, 14, 15, 16, 17, 18, 19, 20]);
    expect(now()).toMatchObject({ isWhole: false, matched: 20 });
    expect(page(8)).toHaveLength(8);
    expect(page(8)).toEqual([1, 2, 3, 4]);
    expect(page()).toBe(null);
    expect(allIds()).toEqual(from(1, 20).map(({ id }) => 21 - id));
    expect(now()).toMatchObject({ isWhole: true, matched: 20, held: 20, waiting: 25, gone: 0 });
    view.release();
    expect(ids()).toEqual([45, 44, 43, 42, 41]);
    expect(now()).toMatchObject({ isHeld: false, waiting: 0, matched: 45 });
  });

  it('keeps what has gone meanwhile, and says how many there are of what went before they came', () => {
    const { view, instance, begin, more, page, allIds, now } = aView({ maxRecords: 50 });
    begin();
    more(50);
    view.hold();
    page(20);
    more(40);
    expect(instance.oldest).toBe(41);
    expect(page(20)).toEqual([]);
    expect(allIds()).toEqual(from(31, 50).map(({ id }) => 81 - id));
    expect(now()).toMatchObject({ isWhole: true, matched: 20, held: 20, waiting: 40, gone: 30 });
  });

  it('has the rows at the top from the first moment, also where few pass', () => {
    const { view, begin, more, page, allIds, now } = aView({ rows: 3 });
    view.filter('errors', isError);
    begin();
    more(60);
    view.hold();
    expect(allIds()).toEqual([60, 50, 40, undefined, undefined, undefined]);
    page(15);
    expect(allIds().slice(0, 3)).toEqual([60, 50, 40]);
    page();
    expect(allIds()).toEqual([60, 50, 40, 30, 20, 10]);
    expect(now()).toMatchObject({ matched: 6, held: 60 });
    expect([60, 45, 10, 3].map(view.indexOf)).toEqual([0, 2, 5, 6]);
  });

  it('takes another filter for what is shown, and asks how many wait', () => {
    const { view, begin, more, page, allIds, now } = aView();
    begin();
    more(20);
    view.hold();
    page();
    more(25);
    expect(now().waiting).toBe(25);
    view.filter('errors', isError);
    expect(allIds()).toEqual([20, 10]);
    begin();
    expect(now()).toMatchObject({ waiting: 2, matched: 2, held: 20 });
    more(10);
    expect(now().waiting).toBe(3);
  });

  it('takes no more than its time of a turn for a filter, the newest first', () => {
    const { view, begin, more, page, now } = aView({ maxRecords: 1000 });
    begin();
    more(1000);
    view.hold();
    page(2000);
    view.filter('errors', (record) => {
      time += 0.5;
      return isError(record);
    });
    expect(time).toBeLessThan(7);
    expect(now()).toMatchObject({ isSearching: true, held: 1000 });
    expect(view.row(0)?.id).toBe(1000);
    let turns = 0;
    while (tasks.length > 0) {
      const before = time;
      tasks.shift()?.();
      turns++;
      expect(time - before).toBeLessThan(7);
    }
    expect(turns).toBeGreaterThan(50);
    expect(now()).toMatchObject({ isSearching: false, matched: 100 });
  });

  it('is held anew with what it had, and fetches only what came since', () => {
    const { view, begin, more, page, allIds } = aView();
    begin();
    more(40);
    view.hold();
    page();
    view.release();
    more(7);
    view.hold();
    expect(page(10)).toEqual([38, 39, 40, 41, 42, 43, 44, 45, 46, 47]);
    expect(page()).toBe(null);
    expect(allIds()).toEqual(from(1, 47).map(({ id }) => 48 - id));
  });

  it('gives up what it waited for when it goes on before that came', () => {
    const { view, begin, more, ids } = aView();
    begin();
    more(40);
    view.hold();
    const missing = view.missing();
    view.release();
    missing?.take(from(31, 40), false);
    more(1);
    expect(ids()).toEqual([41, 40, 39, 38, 37]);
    view.hold();
    expect(view.missing()?.before).toBe(42);
  });

  it('outlives the connection, and knows how many wait after it', () => {
    const { view, instance, begin, more, page, allIds, now } = aView();
    begin();
    more(20);
    view.hold();
    page(5);
    view.lost();
    expect(view.missing()).toBe(null);
    expect(now()).toMatchObject({ isWhole: true, matched: 5, held: 5 });
    instance.newest = 23;
    begin();
    expect(now()).toMatchObject({ isWhole: false, matched: 20, waiting: 3 });
    page();
    expect(allIds()).toHaveLength(20);
  });

  it('outlives the instance', () => {
    const { view, instance, begin, more, page, ids, now } = aView();
    begin();
    more(20);
    view.hold();
    page();
    view.lost();
    Object.assign(instance, { oldest: 1, newest: 2 });
    begin();
    more(1);
    expect(view.missing()).toBe(null);
    expect(ids()).toEqual([20, 19, 18, 17, 16]);
    expect(now().waiting).toBe(3);
    view.filter('errors', isError);
    begin();
    expect([view.row(0)?.id, now().waiting]).toEqual([20, 0]);
    view.filter('', () => true);
    begin();
    view.release();
    expect(ids().slice(0, 4)).toEqual([3, 2, 1, undefined]);
    view.hold();
    expect(page()).toEqual([1, 2, 3]);
  });

  it('that is held before anything is known has nothing, and counts all', () => {
    const { view, instance, begin, more, now } = aView();
    view.hold();
    instance.newest = 4;
    begin();
    more(2);
    expect(now()).toMatchObject({ matched: 0, held: 0, waiting: 6 });
  });
});

describe('clearing', () => {
  it('takes away what is there, and does not let it back in', () => {
    const { view, begin, more, ids, now } = aView();
    begin();
    more(20, 3);
    view.clear();
    expect(now()).toMatchObject({ held: 0, matched: 0, leftOut: 0 });
    expect(view.asked.get()).toEqual({ filter: '', after: 20 });
    begin();
    expect(now()).toMatchObject({ held: 0, matched: 0, isSearching: false });
    more(2);
    expect(ids().slice(0, 3)).toEqual([22, 21, undefined]);
    expect(now()).toMatchObject({ held: 2, matched: 2 });
  });

  it('holds for what is fetched later', () => {
    const { view, begin, more, page, allIds } = aView();
    begin();
    more(20);
    view.clear();
    begin();
    more(9);
    view.hold();
    page(5);
    page(100);
    expect(allIds()).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21]);
  });

  it('of a view that is held leaves it empty until it goes on', () => {
    const { view, begin, more, now, ids } = aView();
    begin();
    more(20);
    view.hold();
    view.clear();
    begin();
    more(2);
    expect(now()).toMatchObject({ matched: 0, held: 0, waiting: 2 });
    view.release();
    expect(ids().slice(0, 3)).toEqual([22, 21, undefined]);
  });

  it('counts for the instance alone whose records they were', () => {
    const { view, instance, begin, more, ids } = aView();
    begin();
    more(120);
    view.clear();
    view.lost();
    Object.assign(instance, { oldest: 1, newest: 3 });
    begin();
    expect(view.asked.get().after).toBe(0);
    begin();
    expect(ids().slice(0, 4)).toEqual([3, 2, 1, undefined]);
    runTasks();
  });
});
