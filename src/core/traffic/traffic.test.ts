import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aRecord } from '../../../test/support/record.ts';
import type { RecordBatch } from '../../shared/contract/traffic.ts';
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

/** Reads a stream as fast as it comes. */
function read(stream: AsyncIterable<RecordBatch>) {
  const batches: RecordBatch[] = [];
  const done = (async () => {
    for await (const batch of stream) batches.push(batch);
  })();
  return {
    batches,
    done,
    ids: () => batches.flatMap((batch) => batch.records.map(({ id }) => id)),
    dropped: () => batches.reduce((sum, { dropped }) => sum + dropped, 0),
  };
}

const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index);

describe('recent records', () => {
  it('are the last that match, oldest first, with how many there are', async () => {
    traffic.add([...records(2), ...records(3, { status: 500 }), ...records(1)], 0);
    const page = await traffic.recent({ filter: 'status:5xx', limit: 2 });
    expect(page.records.map(({ id, status }) => [id, status])).toEqual([
      [4, 500],
      [5, 500],
    ]);
    expect(page).toMatchObject({ matched: 3, held: 6 });
    const older = await traffic.recent({ filter: '', limit: 2, before: 4 });
    expect(older.records.map(({ id }) => id)).toEqual([2, 3]);
    const none = await traffic.recent({ filter: '', limit: 0 });
    expect(none).toEqual({ records: [], matched: 6, held: 6 });
  });

  it('skip the numbers of those that workers lost', async () => {
    traffic.add(records(1), 0);
    traffic.add(records(2), 5);
    const page = await traffic.recent({ filter: '', limit: 9 });
    expect(page.records.map(({ id }) => id)).toEqual([1, 7, 8]);
    expect([traffic.total, traffic.dropped]).toEqual([8, 5]);
  });

  it('of a filter that cannot be read are refused with the place', async () => {
    const wrong = { filter: 'a hots:b', limit: 1, backlog: 0 };
    const refusal = expect.objectContaining({
      code: 'BERTH_INPUT_INVALID',
      detail: 'filter, column 3: "hots" is no key; did you mean host?',
    });
    await expect(traffic.recent(wrong)).rejects.toThrow(refusal);
    expect(() => traffic.follow(wrong)).toThrow(refusal);
  });
});

describe('while the capture is off', () => {
  it('no record is kept or sent, readers are told, and numbers go on', async () => {
    const stream = read(traffic.follow({ filter: '', backlog: 0 }));
    traffic.add(records(1), 0);
    await pass(100);
    expect(traffic.capture({ on: false })).toEqual({ on: false });
    expect(traffic.capturing).toBe(false);
    traffic.add(records(3), 7);
    await pass(100);
    traffic.add(records(2), 0);
    await pass(100);
    expect(await traffic.recent({ filter: '', limit: 9 })).toMatchObject({
      held: 1,
      capture: false,
    });
    const late = read(traffic.follow({ filter: '', backlog: 0 }));
    await pass(100);
    expect(late.batches).toEqual([{ records: [], dropped: 0, capture: false }]);
    expect(traffic.hosts().hosts[0]?.requests).toBe(6);
    expect(traffic.dropped).toBe(7);

    traffic.capture({ on: true });
    await pass(100);
    traffic.add(records(1), 0);
    await pass(100);
    expect(stream.batches.map(({ capture }) => capture)).toEqual([
      undefined,
      false,
      true,
      undefined,
    ]);
    expect(stream.ids()).toEqual([1, 2]);
    expect(stream.dropped() + late.dropped()).toBe(0);
    expect(late.ids()).toEqual([2]);
  });

  it('a reader is told what holds now, and not each change', async () => {
    const stream = read(traffic.follow({ filter: '', backlog: 0 }));
    await pass(100);
    for (let i = 0; i < 9; i++) traffic.capture({ on: i % 2 === 1 });
    await pass(100);
    expect(stream.batches).toEqual([{ records: [], dropped: 0, capture: false }]);
  });
});

