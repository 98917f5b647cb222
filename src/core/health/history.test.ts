import { describe, expect, test } from 'vitest';
import type { HealthSlot } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import { History, merged } from './history.ts';

const slotMs = limits.healthSlotMs;
const start = 1000 * slotMs;

describe('two things in one slot', () => {
  const states = ['unknown', 'up', 'degraded', 'down', 'drained', 'paused'] as const;
  type S = HealthSlot['state'];
  const table: Record<S, Record<S, S>> = {
    unknown: {
      unknown: 'unknown',
      up: 'up',
      degraded: 'degraded',
      down: 'down',
      drained: 'drained',
      paused: 'paused',
    },
    up: {
      unknown: 'up',
      up: 'up',
      degraded: 'degraded',
      down: 'degraded',
      drained: 'up',
      paused: 'up',
    },
    degraded: {
      unknown: 'degraded',
      up: 'degraded',
      degraded: 'degraded',
      down: 'degraded',
      drained: 'degraded',
      paused: 'degraded',
    },
    down: {
      unknown: 'down',
      up: 'degraded',
      degraded: 'degraded',
      down: 'down',
      drained: 'down',
      paused: 'down',
    },
    drained: {
      unknown: 'drained',
      up: 'up',
      degraded: 'degraded',
      down: 'down',
      drained: 'drained',
      paused: 'drained',
    },
    paused: {
      unknown: 'paused',
      up: 'up',
      degraded: 'degraded',
      down: 'down',
      drained: 'paused',
      paused: 'paused',
    },
  };
  for (const before of states) {
    test.each(states)(`${before}, then %s`, (after) => {
      const slot = merged({ at: 0, state: before, reason: 'first' }, after, 'then');
      expect(slot.state).toBe(table[before][after]);
    });
  }

  test('the reason is that of the bad', () => {
    const good: HealthSlot = { at: 0, state: 'up', reason: 'fine' };
    const bad: HealthSlot = { at: 0, state: 'down', reason: 'refused' };
    expect(merged(good, 'down', 'refused').reason).toBe('refused');
    expect(merged(bad, 'up', 'fine').reason).toBe('refused');
  });
});

test('a gap is unknown, and what was not seen yet is not shown', () => {
  const history = new History();
  expect(history.list(start)).toEqual([]);
  history.add(start + 5, 'up', 'fine', 90);
  history.add(start + 3 * slotMs, 'down', 'refused', 90);
  expect(history.list(start + 4 * slotMs).map(({ at, state }) => [at - start, state])).toEqual([
    [0, 'up'],
    [slotMs, 'unknown'],
    [2 * slotMs, 'unknown'],
    [3 * slotMs, 'down'],
    [4 * slotMs, 'unknown'],
  ]);
});

test('it has at most as many slots as the limit says, the oldest go', () => {
  const history = new History();
  for (let i = 0; i < 500; i++) history.add(start + i * slotMs, 'up', '', limits.maxHealthSlots);
  expect(history.size).toBe(limits.maxHealthSlots);
  const listed = history.list(start + 499 * slotMs);
  expect(listed).toHaveLength(limits.maxHealthSlots);
  expect(listed.at(-1)?.at).toBe(start + 499 * slotMs);
  expect(history.list(start + 10_000 * slotMs)).toEqual([]);
});

test('a smaller share of the whole is kept to at the next slot', () => {
  const history = new History();
  for (let i = 0; i < 50; i++) history.add(start + i * slotMs, 'up', '', 90);
  history.add(start + 50 * slotMs, 'up', '', 10);
  expect(history.size).toBe(10);
});

test('a clock that was set back loses nothing and makes nothing twice', () => {
  const history = new History();
  history.add(start + 5 * slotMs, 'up', 'fine', 90);
  history.add(start, 'down', 'refused', 90);
  expect(history.size).toBe(1);
  expect(history.list(start + 5 * slotMs)).toMatchObject([{ state: 'degraded' }]);
});
