import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aRoute, someUrls } from '../../../test/support/route.ts';
import { chiSquared, seeded } from '../../../test/support/seeded.ts';
import { type Policy, policies } from '../../shared/model/options.ts';
import type { TrafficOptions } from '../../shared/model/trafficOptions.ts';
import { Balancer, type Client } from './balancer.ts';

const somebody: Client = { address: '::ffff:10.0.0.1', cookie: null };

interface Setting {
  readonly options?: Partial<TrafficOptions>;
  readonly dead?: readonly number[];
}

const routeOf = (count: number, { options = {}, dead = [] }: Setting = {}) =>
  aRoute(someUrls(count), { options, isDead: ({ index }) => dead.includes(index) });

/** How often each of `count` backends is chosen. */
function hitsOf(count: number, rounds: number, setting: Setting, tried: readonly number[] = []) {
  const route = routeOf(count, setting);
  const balancer = new Balancer(seeded(1));
  const hits = new Array<number>(count).fill(0);
  for (let i = 0; i < rounds; i++) {
    const { index } = balancer.choose(route, tried, somebody) ?? { index: -1 };
    hits[index] = (hits[index] ?? 0) + 1;
  }
  return hits;
}

describe('by lot', () => {
  // Above the 99.9 % point for four degrees of freedom.
  const suspicious = 18.5;

  test.each([
    [5, [], []],
    [5, [1, 3], []],
    [5, [0], [4]],
  ])('%i with %j dead and %j tried, each other one gets its even share', (count, dead, tried) => {
    const rounds = 30_000;
    const hits = hitsOf(count, rounds, { dead }, tried);
    const open = hits.filter((_, i) => !dead.includes(i) && !tried.includes(i));
    const share = rounds / open.length;
    expect(open.reduce((sum, hit) => sum + hit, 0)).toBe(rounds);
    expect(chiSquared(open, new Array<number>(open.length).fill(share))).toBeLessThan(suspicious);
  });

  test('each gets its share by weight', () => {
    const rounds = 30_000;
    const [a = '', b = '', c = ''] = someUrls(3);
    const hits = hitsOf(3, rounds, { options: { weights: { [a]: 1, [b]: 2, [c]: 7 } } });
    expect(
      chiSquared(
        hits,
        [0.1, 0.2, 0.7].map((share) => share * rounds),
      ),
    ).toBeLessThan(suspicious);
  });

  test('a new client of a sticky frontend too', () => {
    const rounds = 30_000;
    const [a = ''] = someUrls(3);
    const hits = hitsOf(3, rounds, { options: { policy: 'sticky', weights: { [a]: 8 } } });
    expect(
      chiSquared(
        hits,
        [0.8, 0.1, 0.1].map((share) => share * rounds),
      ),
    ).toBeLessThan(suspicious);
  });
});

describe('in turn', () => {
  const options = { policy: 'round-robin' } as const;

  test('each gets one request of every round', () => {
    expect(hitsOf(3, 300, { options })).toEqual([100, 100, 100]);
    const [a = 0, b = 0, c = 0, d = 0] = hitsOf(4, 300, { options, dead: [2] });
    expect(c).toBe(0);
    // The first turn may have been the dead one's.
    for (const hits of [a, b, d]) expect(Math.abs(hits - 100)).toBeLessThanOrEqual(1);
  });

  test('each gets its weight of every round, spread over it', () => {
    const [a = '', b = ''] = someUrls(3);
    const route = routeOf(3, { options: { ...options, weights: { [a]: 4, [b]: 2 } } });
    const balancer = new Balancer(() => 0);
    const turns = Array.from({ length: 14 }, () => balancer.choose(route, [], somebody)?.index);
    expect(turns.slice(0, 7)).toEqual(turns.slice(7));
    expect(turns.slice(0, 7)).toEqual([0, 1, 0, 2, 0, 1, 0]);
  });

  test('each frontend has its own turn', () => {
    const balancer = new Balancer(() => 0);
    const turn = (name: string) =>
      balancer.choose(aRoute(someUrls(3), { name, options }), [], somebody)?.index;
    expect([turn('a'), turn('b'), turn('a'), turn('b')]).toEqual([0, 0, 1, 1]);
  });

  test('workers do not all begin with the same backend', () => {
    const firsts = [0, 0.4, 0.9].map(
      (roll) => new Balancer(() => roll).choose(routeOf(3, { options }), [], somebody)?.index,
    );
    expect(new Set(firsts).size).toBe(3);
  });

  test('a backend that comes back gets no more than its share', () => {
    const balancer = new Balancer(() => 0);
    const without = routeOf(3, { options, dead: [1] });
    for (let i = 0; i < 1000; i++) balancer.choose(without, [], somebody);
    const all = routeOf(3, { options });
    const hits = [0, 0, 0];
    for (let i = 0; i < 300; i++) {
      const { index } = balancer.choose(all, [], somebody) ?? { index: -1 };
      hits[index] = (hits[index] ?? 0) + 1;
    }
    for (const hit of hits) expect(Math.abs(hit - 100)).toBeLessThanOrEqual(1);
  });
});

