import { expect, test } from 'vitest';
import { readDuration } from './duration.ts';

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['0s', 0],
])('%s is %i ms', (text, ms) => {
  expect(readDuration(text)).toBe(ms);
});

test.each(['', '5', 's', '5 s', '-5s', '5d', '1e3s', '5S', '.5s'])('%j is no duration', (text) => {
  expect(readDuration(text)).toBeNull();
});
