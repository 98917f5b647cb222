import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { aRecord } from '../../../test/support/record.ts';
import type { NewestRecords, NumberedRecord } from '../../shared/contract/traffic.ts';
import { followTraffic } from './trafficFeed.ts';
import { createTrafficView } from './trafficView.ts';

type Followed = Parameters<typeof followTraffic>[0];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const from = (first: number, last: number): NumberedRecord[] =>
  Array.from({ length: last - first + 1 }, (_, at) => ({ id: first + at, ...aRecord() }));

/** An instance that holds records from 1 to an id, and sends messages until its stream is broken. */
function anInstance(newest: () => number) {
  const streams: {
    readonly input: unknown;
    readonly signal: AbortSignal;
    send(news: Partial<NewestRecords>): void;
    fail(): void;
  }[] = [];
  const pages: (number | undefined)[] = [];
  const now = (): NewestRecords => ({
    records: from(Math.max(1, newest() - 2), newest()),
    came: newest(),
    matched: newest(),
    held: newest(),
    newest: newest(),
    dropped: 0,
  });
  const traffic = {
    watch: async (input: unknown, { signal }: { signal: AbortSignal }) => {
      const waiting: NewestRecords[] = [now()];
      let wake = (): void => undefined;
      let isBroken = false;
      signal.addEventListener('abort', () => wake());
      streams.push({
        input,
        signal,
        send: (news) => {
          waiting.push({ ...now(), came: 0, records: [], ...news });
          wake();
        },
        fail: () => {
          isBroken = true;
          wake();
        },
      });
      return (async function* () {
        while (!signal.aborted) {
          for (let news = waiting.shift(); news !== undefined; news = waiting.shift()) yield news;
          if (isBroken) throw new Error('the stream broke');
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      })();
    },
    recent: async ({ limit = 100, before }: { limit?: number; before?: number }) => {
      pages.push(before);
      const last = (before ?? newest() + 1) - 1;
      const records = from(Math.max(1, last - limit + 1), last);
      return { records, matched: records.length, held: newest() };
    },
  };
  return { api: { traffic } as unknown as Followed, streams, pages };
}

function aView() {
  const view = createTrafficView({
    bounds: { maxRecords: 10_000, maxChars: 1e9 },
    rows: 3,
    now: () => 0,
    soon: () => undefined,
    sliceMs: 4,
  });
  const ids = () => Array.from({ length: 3 }, (_, at) => view.row(at)?.id ?? 0);
  return { view, ids };
}

it('shows what stands at the top, and asks for nothing else while that moves', async () => {
  const { view, ids } = aView();
  const instance = anInstance(() => 2500);
  const end = followTraffic(instance.api, view);
  await vi.advanceTimersByTimeAsync(0);
  expect(ids()).toEqual([2500, 2499, 2498]);
  instance.streams[0]?.send({ records: from(2501, 2502), came: 2, newest: 2502, dropped: 4 });
  await vi.advanceTimersByTimeAsync(5000);
  expect(ids()).toEqual([2502, 2501, 2500]);
  expect(instance.pages).toEqual([]);
  expect(view.picture.get()).toMatchObject({ leftOut: 4, matched: 2500 });
  end();
});

it('fetches all there is while rows stand still, page by page, the newest first', async () => {
  const { view } = aView();
  const instance = anInstance(() => 2500);
  const end = followTraffic(instance.api, view);
  await vi.advanceTimersByTimeAsync(0);
  view.hold();
  await vi.advanceTimersByTimeAsync(0);
  expect(instance.pages).toEqual([2501]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(instance.pages).toEqual([2501, 2201, 201]);
  expect(view.picture.get()).toMatchObject({ isWhole: true, matched: 2500, held: 2500 });
  expect(view.row(2499)?.id).toBe(1);
  view.release();
  await vi.advanceTimersByTimeAsync(1000);
  expect(instance.pages).toHaveLength(3);
  end();
});

it('asks anew for another filter, and ends what it asked for before', async () => {
  const { view } = aView();
  const instance = anInstance(() => 9);
  const end = followTraffic(instance.api, view);
  await vi.advanceTimersByTimeAsync(0);
  view.hold();
  view.filter('status:5xx', () => true);
  await vi.advanceTimersByTimeAsync(0);
  expect(instance.streams.map(({ input }) => input)).toEqual([
    { filter: '', after: 0, rows: 3, since: 0 },
    { filter: 'status:5xx', after: 0, rows: 3, since: 9 },
  ]);
  expect(instance.streams.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  end();
});

it('asks again for a stream that broke, and has what came in between', async () => {
  const warned = vi.spyOn(console, 'warn').mockReturnValue(undefined);
  const { view, ids } = aView();
  let newest = 3;
  const instance = anInstance(() => newest);
  const end = followTraffic(instance.api, view);
  await vi.advanceTimersByTimeAsync(100);
  instance.streams[0]?.fail();
  newest = 8;
  await vi.advanceTimersByTimeAsync(3000);
  expect(instance.streams).toHaveLength(2);
  expect(ids()).toEqual([8, 7, 6]);
  expect(warned).toHaveBeenCalledOnce();
  end();
});

it('ends its stream when it is told to', async () => {
  const { view } = aView();
  const instance = anInstance(() => 3);
  const end = followTraffic(instance.api, view);
  await vi.advanceTimersByTimeAsync(100);
  end();
  expect(instance.streams[0]?.signal.aborted).toBe(true);
  view.hold();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(instance.streams).toHaveLength(1);
  expect(instance.pages).toEqual([]);
});