describe('the live stream', () => {
  it('begins with the backlog and misses nothing after it', async () => {
    traffic.add(records(5), 0);
    const stream = read(traffic.follow({ filter: '', backlog: 2 }));
    traffic.add(records(1), 0);
    await pass(0);
    traffic.add(records(1), 0);
    await pass(100);
    expect(stream.ids()).toEqual([4, 5, 6, 7]);
    expect(stream.dropped()).toBe(0);
  });

  it('has every record from the moment it was asked for, though reading begins later', async () => {
    const stream = traffic.follow({ filter: '', backlog: 0 });
    traffic.add(records(3), 0);
    const reading = read(stream);
    await pass(0);
    expect(reading.ids()).toEqual([1, 2, 3]);
  });

  it('counts a backlog in records that match', async () => {
    traffic.add([...records(2, { status: 500 }), ...records(50)], 0);
    const stream = read(traffic.follow({ filter: 'status:5xx', backlog: 2 }));
    await pass(100);
    traffic.add([...records(1), ...records(1, { status: 503 })], 0);
    await pass(100);
    expect(stream.ids()).toEqual([1, 2, 54]);
  });

  it('is at most ten batches a second', async () => {
    const stream = read(traffic.follow({ filter: '', backlog: 0 }));
    for (let tick = 0; tick < 1000; tick++) {
      traffic.add(records(1), 0);
      await pass(1);
    }
    expect(stream.batches.length).toBeGreaterThanOrEqual(9);
    expect(stream.batches.length).toBeLessThanOrEqual(10);
    await pass(100);
    expect(stream.ids()).toEqual(upTo(1000));
  });

  it('tells of records that workers lost', async () => {
    const stream = read(traffic.follow({ filter: '', backlog: 0 }));
    await pass(0);
    traffic.add([], 3);
    await pass(100);
    traffic.add(records(1), 4);
    await pass(100);
    expect(stream.batches.map(({ records: { length }, dropped }) => [length, dropped])).toEqual([
      [0, 3],
      [1, 4],
    ]);
  });

  it('has no timer while nothing happens, and none once it has ended', async () => {
    const leaving = new AbortController();
    const stream = read(traffic.follow({ filter: '', backlog: 0 }, leaving.signal));
    traffic.add(records(1), 0);
    await pass(200);
    expect(vi.getTimerCount()).toBe(0);
    traffic.add(records(1), 0);
    await pass(0);
    leaving.abort();
    await stream.done;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with its signal, with its reader and with the traffic, also while nothing happens', async () => {
    const leaving = new AbortController();
    const byTraffic = read(traffic.follow({ filter: '', backlog: 0 }));
    const bySignal = read(traffic.follow({ filter: '', backlog: 0 }, leaving.signal));
    const byReader = traffic.follow({ filter: '', backlog: 0 });
    const pending = byReader.next();
    await pass(200);
    leaving.abort();
    await bySignal.done;
    await byReader.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    traffic.close();
    await byTraffic.done;
    expect(await traffic.follow({ filter: '', backlog: 0 }).next()).toMatchObject({ done: true });
    const gone = traffic.follow({ filter: '', backlog: 0 }, leaving.signal);
    expect(await gone.next()).toMatchObject({ done: true });
  });
});

describe('a thousand records a second for a minute', () => {
  const total = 60_000;

  async function feed(changes: Partial<RequestRecord> = {}): Promise<void> {
    for (let tick = 0; tick < 1200; tick++) {
      traffic.add(records(total / 1200, changes), 0);
      await pass(50);
    }
  }

  it('reach a subscriber that reads, every one, in order', async () => {
    const stream = read(traffic.follow({ filter: '', backlog: 0 }));
    await feed();
    await pass(100);
    expect(stream.ids()).toEqual(upTo(total));
    expect(stream.dropped()).toBe(0);
    expect(stream.batches.length).toBeLessThanOrEqual(602);
  });

  it('are counted as lost, to the last one, for a subscriber that stops reading', async () => {
    const stream = traffic.follow({ filter: '', backlog: 0 });
    await feed();
    const rest = read(stream);
    await pass(10_000);
    expect(rest.ids()).toEqual(upTo(limits.maxHeldRecords, total - limits.maxHeldRecords + 1));
    expect(rest.dropped()).toBe(total - limits.maxHeldRecords);
    expect(rest.batches[0]?.dropped).toBe(rest.dropped());
  });

  it('leave no more than the bound in memory, in number and in text', async () => {
    const slow = Array.from({ length: 20 }, () => traffic.follow({ filter: '', backlog: 0 }));
    await feed();
    expect((await traffic.recent({ filter: '', limit: 1 })).held).toBe(limits.maxHeldRecords);
    await feed({ target: `/${'x'.repeat(limits.maxRecordTextChars - 1)}` });
    const { held } = await traffic.recent({ filter: '', limit: 1 });
    expect(held * limits.maxRecordTextChars).toBeLessThan(limits.maxHeldRecordChars);
    expect(held).toBeGreaterThan(5000);
    for (const stream of slow) await stream.return?.();
  });
});

describe('more records than the stream carries', () => {
  it('are lost by number, and the limit of 2,000 a second is reached', async () => {
    const stream = read(traffic.follow({ filter: '', backlog: 0 }));
    const perTick = 1000;
    for (let tick = 0; tick < 200; tick++) {
      traffic.add(records(perTick), 0);
      await pass(50);
    }
    const got = stream.ids().length;
    expect(got).toBeGreaterThanOrEqual(99 * limits.maxStreamBatchRecords);
    await pass(5000);
    expect(stream.ids().length + stream.dropped()).toBe(200 * perTick);
  });
});

describe('the numbers of all hosts', () => {
  it('come now and then each second, and only while somebody watches', async () => {
    expect(vi.getTimerCount()).toBe(0);
    const leaving = new AbortController();
    const seen: number[] = [];
    const watching = (async () => {
      for await (const { hosts } of traffic.watchHosts(leaving.signal)) {
        seen.push(hosts[0]?.requests ?? 0);
      }
    })();
    await pass(0);
    for (let second = 0; second < 3; second++) {
      traffic.add(records(2), 0);
      await pass(1000);
    }
    expect(seen).toEqual([0, 2, 4, 6]);
    leaving.abort();
    await watching;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are worked out once for all who watch', async () => {
    const streams = [traffic.watchHosts(), traffic.watchHosts()];
    const [first, second] = await Promise.all(streams.map((stream) => stream.next()));
    expect(first?.value).toBe(second?.value);
  });

  it('are those of this moment when they are asked for', () => {
    traffic.add(records(1), 2);
    expect(traffic.hosts()).toMatchObject({ dropped: 2, hosts: [{ requests: 1 }] });
    traffic.add(records(1), 0);
    expect(traffic.hosts().hosts[0]?.requests).toBe(2);
  });
});
