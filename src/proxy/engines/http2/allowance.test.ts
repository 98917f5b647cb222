import { expect, test } from 'vitest';
import { Allowance } from './allowance.ts';

test('so many are allowed at once, and so many a second after that', () => {
  const allowance = new Allowance(3, 2, 0);
  const at = (now: number, times: number): boolean[] =>
    Array.from({ length: times }, () => allowance.take(now));
  expect(at(0, 4)).toEqual([true, true, true, false]);
  expect(at(1000, 1)).toEqual([true]);
  expect(at(100_000, 4)).toEqual([true, true, true, false]);
});
