import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createBudget, type Share } from './budget.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start() {
  const gone: string[] = [];
  const budget = createBudget({
    maxBytes: 100,
    roomBytes: 50,
    stallMs: 1000,
    maxStreams: 2,
    now: () => Date.now(),
    ended: () => undefined,
  });
  const join = (name: string): Share => budget.join(() => gone.push(name));
  return { budget, join, gone };
}

const isDone = async (promise: Promise<unknown>): Promise<boolean> => {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return done;
};

it('beyond the budget whoever is behind for longest goes, and those who hold little stay', () => {
  const { budget, join, gone } = start();
  const little = join('little');
  little.set(1);
  vi.advanceTimersByTime(10);
  const [slow, other] = [join('slow'), join('other')];
  slow.set(45);
  vi.advanceTimersByTime(10);
  other.set(50);
  expect(gone).toEqual([]);
  other.set(60);
  expect(gone).toEqual(['slow']);
  expect(budget.unread).toBe(61);
});

it('an answer larger than the budget may be read, for a while', () => {
  const { join, gone } = start();
  const large = join('large');
  large.set(500);
  expect(gone).toEqual([]);
  vi.advanceTimersByTime(1001);
  large.set(501);
  expect(gone).toEqual(['large']);
});

it('large messages are made one after the other, and in the order of asking', async () => {
  const { budget } = start();
  const first = await budget.turn();
  const second = budget.turn();
  const third = budget.turn();
  expect(await isDone(second)).toBe(false);
  first();
  expect(await isDone(second)).toBe(true);
  expect(await isDone(third)).toBe(false);
  (await second)();
  expect(await isDone(third)).toBe(true);
});

it('they wait for room, which a reader makes by reading', async () => {
  const { budget, join, gone } = start();
  const reader = join('reader');
  reader.set(50);
  const turn = budget.turn();
  expect(await isDone(turn)).toBe(false);
  reader.set(49);
  expect(await isDone(turn)).toBe(true);
  expect(gone).toEqual([]);
});

it('who does not read is ended when somebody waits, after a time, and not before', async () => {
  const { budget, join, gone } = start();
  join('stalled').set(60);
  const turn = budget.turn();
  await vi.advanceTimersByTimeAsync(999);
  expect(gone).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(gone).toEqual(['stalled']);
  expect(await isDone(turn)).toBe(true);
  expect(budget.unread).toBe(0);
});

it('streams are counted over all connections, each once', () => {
  const { budget } = start();
  const leave = budget.takeStream();
  budget.takeStream();
  expect(budget.takeStream()).toBeNull();
  leave?.();
  leave?.();
  expect(budget.takeStream()).not.toBeNull();
  expect(budget.takeStream()).toBeNull();
});

it('who has read a large message before takes turns with all others, however many they are', async () => {
  const { budget } = start();
  const made: string[] = [];
  const make = async (name: string, hasRead: boolean): Promise<void> => {
    const release = await budget.turn(hasRead);
    made.push(name);
    release();
  };
  const release = await budget.turn();
  const all = [
    ...['a', 'b', 'c'].map((name) => make(name, false)),
    ...['reader 1', 'reader 2'].map((name) => make(name, true)),
  ];
  release();
  await Promise.all(all);
  expect(made).toEqual(['reader 1', 'a', 'reader 2', 'b', 'c']);
});
