import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Renewal } from './renewal.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function harness() {
  const runs: number[] = [];
  const start = performance.now();
  const now = (): number => performance.now();
  const renewal = new Renewal({ everyMs: 200, now, run: () => runs.push(now() - start) });
  return { renewal, runs };
}

test('changes of one moment are one run, at once', async () => {
  const { renewal, runs } = harness();
  for (let i = 0; i < 5; i++) renewal.ask();
  await vi.advanceTimersByTimeAsync(0);
  expect(runs).toEqual([0]);
});

test('a stream of changes is a run now and then, and the last change is in one', async () => {
  const { renewal, runs } = harness();
  for (let i = 0; i < 50; i++) {
    renewal.ask();
    await vi.advanceTimersByTimeAsync(10);
  }
  await vi.advanceTimersByTimeAsync(1000);
  expect(runs).toEqual([0, 200, 400, 600]);
});

test('what cannot wait does not', async () => {
  const { renewal, runs } = harness();
  renewal.ask();
  await vi.advanceTimersByTimeAsync(10);
  renewal.ask();
  renewal.hurry();
  await vi.advanceTimersByTimeAsync(1000);
  expect(runs).toEqual([0, 10]);
});

test('after the close nothing runs', async () => {
  const { renewal, runs } = harness();
  renewal.ask();
  renewal.close();
  renewal.ask();
  await vi.advanceTimersByTimeAsync(1000);
  expect(runs).toEqual([]);
});