describe('by load', () => {
  const options = { policy: 'least-connections' } as const;

  test('the one with the fewest requests under way', () => {
    const balancer = new Balancer(seeded(1));
    const route = routeOf(3, { options });
    const [a = '', b = '', c = ''] = someUrls(3);
    for (const url of [a, a, b, c, c]) balancer.busy.began(url);
    expect(balancer.choose(route, [], somebody)?.url).toBe(b);
    balancer.busy.ended(a);
    balancer.busy.ended(a);
    expect(balancer.choose(route, [], somebody)?.url).toBe(a);
  });

  test('with a weight of two, twice as many', () => {
    const balancer = new Balancer(seeded(1));
    const [a = ''] = someUrls(3);
    const route = routeOf(3, { options: { ...options, weights: { [a]: 2 } } });
    for (let i = 0; i < 400; i++) {
      balancer.busy.began(balancer.choose(route, [], somebody)?.url ?? '');
    }
    expect(someUrls(3).map((url) => balancer.busy.of(url))).toEqual([200, 100, 100]);
  });

  test('of those that tie, each as often', () => {
    const hits = hitsOf(4, 40_000, { options });
    expect(chiSquared(hits, [10_000, 10_000, 10_000, 10_000])).toBeLessThan(16.3);
  });

  test('what is over is forgotten', () => {
    const { busy } = new Balancer(() => 0);
    busy.began('a');
    busy.began('a');
    busy.ended('a');
    expect([busy.of('a'), busy.size]).toEqual([1, 1]);
    busy.ended('a');
    expect([busy.of('a'), busy.size]).toEqual([0, 0]);
  });
});

