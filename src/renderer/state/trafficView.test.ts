import { beforeEach, describe, expect, it } from 'vitest';
import { aRecord } from '../../../test/support/record.ts';
import type { NumberedRecord } from '../../shared/contract/traffic.ts';
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
  Array.from({ length: last - first + 1 }, (_, index) => numbered(first + index));
const isError = ({ status }: RequestRecord): boolean => status >= 500;

function aView(maxRecords = 100, msPerRecord = 0, drawMs = 0) {
  const view = createTrafficView({
    bounds: { maxRecords, maxChars: 1e6 },
    now: () => time,
    soon: (task) => tasks.push(task),
    later: (task) => tasks.push(task),
    sliceMs: 4,
    drawMs,
  });
  view.filter((record) => {
    time += msPerRecord;
    return record.status > 0;
  });
  const ids = () =>
    Array.from({ length: view.picture.get().matched }, (_, index) => view.row(index)?.id);
  return { ...view, ids };
}

function runTasks(): void {
  while (tasks.length > 0) tasks.shift()?.();
}

describe('records in the page', () => {
  it('stand newest first, and the oldest go for those that come', () => {
    const view = aView(5);
    view.add(from(1, 3), 0);
    view.add(from(4, 7), 2);
    expect(view.ids()).toEqual([7, 6, 5, 4, 3]);
    expect(view.picture.get()).toMatchObject({ matched: 5, held: 5, leftOut: 2 });
  });

  it('are filled from the newest page to the oldest, while others come', () => {
    const view = aView(10);
    expect(view.begin(from(8, 9))).toBe(8);
    view.add(from(9, 11), 0);
    expect(view.addOlder(from(5, 7))).toBe(5);
    view.add(from(12, 12), 0);
    expect(view.addOlder(from(1, 4))).toBe(null);
    expect(view.ids()).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  });

  it('are found by id, or else the next older one is', () => {
    const view = aView();
    view.filter(isError);
    view.add(from(1, 50), 0);
    expect([50, 40, 45, 10, 9, 99].map(view.indexOf)).toEqual([0, 1, 1, 4, 5, 0]);
  });
});

describe('pictures', () => {
  it('come with each batch that can be followed, and paced where more comes', () => {
    const view = aView(1000, 0, 200);
    let pictures = 0;
    view.picture.subscribe(() => {
      pictures++;
    });
    time = 1000;
    for (let id = 1; id <= 10; id++) view.add(from(id, id), 0);
    expect(pictures).toBe(10);
    for (let first = 11; first <= 500; first += 49) view.add(from(first, first + 48), 0);
    expect(pictures).toBe(10);
    runTasks();
    expect(pictures).toBe(11);
    expect(view.picture.get().matched).toBe(500);
    time += 200;
    view.add(from(501, 540), 0);
    expect(pictures).toBe(12);
  });

  it('of what a person does come at once', () => {
    const view = aView(1000, 0, 200);
    view.add(from(1, 100), 0);
    view.filter(isError);
    expect(view.picture.get().matched).toBe(10);
    view.hold();
    expect(view.picture.get().isHeld).toBe(true);
  });
});

describe('a filter', () => {
  it('holds for what is there, and for what comes', () => {
    const view = aView();
    view.add(from(1, 30), 0);
    view.filter(isError);
    expect(view.ids()).toEqual([30, 20, 10]);
    view.add(from(31, 40), 0);
    view.addOlder([]);
    expect(view.ids()).toEqual([40, 30, 20, 10]);
    expect(view.picture.get()).toMatchObject({ matched: 4, held: 40, isSearching: false });
  });

  it('takes no more than its time of a turn, the newest first', () => {
    const view = aView(1000);
    view.add(from(1, 1000), 0);
    view.filter((record) => {
      time += 0.5;
      return isError(record);
    });
    expect(time).toBeLessThan(7);
    expect(view.picture.get()).toMatchObject({ isSearching: true, held: 1000 });
    expect(view.ids()[0]).toBe(1000);
    let turns = 0;
    while (tasks.length > 0) {
      const before = time;
      tasks.shift()?.();
      turns++;
      expect(time - before).toBeLessThan(7);
    }
    expect(turns).toBeGreaterThan(50);
    expect(view.picture.get()).toMatchObject({ isSearching: false, matched: 100 });
  });

  it('that is changed while it is searched for counts alone', () => {
    const view = aView(1000, 1);
    view.add(from(1, 1000), 0);
    view.filter(isError);
    runTasks();
    expect(view.picture.get().matched).toBe(100);
  });
});

describe('a view that is held', () => {
  it('stands still, counts what would be shown, and has it when it goes on', () => {
    const view = aView(50);
    view.filter(isError);
    view.add(from(1, 20), 0);
    view.hold();
    view.add(from(21, 45), 0);
    expect(view.ids()).toEqual([20, 10]);
    expect(view.picture.get()).toMatchObject({ isHeld: true, waiting: 2, held: 20 });
    view.release();
    expect(view.ids()).toEqual([40, 30, 20, 10]);
    expect(view.picture.get()).toMatchObject({ isHeld: false, waiting: 0, held: 45 });
  });

  it('takes another filter, for what is shown and for what waits', () => {
    const view = aView();
    view.add(from(1, 20), 0);
    view.hold();
    view.add(from(21, 40), 0);
    expect(view.picture.get().waiting).toBe(20);
    view.filter(isError);
    expect(view.ids()).toEqual([20, 10]);
    expect(view.picture.get().waiting).toBe(2);
  });

  it('is replaced when all of it has gone meanwhile', () => {
    const view = aView(10);
    view.add(from(1, 10), 0);
    view.hold();
    view.add(from(11, 40), 0);
    expect(view.ids()[0]).toBe(10);
    expect(view.picture.get().waiting).toBe(10);
    view.release();
    expect(view.ids()).toEqual([40, 39, 38, 37, 36, 35, 34, 33, 32, 31]);
  });

  it('outlives the connection, and the instance', () => {
    const view = aView(20);
    view.add(from(101, 105), 0);
    view.hold();
    expect(view.begin(from(107, 108))).toBe(107);
    expect(view.addOlder(from(104, 106))).toBe(null);
    expect(view.picture.get().waiting).toBe(3);
    expect(view.begin(from(1, 2))).toBe(1);
    view.add(from(3, 3), 0);
    expect(view.ids()).toEqual([105, 104, 103, 102, 101]);
    view.release();
    expect(view.ids()).toEqual([3, 2, 1]);
  });
});

describe('clearing', () => {
  it('takes away what is there, and does not let it back in', () => {
    const view = aView();
    view.add(from(1, 20), 3);
    view.clear();
    expect(view.picture.get()).toMatchObject({ held: 0, matched: 0, leftOut: 0 });
    expect(view.begin(from(15, 22))).toBe(null);
    expect(view.ids()).toEqual([22, 21]);
  });

  it('counts for the instance alone whose records they were', () => {
    const view = aView();
    view.add(from(100, 120), 0);
    view.clear();
    view.begin(from(1, 3));
    expect(view.ids()).toEqual([3, 2, 1]);
  });
});
