import { expect, it } from 'vitest';
import { aRecord } from '../../../../../test/support/record.ts';
import { durationBar, phasesOf } from './waterfall.ts';

it('phases follow each other and make up the whole', () => {
  const phases = phasesOf(aRecord({ queueMs: 10, connectMs: 20, firstByteMs: 60, bodyMs: 10 }));
  expect(phases.map(({ from, length }) => [from, length])).toEqual([
    [0, 0.1],
    [0.1, 0.2],
    [0.3, 0.6],
    [0.9, 0.1],
  ]);
});

it('phases of no time have no length', () => {
  const phases = phasesOf(aRecord({ queueMs: 0, connectMs: 0, firstByteMs: 0, bodyMs: 0 }));
  expect(phases.every(({ from, length }) => from === 0 && length === 0)).toBe(true);
});

it('the bar of a duration grows with it, ends at 10 s, and says what the backend had of it', () => {
  const lengths = [0, 1, 10, 100, 1000, 10_000, 1e9].map(
    (totalMs) => durationBar({ totalMs, backendMs: 0 }).length,
  );
  expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  expect([lengths[0], lengths[5], lengths[6]]).toEqual([0, 1, 1]);
  expect(durationBar({ totalMs: 10, backendMs: 5 }).backend).toBe(0.5);
  expect(durationBar({ totalMs: 0, backendMs: 5 }).backend).toBe(0);
});
