import { expect, test } from 'vitest';
import { limits } from '../shared/limits.ts';
import { retryDelay } from './retry.ts';

test('the wait doubles from the first to the longest and stays there', () => {
  const longest = (attempt: number): number => retryDelay(attempt, () => 1);
  expect(longest(0)).toBe(limits.storeRetryFirstMs);
  expect(longest(1)).toBe(limits.storeRetryFirstMs * 2);
  expect(longest(50)).toBe(limits.storeRetryMaxMs);
  expect(longest(5000)).toBe(limits.storeRetryMaxMs);
});

test('a thousand clients that lose the store together come back spread over half of the wait', () => {
  const waits = Array.from({ length: 1000 }, () => retryDelay(10, Math.random));
  const half = limits.storeRetryMaxMs / 2;
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(half);
  expect(Math.max(...waits)).toBeLessThanOrEqual(limits.storeRetryMaxMs);
  for (let slice = 0; slice < 10; slice++) {
    const from = half + (half / 10) * slice;
    const here = waits.filter((wait) => wait >= from && wait < from + half / 10).length;
    expect(here).toBeGreaterThan(50);
    expect(here).toBeLessThan(200);
  }
});
