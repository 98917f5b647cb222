import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../../shared/limits.ts';
import type { News } from '../../shared/model/news.ts';
import { NewsQueue, type NewsQueueOptions } from './newsQueue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function bench(bounds: NewsQueueOptions['bounds'] = {}) {
  const batches: (readonly News[])[] = [];
  const taken: (() => void)[] = [];
  const queue = new NewsQueue({
    send: (news, done) => {
      batches.push(news);
      taken.push(done);
    },
    bounds,
  });
  return {
    queue,
    batches,
    take: () => taken.shift()?.(),
    pass: () => vi.advanceTimersByTime(limits.newsDelayMs),
    found: (name: string, at: number, list: readonly string[] = ['id']) =>
      queue.found({ name, list, options: null, at }),
    told: () =>
      batches.map((batch) =>
        batch.map((item) =>
          item.kind === 'found'
            ? `${item.finding.name}@${item.finding.at}`
            : `-${item.kind === 'changed' ? item.name : '*'}`,
        ),
      ),
  };
}

test('what is learned in a short time is told at once, the last of each name only', () => {
  const { queue, found, pass, told } = bench();
  found('a', 1);
  found('b', 2);
  queue.changed('a', 3);
  found('a', 4);
  expect(told()).toEqual([]);
  pass();
  expect(told()).toEqual([['a@4', 'b@2']]);
});

test('a read that began before a change does not hide the change', () => {
  const { queue, found, pass, told } = bench();
  queue.changed('a', 3);
  found('a', 2);
  pass();
  expect(told()).toEqual([['-a']]);
});

test('a change of everything is told first, in place of what was read before it', () => {
  const { queue, found, pass, told } = bench();
  found('a', 1);
  queue.allChanged(2);
  found('b', 3);
  pass();
  expect(told()).toEqual([['-*', 'b@3']]);
});

test('a batch is bounded by number and by bytes, and the next waits until the channel took it', () => {
  const { found, pass, told, take } = bench({ maxBatchNews: 2, maxBatchNewsBytes: 2000 });
  for (const name of ['a', 'b', 'c']) found(name, 1);
  found('d', 1, ['x'.repeat(4000)]);
  found('e', 1);
  for (let i = 0; i < 4; i++) {
    pass();
    expect(told()).toHaveLength(i + 1);
    pass();
    expect(told()).toHaveLength(i + 1);
    take();
  }
  expect(told()).toEqual([['a@1', 'b@1'], ['c@1'], ['d@1'], ['e@1']]);
});

test('what finds no room is left out, by number or by bytes', () => {
  const few = bench({ maxQueuedNews: 3 });
  for (let i = 0; i < 1000; i++) few.found(`n${i}`, i);
  few.found('n1', 2000);
  expect(few.queue.size).toBe(3);
  few.pass();
  expect(few.told()).toEqual([['n0@0', 'n1@2000', 'n2@2']]);
  const small = bench({ maxQueuedNewsBytes: 10_000 });
  for (let i = 0; i < 1000; i++) small.found(`n${i}`, i, ['x'.repeat(1000)]);
  expect(small.queue.size).toBeLessThan(5);
});

test('a change that finds no room becomes a change of everything: nothing old is believed for lack of room', () => {
  const { queue, found, pass, told } = bench({ maxQueuedNews: 3 });
  for (let i = 0; i < 3; i++) found(`n${i}`, i);
  queue.changed('late', 10);
  found('after', 11);
  pass();
  expect(told()).toEqual([['-*', 'after@11']]);
});

test('closing sends everything, waits until it was taken, and takes no more', async () => {
  const { queue, found, take, told, pass } = bench({ maxBatchNews: 1 });
  found('a', 1);
  found('b', 1);
  let isClosed = false;
  const closing = queue.close().then(() => {
    isClosed = true;
  });
  expect(told()).toEqual([['a@1'], ['b@1']]);
  take();
  await Promise.resolve();
  expect(isClosed).toBe(false);
  take();
  await closing;
  found('c', 1);
  queue.allChanged(2);
  pass();
  expect(told()).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});