describe('by client', () => {
  const options = { policy: 'client-hash' } as const;
  const clients = Array.from({ length: 3000 }, (_, i) => ({
    address: `::ffff:10.${i % 7}.${i >> 8}.${i & 255}`,
    cookie: null,
  }));
  const placesOf = (setting: Setting, count = 5) => {
    const route = routeOf(count, { ...setting, options: { ...options, ...setting.options } });
    return clients.map((client) => new Balancer(Math.random).choose(route, [], client)?.index);
  };

  test('the same client gets the same backend from every worker', () => {
    expect(placesOf({})).toEqual(placesOf({}));
  });

  test('clients are spread by weight', () => {
    const count = (places: readonly (number | undefined)[]) =>
      [0, 1, 2, 3, 4].map((at) => places.filter((place) => place === at).length);
    const even = clients.length / 5;
    expect(chiSquared(count(placesOf({})), [even, even, even, even, even])).toBeLessThan(18.5);
    const [a = ''] = someUrls(5);
    const share = clients.length / 10;
    expect(
      chiSquared(count(placesOf({ options: { weights: { [a]: 6 } } })), [
        share * 6,
        share,
        share,
        share,
        share,
      ]),
    ).toBeLessThan(18.5);
  });

  test('a backend that dies, or is drained, moves its own clients only', () => {
    const urls = someUrls(5);
    const before = placesOf({});
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(4), { maxLength: 4 }), fc.boolean(), (gone, drains) => {
        const drained = gone.map((at) => urls[at] ?? '');
        const after = placesOf(drains ? { options: { drained } } : { dead: gone });
        for (const [i, place] of after.entries()) {
          const had = before[i] ?? -1;
          if (gone.includes(had)) expect(gone).not.toContain(place);
          else expect(place).toBe(had);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('a backend that stands twice in the list gets clients at both places', () => {
    const [a = '', b = ''] = someUrls(2);
    const route = aRoute([a, a, b], { options });
    const places = new Set(
      clients.map((client) => new Balancer(Math.random).choose(route, [], client)?.index),
    );
    expect(places).toEqual(new Set([0, 1, 2]));
  });
});

describe('by cookie', () => {
  const options = { policy: 'sticky' } as const;
  const route = routeOf(4, { options });
  const { cookie } = route.candidates;
  const holding = (at: number): Client => ({
    address: '',
    cookie: `theirs=1; ${cookie?.name}=${cookie?.ids[at]}`,
  });

  test('a client stays where it was', () => {
    for (const at of [0, 1, 2, 3]) {
      for (const roll of [0, 0.5, 0.9]) {
        expect(new Balancer(() => roll).choose(route, [], holding(at))?.index).toBe(at);
      }
    }
  });

  test('unless that is dead, drained or was tried', () => {
    const balancer = new Balancer(() => 0);
    const dead = routeOf(4, { options, dead: [2] });
    expect(balancer.choose(dead, [], holding(2))?.index).toBe(0);
    const drained = someUrls(4).slice(2, 3);
    expect(
      balancer.choose(routeOf(4, { options: { ...options, drained } }), [], holding(2))?.index,
    ).toBe(0);
    expect(balancer.choose(route, [2], holding(2))?.index).toBe(0);
  });

  test.each(['', 'nonsense', 'zzzzzz'])('a cookie that says %j is none', (value) => {
    const client = { address: '', cookie: `${cookie?.name}=${value}` };
    expect(new Balancer(() => 0.9).choose(route, [], client)?.index).toBe(3);
  });
});

describe('whatever the policy', () => {
  test.each(policies)(
    '%s: a choice is live, not drained and untried, and there is one if there can be',
    (policy: Policy) => {
      const indexes = fc.array(fc.nat(9));
      fc.assert(
        fc.property(
          fc.nat(10),
          indexes,
          indexes,
          indexes,
          fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 10 }),
          fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
          (count, dead, tried, out, weighed, roll) => {
            const urls = someUrls(count);
            const drained = out.flatMap((at) => urls[at] ?? []);
            const weights = Object.fromEntries(
              weighed.slice(0, count).map((weight, at) => [urls[at] ?? '', weight]),
            );
            const route = routeOf(count, { options: { policy, weights, drained }, dead });
            const chosen = new Balancer(() => roll).choose(route, tried, somebody);
            const open = [...Array(count).keys()].filter(
              (at) => !dead.includes(at) && !tried.includes(at) && !out.includes(at),
            );
            if (open.length === 0) expect(chosen).toBeNull();
            else expect(open).toContain(chosen?.index);
          },
        ),
      );
    },
  );

  test.each(policies)('%s: one backend alone is the only one', (policy) => {
    expect(routeOf(1, { options: { policy } }).candidates.policy).toBe('only');
    const drained = someUrls(2).slice(1);
    expect(routeOf(2, { options: { policy, drained } }).candidates.policy).toBe('only');
  });

  test('it says how many dead ones were passed over', () => {
    const balancer = new Balancer(() => 0);
    balancer.choose(routeOf(5, { dead: [1, 4] }), [], somebody);
    expect(balancer.passedOver).toBe(2);
    balancer.choose(routeOf(5), [], somebody);
    expect(balancer.passedOver).toBe(0);
  });
});
