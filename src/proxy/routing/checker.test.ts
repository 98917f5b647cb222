import { expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { formatPing } from '../../shared/model/checkerPing.ts';
import type { Answer } from '../../store/store.ts';
import { CheckerWatch } from './checker.ts';

const watchOf = (ping: unknown): CheckerWatch => {
  const read = async (): Promise<readonly Answer[]> => [
    { kind: 'reply', reply: { ok: true, value: ping }, trust: null },
  ];
  return new CheckerWatch(
    { read },
    () => 0,
    () => 1_000_000,
  );
};

test.each([
  ['1000', true, true],
  ['971', true, true],
  ['970', false, false],
  ['1000.5', true, true],
  ['1010', true, true],
  [formatPing(1_000_000), true, false],
  [formatPing(970_000), false, false],
  ['', false, false],
  ['soon', false, false],
  [null, false, false],
  [['1000'], false, false],
])(
  'with a ping of %j at 1000 s somebody is in charge of what has a check: %s, of what has none: %s',
  async (ping, checked, unchecked) => {
    const watch = watchOf(ping);
    expect([await watch.isActive(true), await watch.isActive(false)]).toEqual([checked, unchecked]);
    expect([watch.wasActive(true), watch.wasActive(false)]).toEqual([checked, unchecked]);
  },
);

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
  expect(watch.wasActive(true)).toBe(false);
  expect(await Promise.all([watch.isActive(true), watch.isActive(false)])).toEqual([true, true]);
  expect(await watch.isActive(true)).toBe(true);
  expect(asked).toBe(1);
  at += limits.checkerBeliefMs;
  await watch.isActive(true);
  expect(asked).toBe(2);
});

test('while the store does not answer, nobody is in charge', async () => {
  const read = async (): Promise<readonly Answer[]> => [{ kind: 'away', reason: 'lost' }];
  const watch = new CheckerWatch(
    { read },
    () => 0,
    () => 0,
  );
  expect(await watch.isActive(true)).toBe(false);
});
