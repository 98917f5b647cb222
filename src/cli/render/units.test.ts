import { describe, expect, test } from 'vitest';
import {
  ago,
  bytes,
  clock,
  counted,
  duration,
  durationWord,
  moment,
  percent,
  rate,
  wholeDuration,
} from './units.ts';

describe('durations', () => {
  test.each([
    [0, '0 ms'],
    [Number.NaN, '0 ms'],
    [0.42, '0.4 ms'],
    [9.96, '10 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [12_400, '12 s'],
    [59_600, '1 min'],
    [3_540_000, '59 min'],
    [7_200_000, '2 h'],
    [259_200_000, '3 d'],
  ])('%f ms', (ms, expected) => {
    expect(duration(ms)).toBe(expected);
  });

  test.each([
    [500, '500ms'],
    [1500, '1500ms'],
    [30_000, '30s'],
    [300_000, '5m'],
    [7_200_000, '2h'],
  ])('%i ms as on the command line', (ms, expected) => {
    expect(durationWord(ms)).toBe(expected);
  });

  test.each([
    [-5, '0 s'],
    [400, '0 s'],
    [17_600, '18 s'],
    [120_000, '2 min'],
  ])('%i ms that are counted down', (ms, expected) => {
    expect(wholeDuration(ms)).toBe(expected);
  });
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1234, '1.2 kB'],
  [123_456, '123 kB'],
  [5_000_000, '5.0 MB'],
  [7e15, '7000 TB'],
])('%i bytes', (count, expected) => {
  expect(bytes(count)).toBe(expected);
});

test('how long ago something was', () => {
  expect(ago(1000, 1500)).toBe('just now');
  expect(ago(9000, 1500)).toBe('just now');
  expect(ago(0, 18_000)).toBe('18 s ago');
  expect(ago(0, 300_000)).toBe('5 min ago');
});

test('a time of today is told without its date', () => {
  const at = new Date(2026, 2, 1, 9, 5, 7).getTime();
  expect(clock(at)).toBe('09:05:07');
  expect(moment(at, at + 60_000)).toBe('09:05:07');
  expect(moment(at, at + 86_400_000)).toBe('2026-03-01 09:05:07');
});

test('shares, rates and counts', () => {
  expect([0, 0.0004, 0.012, 0.5, 1].map(percent)).toEqual([
    '0 %',
    '<0.1 %',
    '1.2 %',
    '50 %',
    '100 %',
  ]);
  expect([0, 0.31, 12.4, 1234.5].map(rate)).toEqual(['0', '0.3', '12', '1,235']);
  expect([counted(1, 'host'), counted(12_345, 'host')]).toEqual(['1 host', '12,345 hosts']);
});
