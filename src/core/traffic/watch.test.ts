import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aRecord } from '../../../test/support/record.ts';
import type { NewestRecords } from '../../shared/contract/traffic.ts';
import { limits } from '../../shared/limits.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { createTraffic, type TrafficOptions } from './index.ts';
import type { Traffic } from './traffic.ts';

let time = 0;
let traffic: Traffic;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  time = 0;
  traffic = newTraffic();
});
afterEach(() => {
  traffic.close();
  vi.useRealTimers();
});

const newTraffic = (bounds: TrafficOptions['bounds'] = {}) =>
  createTraffic({ now: () => time, wallClock: () => time, bounds });

async function pass(ms: number): Promise<void> {
  time += ms;
  await vi.advanceTimersByTimeAsync(ms);
}

const records = (count: number, changes: Partial<RequestRecord> = {}) =>
  Array.from({ length: count }, () => aRecord(changes));
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index);

/** Reads what is told as fast as it comes. */
function watch(input: Partial<Parameters<Traffic['watch']>[0]> = {}) {
  const stream = traffic.watch({ filter: '', rows: 3, after: 0, since: 0, ...input });
  const told: NewestRecords[] = [];
  const done = (async () => {
    for await (const message of stream) told.push(message);
  })();
  const last = () => told.at(-1);
  return {
    told,
    last,
    done,
    ids: () => last()?.records.map(({ id }) => id),
    came: () => told.reduce((sum, { came }) => sum + came, 0),
  };
}

