import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { aRecord } from '../../../test/support/record.ts';
import type { NumberedRecord, RecordBatch } from '../../shared/contract/traffic.ts';
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

/** An instance that holds records up to an id, and sends batches until its stream is broken. */
function anInstance(newest: () => number) {
  const streams: { send(batch: RecordBatch): void; fail(): void; readonly signal: AbortSignal }[] =
    [];
  const pages: (number | undefined)[] = [];
  const traffic = {
    follow: async (_: unknown, { signal }: { signal: AbortSignal }) => {
      const waiting: RecordBatch[] = [];
      let wake = (): void => undefined;
      let isBroken = false;
      signal.addEventListener('abort', () => wake());
      streams.push({
        signal,
        send: (batch) => {
          waiting.push(batch);
          wake();
        },
        fail: () => {
          isBroken = true;
          wake();
        },
      });
      return (async function* () {
        while (!signal.aborted) {
          for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
            yield batch;
          }
          if (isBroken) throw new Error('the stream broke');
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      })();
    },
    recent: async ({ limit, before }: { limit: number; before?: number }) => {
      pages.push(before);
      const end = (before ?? newest() + 1) - 1;
      return { records: from(Math.max(1, end - limit + 1), end), matched: 0, held: newest() };
    },
  };
  return { streams, pages, api: { traffic } as unknown as Followed };
}

function aView() {
  const view = createTrafficView({
    bounds: { maxRecords: 10_000, maxChars: 1e9 },
    now: () => 0,
    soon: () => undefined,
    later: setTimeout,
    sliceMs: 4,
    drawMs: 0,
  });
  const ids = () =>
    Array.from({ length: view.picture.get().matched }, (_, at) => view.row(at)?.id ?? 0);
  return { view, ids };
}

it('shows the newest at once, then what is older, page by page, while others come', async () => {
  const { view, ids } = aView();
  const instance = anInstance(() => 2500);
  const end = followTraffic(instance.api, view);
  await vi.advanceTimersByTimeAsync(0);
  expect(ids()).toHaveLength(300);
  instance.streams[0]?.send({ records: from(2500, 2502), dropped: 4 });
  await vi.advanceTimersByTimeAsync(500);
  expect(ids()).toEqual(from(1, 2502).map(({ id }) => 2503 - id));
  expect(instance.pages).toEqual([undefined, 2201, 1201, 201, 1]);
  expect(view.picture.get()).toMatchObject({ leftOut: 4, isFilled: true });
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
  expect(ids()).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
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
  await vi.advanceTimersByTimeAsync(10_000);
  expect(instance.streams).toHaveLength(1);
});
