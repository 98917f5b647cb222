import { expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import type { Answer } from '../../store/store.ts';
import { CheckerWatch, isCheckerActive } from './checker.ts';

test.each([
  ['1000', 1000, true],
  ['1000', 1029, true],
  ['1000', 1030, false],
  ['1000.5', 1001, true],
  ['1010', 1000, true],
  ['', 1000, false],
  ['soon', 1000, false],
  [null, 1000, false],
  [['1000'], 1000, false],
])('a ping of %j at %i s means an active checker: %s', (ping, seconds, active) => {
  expect(isCheckerActive(ping, seconds * 1000)).toBe(active);
});

test('the store is asked once for many deaths, and again when the knowledge is old', async () => {
  let asked = 0;
  let at = 0;
  const read = async (): Promise<readonly Answer[]> => {
    asked++;
    return [{ kind: 'reply', reply: { ok: true, value: '1000' }, trust: null }];
  };
  const watch = new CheckerWatch(
    { read },
    () => at,
    () => 1_000_000,
  );
  expect(watch.wasActive).toBe(false);
  expect(await Promise.all([watch.isActive(), watch.isActive()])).toEqual([true, true]);
  expect(await watch.isActive()).toBe(true);
  expect(asked).toBe(1);
  at += limits.checkerBeliefMs;
  await watch.isActive();
  expect(asked).toBe(2);
});

test('while the store does not answer, nobody is in charge', async () => {
  const read = async (): Promise<readonly Answer[]> => [{ kind: 'away', reason: 'lost' }];
  const watch = new CheckerWatch(
    { read },
    () => 0,
    () => 0,
  );
  expect(await watch.isActive()).toBe(false);
});