describe('what stands at the top', () => {
  it('is told at once, also where nothing came yet', async () => {
    const reader = watch();
    await pass(0);
    expect(reader.told).toEqual([
      { records: [], came: 0, matched: 0, held: 0, newest: 0, dropped: 0 },
    ]);
  });

  it('is the newest records, and how many there are', async () => {
    traffic.add(records(7), 0);
    const reader = watch();
    await pass(0);
    expect(reader.ids()).toEqual([5, 6, 7]);
    expect(reader.last()).toMatchObject({ came: 7, matched: 7, held: 7, newest: 7, dropped: 0 });
    traffic.add(records(2), 0);
    await pass(limits.watchPaceMs);
    expect(reader.ids()).toEqual([8, 9]);
    expect(reader.last()).toMatchObject({ came: 2, matched: 9, held: 9, newest: 9 });
  });

  it('is no more than was asked for, however many came between: those are counted', async () => {
    const reader = watch();
    await pass(0);
    for (let tick = 0; tick < 100; tick++) {
      traffic.add(records(200), 0);
      await pass(50);
    }
    await pass(1000);
    expect(reader.told.length).toBeLessThanOrEqual(5 * 5 + 2);
    expect(reader.told.flatMap((one) => one.records).length).toBeLessThanOrEqual(3 * 27);
    expect(reader.came()).toBe(20_000);
    expect(reader.ids()).toEqual([19_998, 19_999, 20_000]);
    expect(reader.last()).toMatchObject({ matched: limits.maxHeldRecords, dropped: 0 });
  });

  it('comes ten times a second while it can be read', async () => {
    const reader = watch({ rows: 30 });
    for (let tick = 0; tick < 1000; tick++) {
      traffic.add(records(tick % 20 === 0 ? 1 : 0), 0);
      await pass(1);
    }
    expect(reader.told.length).toBeGreaterThanOrEqual(9);
    expect(reader.told.length).toBeLessThanOrEqual(11);
    await pass(100);
    expect(reader.told.flatMap((one) => one.records.map(({ id }) => id))).toEqual(upTo(50));
  });

  it('is of what passes the filter, counted in what is held now', async () => {
    traffic = newTraffic({ maxHeldRecords: 10 });
    traffic.add([...records(2, { status: 500 }), ...records(6)], 0);
    const reader = watch({ filter: 'status:5xx' });
    await pass(0);
    expect(reader.ids()).toEqual([1, 2]);
    expect(reader.last()).toMatchObject({ came: 2, matched: 2, held: 8, newest: 8 });
    traffic.add([...records(2), ...records(1, { status: 502 })], 0);
    await pass(200);
    expect(reader.ids()).toEqual([11]);
    expect(reader.last()).toMatchObject({ came: 1, matched: 2, held: 10 });
    traffic.add(records(1), 0);
    await pass(200);
    expect(reader.last()).toMatchObject({ records: [], came: 0, matched: 1, held: 10 });
  });

  it('says now and then how far it has looked, where nothing passes', async () => {
    traffic = newTraffic({ maxHeldRecords: 10 });
    traffic.add(records(10), 0);
    const reader = watch({ filter: 'status:5xx' });
    for (let tick = 0; tick < 60; tick++) {
      await pass(50);
      traffic.add(records(1), 0);
    }
    expect(reader.told.length).toBeLessThanOrEqual(4);
    expect(reader.last()?.came).toBe(0);
    const perSecond = 20;
    expect(reader.last()?.newest).toBeGreaterThanOrEqual(10 + 60 - 1.5 * perSecond);
  });

  it('begins after what a reader does not want to see, and counts what is new for him', async () => {
    traffic.add(records(9), 0);
    const reader = watch({ after: 4, since: 7 });
    const filtered = watch({ filter: 'status:2xx', after: 4, since: 7, rows: 9 });
    await pass(0);
    expect(reader.ids()).toEqual([7, 8, 9]);
    expect(reader.last()).toMatchObject({ came: 2, matched: 5, held: 5 });
    expect(filtered.ids()).toEqual([5, 6, 7, 8, 9]);
    expect(filtered.last()).toMatchObject({ came: 2, matched: 5, held: 5 });
  });

  it('is what holds when a slow reader comes back, with nothing uncounted', async () => {
    traffic = newTraffic({ maxHeldRecords: 10 });
    const stream = traffic.watch({ filter: '', rows: 2, after: 0, since: 0 });
    await stream.next();
    for (let tick = 0; tick < 50; tick++) {
      traffic.add(records(5), 0);
      await pass(50);
    }
    const { value } = await stream.next();
    expect(value).toMatchObject({ came: 250, matched: 10, held: 10, dropped: 0 });
    expect(value?.records.map(({ id }: { id: number }) => id)).toEqual([249, 250]);
  });

  it('tells of records that were lost, and of those that nobody could hold against the filter', async () => {
    traffic = newTraffic({ maxHeldRecords: 10 });
    const stream = traffic.watch({ filter: 'status:2xx', rows: 2, after: 0, since: 0 });
    await stream.next();
    traffic.add(records(25), 3);
    await pass(200);
    const { value } = await stream.next();
    expect(value).toMatchObject({ came: 10, matched: 10, dropped: 15 + 3, newest: 28 });
  });

  it('says when the capture goes off and on', async () => {
    traffic.capture({ on: false });
    const reader = watch();
    await pass(0);
    traffic.capture({ on: true });
    await pass(200);
    traffic.add(records(1), 0);
    await pass(200);
    expect(reader.told.map(({ capture }) => capture)).toEqual([false, true, undefined]);
  });
});

describe('whoever watches', () => {
  it('leaves no timer while nothing happens, and ends with the traffic', async () => {
    const reader = watch();
    const filtered = watch({ filter: 'status:5xx' });
    traffic.add(records(1), 0);
    await pass(3000);
    expect(vi.getTimerCount()).toBe(0);
    traffic.close();
    await reader.done;
    await filtered.done;
  });

  it('counts among the readers, and is told at once what is wrong with his filter', () => {
    traffic = newTraffic({ maxFilters: 1 });
    const input = { filter: 'status:', rows: 1, after: 0, since: 0 };
    expect(() => traffic.watch(input)).toThrow(
      expect.objectContaining({ code: 'BERTH_INPUT_INVALID' }),
    );
    traffic.watch({ ...input, filter: '' });
    expect(() => traffic.watch({ ...input, filter: '' })).toThrow(
      expect.objectContaining({ code: 'BERTH_FILTERS_BUSY' }),
    );
  });
});
