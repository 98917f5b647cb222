import { describe, expect, test } from 'vitest';
import type { BackendState } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import { healthCheckSchema } from '../../shared/model/options.ts';
import { debounceMs, nothingTold, type Told, tell } from './telling.ts';

const lastingMs = 5000;
const start = 1_000_000;

/** Goes through states, second by second, and returns what was told and when (seconds). */
function told(seconds: readonly BackendState[]): readonly [number, string][] {
  let telling = nothingTold;
  const out: [number, string][] = [];
  for (const [i, state] of seconds.entries()) {
    const next = tell(telling, { state, reason: `is ${state}` }, start + i * 1000, lastingMs);
    telling = next.telling;
    if (next.event !== null) out.push([i, words(next.event)]);
  }
  return out;
}

const words = ({ from, to, reason }: Told): string => `${from}>${to} ${reason}`;
const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);

describe('a change is told', () => {
  test('once, when it has lasted', () => {
    expect(told([...times(10, 'up' as const), ...times(20, 'down' as const)])).toEqual([
      [15, 'up>down is down'],
    ]);
  });

  test('not at all when it has not lasted', () => {
    expect(
      told([...times(9, 'up' as const), ...times(4, 'down' as const), ...times(9, 'up' as const)]),
    ).toEqual([]);
  });

  test('with the way back', () => {
    expect(
      told([...times(3, 'up' as const), ...times(7, 'down' as const), ...times(7, 'up' as const)]),
    ).toEqual([
      [8, 'up>down is down'],
      [15, 'down>up is up'],
    ]);
  });

  test('of what is down from the beginning, not of what is up from the beginning', () => {
    expect(told(times(20, 'down' as const))).toEqual([[5, 'unknown>down is down']]);
    expect(told(times(20, 'up' as const))).toEqual([]);
  });

  test('not of what is paused, nor of a return to what it was before', () => {
    const pause = times(30, 'paused' as const);
    expect(told([...times(3, 'up' as const), ...pause, ...times(9, 'up' as const)])).toEqual([]);
    expect(told([...times(3, 'up' as const), ...pause, ...times(9, 'down' as const)])).toEqual([
      [38, 'up>down is down'],
    ]);
    expect(told([...pause, ...times(9, 'up' as const)])).toEqual([]);
  });

  test('not when nothing is known any more', () => {
    expect(told([...times(3, 'up' as const), ...times(30, 'unknown' as const)])).toEqual([]);
    expect(
      told([
        ...times(3, 'up' as const),
        ...times(30, 'unknown' as const),
        ...times(9, 'up' as const),
      ]),
    ).toEqual([]);
  });

  test('of draining too', () => {
    expect(told([...times(3, 'up' as const), ...times(9, 'drained' as const)])).toEqual([
      [8, 'up>drained is drained'],
    ]);
  });
});

describe('a backend that changes all the time', () => {
  const restless = Array.from({ length: 60 }, (_, i): BackendState => (i % 4 < 2 ? 'up' : 'down'));
  const rest = limits.flapRestMs / 1000;

  test('is told once, as flapping', () => {
    expect(told(restless)).toEqual([
      [12, `up>down flapping: ${limits.flapCount} changes within 5 minutes; is up`],
    ]);
  });

  test('is told to be up when it rests there', () => {
    const [, ...later] = told([...restless, ...times(rest + 5, 'up' as const)]);
    expect(later).toEqual([[60 + rest, 'down>up is up']]);
  });

  test('is not told again when it rests where it was said to be, and flaps anew after that', () => {
    const seconds = [...restless, ...times(400, 'down' as const), ...restless];
    expect(told(seconds).map(([, what]) => what.slice(0, 16))).toEqual([
      'up>down flapping',
      'down>down flappi',
    ]);
  });
});

test.each([
  [null, 5000],
  [100, 5000],
  [10_000, 10_000],
  [3_600_000, 60_000],
])('with an interval of %j ms a change must last %i ms', (intervalMs, expected) => {
  const check = intervalMs === null ? null : healthCheckSchema.parse({ intervalMs });
  expect(debounceMs(check)).toBe(expected);
});
