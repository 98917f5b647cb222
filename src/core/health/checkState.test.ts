import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../shared/contract/health.ts';
import { afterCheck, type CheckState, unchecked } from './checkState.ts';

const result = (ok: boolean): CheckResult => ({ at: 0, ok, ms: 1, outcome: ok ? 'ok' : 'refused' });

/** @param results as `+-`: a success, then a failure; @returns the verdict after each, as `u` (up), `d`, `?` */
function verdicts(results: string, rise: number, fall: number): string {
  let state: CheckState = unchecked;
  let out = '';
  for (const sign of results) {
    state = afterCheck(state, result(sign === '+'), { rise, fall });
    out += { up: 'u', down: 'd', unknown: '?' }[state.verdict];
  }
  return out;
}

describe('results in a row decide', () => {
  test.each([
    // results, rise, fall, verdicts
    ['+', 1, 2, 'u'],
    ['-', 1, 1, 'd'],
    ['--', 1, 2, '?d'],
    ['+-+-+-', 1, 2, 'uuuuuu'],
    ['+--', 1, 2, 'uud'],
    ['+--+', 1, 2, 'uudu'],
    ['+--+', 2, 2, 'uudd'],
    ['+--++', 2, 2, 'uuddu'],
    ['--+-++', 2, 2, '?ddddu'],
    ['-+-', 1, 2, '?uu'],
    ['+---', 3, 3, 'uuud'],
    // A backend that was never found dead is up at its first success, whatever `rise` says.
    ['+', 5, 2, 'u'],
    ['-+', 5, 2, '?u'],
  ])('%s with rise %i and fall %i gives %s', (results, rise, fall, expected) => {
    expect(verdicts(results, rise, fall)).toBe(expected);
  });
});

test('the streak counts results like the last one', () => {
  let state = unchecked;
  const streaks: number[] = [];
  for (const ok of [true, true, false, false, false, true]) {
    state = afterCheck(state, result(ok), { rise: 1, fall: 2 });
    streaks.push(state.streak);
  }
  expect(streaks).toEqual([1, 2, 1, 2, 3, 1]);
});

test('nobody is down before `fall` failures in a row, nor up again before `rise` successes', () => {
  const counts = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), counts, counts, (oks, rise, fall) => {
      let state: CheckState = unchecked;
      for (const ok of oks) {
        const before = state.verdict;
        state = afterCheck(state, result(ok), { rise, fall });
        if (state.verdict === before) continue;
        expect(state.streak).toBeGreaterThanOrEqual(
          state.verdict === 'down' ? fall : before === 'down' ? rise : 1,
        );
      }
    }),
  );
});
