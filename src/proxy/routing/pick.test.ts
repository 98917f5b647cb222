import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aRoute, someUrls } from '../../../test/support/route.ts';
import { pick } from './pick.ts';
import type { Route } from './route.ts';

function routeOf(count: number, dead: readonly number[] = []): Route {
  return aRoute(someUrls(count), { isDead: ({ index }) => dead.includes(index) });
}

/** A small generator with a seed (mulberry32), so that the distribution is the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('among the backends', () => {
  test.each([
    [5, [], []],
    [5, [1, 3], []],
    [5, [0], [4]],
  ])('%i with %j dead and %j tried, each other one gets its even share', (count, dead, tried) => {
    const route = routeOf(count, dead);
    const random = seeded(1);
    const rounds = 30_000;
    const hits = new Array<number>(count).fill(0);
    for (let i = 0; i < rounds; i++) {
      const { index } = pick(route, tried, random) ?? { index: -1 };
      hits[index] = (hits[index] ?? 0) + 1;
    }
    const open = hits.filter((_, i) => !dead.includes(i) && !tried.includes(i));
    const share = rounds / open.length;
    const chiSquared = open.reduce((sum, hit) => sum + (hit - share) ** 2 / share, 0);
    expect(open.reduce((sum, hit) => sum + hit, 0)).toBe(rounds);
    // Above the 99.9 % point for four degrees of freedom.
    expect(chiSquared).toBeLessThan(18.5);
  });
});

test('nothing is picked when all are dead, all were tried, or there is none', () => {
  expect(pick(routeOf(2, [0, 1]), [], () => 0)).toBeNull();
  expect(pick(routeOf(2), [0, 1], () => 0)).toBeNull();
  expect(pick(routeOf(2, [0]), [1], () => 0)).toBeNull();
  expect(pick(routeOf(0), [], () => 0)).toBeNull();
});

test('whatever is dead and tried, a pick is live and untried, and there is one if there can be', () => {
  const indexes = fc.array(fc.integer({ min: 0, max: 9 }));
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10 }),
      indexes,
      indexes,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (count, dead, tried, roll) => {
        const picked = pick(routeOf(count, dead), tried, () => roll);
        const open = [...Array(count).keys()].filter(
          (i) => !dead.includes(i) && !tried.includes(i),
        );
        if (open.length === 0) expect(picked).toBeNull();
        else expect(open).toContain(picked?.index);
      },
    ),
  );
});
