import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { createArrivals } from './arrivals.ts';

function start() {
  let time = 0;
  const arrivals = createArrivals({
    max: 4,
    maxUnproven: 2,
    maxRefused: 1,
    proofMs: 10,
    now: () => time,
  });
  const arrive = (isProven = false): Socket => {
    const socket = new Socket();
    arrivals.add(socket);
    if (isProven) arrivals.prove(socket);
    time++;
    return socket;
  };
  const pass = (ms: number): void => {
    time += ms;
  };
  return { arrivals, arrive, pass };
}

it('for one more of those that prove nothing the oldest goes, and no proven one', () => {
  const { arrive, arrivals, pass } = start();
  const proven = arrive(true);
  const [oldest, second] = [arrive(), arrive()];
  pass(10);
  const third = arrive();
  expect(oldest.destroyed).toBe(true);
  expect([proven, second, third].map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
  expect(arrivals.isTooMany(third)).toBe(false);
});

it('one that has just come has time to prove itself', () => {
  const { arrive, arrivals } = start();
  const all = [arrive(), arrive(), arrive(), arrive()];
  expect(all.some(({ destroyed }) => destroyed)).toBe(false);
  expect(arrivals.isTooMany(arrive())).toBe(true);
});

it('when all are proven, one more is told that there are too many', () => {
  const { arrive, arrivals, pass } = start();
  const all = [arrive(true), arrive(true), arrive(true), arrive(true)];
  pass(100);
  const fifth = arrive();
  expect(arrivals.isTooMany(fifth)).toBe(true);
  expect(all.some(({ destroyed }) => destroyed)).toBe(false);
  const sixth = arrive();
  expect([fifth.destroyed, arrivals.isTooMany(sixth)]).toEqual([true, true]);
  arrivals.destroyAll();
  expect([...all, sixth].every(({ destroyed }) => destroyed)).toBe(true);
});
