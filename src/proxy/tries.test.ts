import { expect, test } from 'vitest';
import { aRoute, someUrls } from '../../test/support/route.ts';
import { limits } from '../shared/limits.ts';
import { Balancer } from './balance/balancer.ts';
import type { Death, Route } from './routing/route.ts';
import { Tries } from './tries.ts';

/** A frontend all of whose backends are dead. */
function deadRoute(backends: number, deaths: readonly (Death | null)[] = []): Route {
  return aRoute(someUrls(backends), {
    isDead: () => true,
    deathOf: (backend) => deaths[backend.index] ?? null,
  });
}

test('dead backends are told with reason and seconds left, as far as known, and without addresses', () => {
  const route = deadRoute(3, [
    { reason: 'refused', leftMs: 11_200 },
    { reason: '', leftMs: Number.POSITIVE_INFINITY },
  ]);
  const tries = new Tries(0);
  expect(tries.choose(route, new Balancer(() => 0), { address: '', cookie: null })).toBeNull();
  expect(tries.exhausted(route)).toEqual({
    code: 'BERTH_BACKENDS_DEAD',
    detail: '#0 dead (refused), 12 s left; #1 dead; #2 dead',
  });
});

test('of very many, the first are told', () => {
  const { detail } = new Tries(0).exhausted(deadRoute(limits.maxPageAttempts + 7));
  expect(detail.split('; ')).toHaveLength(limits.maxPageAttempts + 1);
  expect(detail).toMatch(/; and 7 more$/);
});
