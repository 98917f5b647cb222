import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { aRecord } from '../../../test/support/record.ts';
import { limits } from '../../shared/limits.ts';
import { createTraffic } from './index.ts';
import type { Traffic } from './traffic.ts';

const longTarget = `/${'ab'.repeat(950)}`;
const dear = '/a.{8}b.{8}c/';

let traffic: Traffic | null = null;
afterEach(() => traffic?.close());

/** With a clock that goes on by 0.1 ms at each look: some 50 records to a slice, on any machine. */
function fullRing(bounds: { maxFilters?: number; streamBatchMs?: number } = {}) {
  let ms = 0;
  const now = () => {
    ms += 0.1;
    return ms;
  };
  const full = createTraffic({ now, wallClock: () => 0, bounds });
  const more = (count: number) =>
    full.add(
      Array.from({ length: count }, () => aRecord({ target: longTarget })),
      0,
    );
  more(9000);
  traffic = full;
  return { full, more, elapsed: () => ms };
}

/** Turns of the event loop that others had until `done`. */
async function turnsUntil(done: Promise<unknown>): Promise<number> {
  let running = true;
  const end = (): void => {
    running = false;
  };
  done.then(end, end);
  let turns = 0;
  for (; running; turns++) await nextTurn();
  return turns;
}

describe('an expensive filter over a ring full of long records', () => {
  it('leaves others their turns while it looks at what is held', async () => {
    const { full } = fullRing();
    const page = full.recent({ filter: dear, limit: 10 });
    expect(await turnsUntil(page)).toBeGreaterThan(100);
    const { matched, held } = await page;
    expect([matched, held > 7000]).toEqual([0, true]);
  });

  it('leaves others their turns while a live stream looks for its backlog', async () => {
    const { full, more } = fullRing({ streamBatchMs: 0 });
    const stream = full.follow({ filter: '-status:500', backlog: 7000 });
    const first = stream.next();
    more(3);
    expect(await turnsUntil(first)).toBeGreaterThan(100);
    const ids = [...((await first).value?.records ?? [])].map(({ id }) => id);
    expect(ids.slice(0, 2)).toEqual([2001, 2002]);
  });

  it('is given up when nobody waits for it any longer', async () => {
    const { full, elapsed } = fullRing();
    const leaving = new AbortController();
    const begun = elapsed();
    const page = full.recent({ filter: dear, limit: 10 }, leaving.signal);
    leaving.abort();
    await page;
    expect(elapsed() - begun).toBeLessThan(4 * limits.filterSliceMs);
  });

  it('ends with the instance', async () => {
    const { full } = fullRing();
    const page = full.recent({ filter: dear, limit: 10 });
    full.close();
    expect(await page).toMatchObject({ matched: 0 });
  });
});

it('a live stream that cannot look at everything tells how much it left out', async () => {
  const { full, more } = fullRing({ streamBatchMs: 0 });
  const stream = full.follow({ filter: '-/never.{8}b/', backlog: 0 });
  let got = 0;
  let dropped = 0;
  const reading = (async () => {
    for await (const batch of stream) {
      got += batch.records.length;
      dropped += batch.dropped;
    }
  })();
  for (let turn = 0; turn < 40; turn++) {
    more(1000);
    await nextTurn();
  }
  while (got + dropped < 40_000) await nextTurn();
  await stream.return?.();
  await reading;
  expect(dropped).toBeGreaterThan(20_000);
  expect(got + dropped).toBe(40_000);
});

it('readers with a filter are bounded, and each that ends makes room', async () => {
  const { full } = fullRing({ maxFilters: 3 });
  const leaving = new AbortController();
  const page = full.recent({ filter: dear, limit: 1 });
  const stream = full.follow({ filter: '', backlog: 0 });
  full.follow({ filter: '', backlog: 0 }, leaving.signal);
  const busy = expect.objectContaining({ code: 'BERTH_FILTERS_BUSY' });
  await expect(full.recent({ filter: '', limit: 1 })).rejects.toThrow(busy);
  expect(() => full.follow({ filter: '', backlog: 0 })).toThrow(busy);
  await expect(full.recent({ filter: 'no such:', limit: 1 })).rejects.toThrow(busy);

  await page;
  await stream.return?.();
  leaving.abort();
  for (let ask = 0; ask < 5; ask++) await full.recent({ filter: '', limit: 1 });
  await expect(full.recent({ filter: 'such:', limit: 1 })).rejects.not.toThrow(busy);
  for (let ask = 0; ask < 3; ask++) full.follow({ filter: '', backlog: 0 });
  expect(() => full.follow({ filter: '', backlog: 0 })).toThrow(busy);
});
