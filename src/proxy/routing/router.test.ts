import { describe, expect, test } from 'vitest';
import { fakeRouting, routeOf, urlsOf } from '../../../test/support/fakeRouting.ts';
import { settled } from '../../../test/support/fakeStore.ts';
import { fromHead, heldBytes } from '../../../test/support/heldBytes.ts';
import { limits } from '../../shared/limits.ts';
import { formatDeadMark } from '../../shared/model/dead.ts';
import { defaultTrafficOptions } from '../../shared/model/trafficOptions.ts';
import type { Resolution } from './route.ts';

const A = 'http://a:1';
const B = 'http://b:1';

function live() {
  const routing = fakeRouting();
  routing.store.reach('live');
  return routing;
}

describe('a lookup', () => {
  test('reads everything it may need in one round trip, and then answers without the store', async () => {
    const { router, store } = live();
    store.lists.set('frontend:*.dev.local', ['id', A]);
    const first = router.resolve('x.app.dev.local');
    expect(first).toBeInstanceOf(Promise);
    const found = await first;
    expect(urlsOf(found)).toEqual([A]);
    expect(routeOf(found)).toMatchObject({ host: 'x.app.dev.local' });
    expect(store.reads).toHaveLength(1);
    expect(found).toMatchObject({ source: 'store' });
    const second = router.resolve('x.app.dev.local');
    expect(second).toMatchObject({ source: 'cache' });
    expect(routeOf(await second)).toBe(routeOf(found));
    expect(router.resolve('x.app.dev.local')).toBe(second);
    expect(store.reads).toHaveLength(1);
  });

  test('takes the first name with a list: host, then wildcards from long to short, then star', async () => {
    const { router, store } = live();
    const order = ['a.b.c', '*.b.c', '*.c', '*'];
    for (const [i, name] of order.entries()) {
      store.lists.set(`frontend:${name}`, [name, `http://b${i}:1`]);
    }
    for (const name of order) {
      expect(routeOf(await router.resolve('a.b.c')).frontend.name).toBe(name);
      store.lists.delete(`frontend:${name}`);
      store.invalidate(`frontend:${name}`);
    }
    expect(await router.resolve('a.b.c')).toEqual({ kind: 'unknown' });
  });

  test('of a host under a known wildcard reads only what the cache does not have', async () => {
    const { router, store } = live();
    store.lists.set('frontend:*.dev.local', ['id', A]);
    await router.resolve('one.dev.local');
    await router.resolve('two.dev.local');
    const keys = (store.reads[1] ?? []).map(([, key]) => key);
    expect(new Set(keys)).toEqual(
      new Set([
        'frontend:two.dev.local',
        'berth:options:two.dev.local',
        'dead:two.dev.local',
        'berth:dead:two.dev.local',
      ]),
    );
  });

  test('remembers a host, and not the head that it was read from', async () => {
    const { router } = live();
    const resolved = async () => {
      for (let i = 0; i < 200; i++) await router.resolve(fromHead(`app-${i}.no-such.dev.local`));
      return router;
    };
    // Their heads have 13 MB.
    expect(await heldBytes(resolved)).toBeLessThan(3_000_000);
  });

  test('that a thousand requests start together is one read', async () => {
    const { router, store } = live();
    store.lists.set('frontend:a', ['id', A]);
    store.hold();
    const all = Array.from({ length: 1000 }, () => router.resolve('a'));
    await store.release();
    const answers = await Promise.all(all);
    expect(new Set(answers).size).toBe(1);
    expect(store.reads).toHaveLength(1);
  });
});

describe('a change', () => {
  test('holds for the next request once it was announced', async () => {
    const { router, store } = live();
    store.lists.set('frontend:a', ['id', A]);
    await router.resolve('a');
    store.lists.set('frontend:a', ['id', B]);
    expect(urlsOf(await router.resolve('a'))).toEqual([A]);
    store.invalidate('frontend:a');
    expect(urlsOf(await router.resolve('a'))).toEqual([B]);
    expect(urlsOf(await router.resolve('a'))).toEqual([B]);
  });

  test('announced while a read is under way: nobody joins that read, and it is not believed', async () => {
    const { router, store } = live();
    store.lists.set('frontend:a', ['id', A]);
    store.hold();
    const before = router.resolve('a');
    store.lists.set('frontend:a', ['id', B]);
    store.invalidate('frontend:a');
    const after = router.resolve('a');
    await store.release();
    expect(urlsOf(await before)).toEqual([A]);
    expect(urlsOf(await after)).toEqual([B]);
    expect(store.reads).toHaveLength(2);
    expect(urlsOf(await router.resolve('a'))).toEqual([B]);
    expect(store.reads).toHaveLength(2);
  });

  test('of one key costs one read of that key', async () => {
    const { router, store } = live();
    store.lists.set('frontend:a.b.c', ['id', A]);
    await router.resolve('a.b.c');
    store.invalidate('frontend:a.b.c');
    await router.resolve('a.b.c');
    expect((store.reads[1] ?? []).map(([, key]) => key)).toEqual([
      'frontend:a.b.c',
      'berth:options:a.b.c',
    ]);
  });

  test('of everything makes every entry be read again', async () => {
    const { router, store } = live();
    store.lists.set('frontend:a', ['id', A]);
    await router.resolve('a');
    store.lists.clear();
    store.invalidateAll();
    expect(await router.resolve('a')).toEqual({ kind: 'unknown' });
  });

  test('that was never announced is seen when the time of the entry is over', async () => {
    const { router, store, pass } = live();
    store.lists.set('frontend:a', ['id', A]);
    await router.resolve('a');
    store.lists.set('frontend:a', ['id', B]);
    pass(limits.cacheTtlSeconds * 1000 - 1);
    expect(urlsOf(await router.resolve('a'))).toEqual([A]);
    pass(1);
    expect(urlsOf(await router.resolve('a'))).toEqual([B]);
  });
});

describe('while the store is away', () => {
  test('known hosts are served as last known, unknown ones are unavailable, and nothing is asked', async () => {
    const { router, store, stats } = live();
    store.lists.set('frontend:a', ['id', A]);
    await router.resolve('a');
    await router.resolve('nobody');
    store.lose();
    const asked = store.reads.length;
    for (let i = 0; i < 1000; i++) {
      expect(urlsOf(router.resolve('a') as never)).toEqual([A]);
      expect(router.resolve(`x${i}`)).toEqual({ kind: 'unavailable' });
    }
    expect(router.resolve('nobody')).toEqual({ kind: 'unknown' });
    expect(store.reads).toHaveLength(asked);
    expect(stats().waitingRequests).toBe(0);
  });

  test('a wildcard is no answer for a host whose own key was never read', async () => {
    const { router, store } = live();
    store.lists.set('frontend:*.local', ['id', A]);
    await router.resolve('a.local');
    store.lose();
    expect(router.resolve('b.local')).toEqual({ kind: 'unavailable' });
  });

  test('an invalidated entry is still the last good one', async () => {
    const { router, store } = live();
    store.lists.set('frontend:a', ['id', A]);
    await router.resolve('a');
    store.invalidate('frontend:a');
    store.lose();
    expect(urlsOf(await router.resolve('a'))).toEqual([A]);
  });

  test('what is under way falls back to the last good entry', async () => {
    const { router, store } = live();
    store.lists.set('frontend:a', ['id', A]);
    await router.resolve('a');
    store.errors.set('frontend:a', 'LOADING Redis is loading the dataset in memory');
    store.invalidate('frontend:a');
    expect(urlsOf(await router.resolve('a'))).toEqual([A]);
    store.errors.set('frontend:b', 'LOADING Redis is loading the dataset in memory');
    expect(await router.resolve('b')).toEqual({ kind: 'unavailable' });
  });

  test('and then back, everything is read again before it is believed', async () => {
    const { router, store } = live();
    store.lists.set('frontend:a', ['id', A]);
    await router.resolve('a');
    store.lose();
    store.lists.set('frontend:a', ['id', B]);
    store.reach('live');
    expect(urlsOf(await router.resolve('a'))).toEqual([B]);
  });

  test('before it was ever reached, hosts are unavailable', () => {
    const { router, routing } = fakeRouting();
    expect(routing.state).toBe('connecting');
    expect(router.resolve('a')).toEqual({ kind: 'unavailable' });
  });
});

test('the number of requests that wait for the store is bounded', async () => {
  const { router, store, stats } = live();
  store.hold();
  const all = Array.from({ length: limits.maxPendingReads + 500 }, (_, i) =>
    router.resolve(`h${i}`),
  );
  expect(stats().waitingRequests).toBe(limits.maxPendingReads);
  const atOnce = all.filter((answer) => !(answer instanceof Promise));
  expect(atOnce).toHaveLength(500);
  expect(atOnce[0]).toEqual({ kind: 'unavailable' });
  await store.release();
  await Promise.all(all);
  expect(stats().waitingRequests).toBe(0);
});

describe('a server that cannot push changes', () => {
  test('is asked on every request, and no request joins the read of another', async () => {
    const { router, store } = fakeRouting();
    store.reach('polling');
    store.lists.set('frontend:a', ['id', A]);
    await router.resolve('a');
    store.lists.set('frontend:a', ['id', B]);
    expect(urlsOf(await router.resolve('a'))).toEqual([B]);
    store.hold();
    const one = router.resolve('a');
    store.lists.set('frontend:a', ['id', A]);
    const two = router.resolve('a');
    await store.release();
    expect([urlsOf(await one), urlsOf(await two)]).toEqual([[B], [A]]);
    expect(store.reads).toHaveLength(4);
  });

  test('is asked again after the configured time when a cache is configured', async () => {
    const { router, store, pass } = fakeRouting({ cache: { size: 10, ttlSeconds: 5 } });
    store.reach('polling');
    store.lists.set('frontend:a', ['id', A]);
    await router.resolve('a');
    store.lists.set('frontend:a', ['id', B]);
    expect(urlsOf(await router.resolve('a'))).toEqual([A]);
    pass(5000);
    expect(urlsOf(await router.resolve('a'))).toEqual([B]);
  });
});

describe('the options of a frontend', () => {
  const sticky = '{"policy":"sticky"}';
  const policyOf = (found: Resolution): string => routeOf(found).options.policy;

  test('are read with it, and are the defaults where there are none', async () => {
    const { router, store } = live();
    store.lists.set('frontend:a', ['id', A]);
    store.lists.set('frontend:b', ['id', A]);
    store.strings.set('berth:options:b', sticky);
    expect(policyOf(await router.resolve('a'))).toBe('random');
    expect(policyOf(await router.resolve('b'))).toBe('sticky');
    expect(store.reads).toHaveLength(2);
  });

  test('of a wildcard hold for its hosts, and those of a host without a list for nothing', async () => {
    const { router, store, lines } = live();
    store.lists.set('frontend:*.local', ['id', A]);
    store.strings.set('berth:options:*.local', sticky);
    store.strings.set('berth:options:a.local', '{"policy":"round-robin"}');
    expect(policyOf(await router.resolve('a.local'))).toBe('sticky');
    expect(lines.filter((line) => line.startsWith('warn'))).toEqual([]);
  });

  test('hold for the next request once their change was announced', async () => {
    const { router, store } = live();
    store.lists.set('frontend:a', ['id', A]);
    await router.resolve('a');
    store.strings.set('berth:options:a', sticky);
    expect(policyOf(await router.resolve('a'))).toBe('random');
    store.invalidate('berth:options:a');
    expect(policyOf(await router.resolve('a'))).toBe('sticky');
    store.strings.delete('berth:options:a');
    store.invalidate('berth:options:a');
    expect(policyOf(await router.resolve('a'))).toBe('random');
  });

  test('are read again after the store was lost', async () => {
    const { router, store } = live();
    store.lists.set('frontend:a', ['id', A]);
    store.strings.set('berth:options:a', sticky);
    await router.resolve('a');
    store.lose();
    store.strings.delete('berth:options:a');
    expect(await router.resolve('a')).toMatchObject({ source: 'stale' });
    expect(policyOf(await router.resolve('a'))).toBe('sticky');
    store.reach('live');
    expect(policyOf(await router.resolve('a'))).toBe('random');
  });

  test('that the store refuses to tell stay as they were last known', async () => {
    const { router, store } = live();
    store.lists.set('frontend:a', ['id', A]);
    store.strings.set('berth:options:a', sticky);
    await router.resolve('a');
    store.errors.set('berth:options:a', 'NOPERM no permission');
    store.invalidate('frontend:a');
    expect(policyOf(await router.resolve('a'))).toBe('sticky');
  });

  test.each([
    ['nonsense', 'its options are not JSON'],
    ['[]', 'its options are not a JSON object'],
    ['{"policy":"fast"}', 'its options cannot be read: policy is not one of'],
  ])(
    'that are %s cost their frontend its options and no more, with one line',
    async (text, why) => {
      const { router, store, lines } = live();
      store.lists.set('frontend:a', ['id', A]);
      store.lists.set('frontend:b', ['id', B]);
      store.strings.set('berth:options:a', text);
      store.strings.set('berth:options:b', sticky);
      for (let i = 0; i < 3; i++) {
        expect(routeOf(await router.resolve('a')).options).toEqual(defaultTrafficOptions);
        expect(policyOf(await router.resolve('b'))).toBe('sticky');
        store.invalidate('frontend:a');
      }
      const said = lines.filter((line) => line.includes('berth:options:a'));
      expect(said).toHaveLength(1);
      expect(said[0]).toContain(why);
      expect(said[0]).toContain('it is served with the defaults');
    },
  );
});

describe('a value that is no frontend', () => {
  test.each([
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'it is not a list'],
  ])('answered with %s', async (error, problem) => {
    const { router, store, lines } = live();
    store.errors.set('frontend:bad', error);
    store.lists.set('frontend:good', ['id', A]);
    store.lists.set('frontend:*', ['id', B]);
    const expected = { kind: 'invalid', name: 'bad', problem };
    expect(await router.resolve('bad')).toEqual(expected);
    expect(await router.resolve('bad')).toEqual(expected);
    expect(urlsOf(await router.resolve('good'))).toEqual([A]);
    expect(lines.filter((line) => line.includes('frontend:bad'))).toEqual([
      `warn frontend:bad: ${problem}`,
    ]);
  });

  test('says of a dead backend why, and for how long', async () => {
    const { router, deaths, store } = live();
    store.lists.set('frontend:a', ['id', A, B, 'http://c:1']);
    store.sets.set('dead:a', new Set(['0']));
    store.lifetimes.set('dead:a', 5000);
    store.hashes.set(
      'berth:dead:a',
      new Map([['0', formatDeadMark({ url: A, reason: 'refused', at: 1 })]]),
    );
    const route = routeOf(await router.resolve('a'));
    const [a, b, c] = route.frontend.backends;
    if (a === undefined || b === undefined || c === undefined) throw new Error('too few');
    deaths.failed(route, b, 'unreachable');
    expect(route.deathOf?.(a)).toEqual({ reason: 'refused', leftMs: 5000 });
    expect(route.deathOf?.(b)).toEqual({ reason: '', leftMs: 30_000 });
    expect(route.deathOf?.(c)).toBeNull();
  });

  test('among the dead marks is no mark, and costs no host', async () => {
    const { router, store, lines } = live();
    store.lists.set('frontend:a', ['id', A, B]);
    store.errors.set('dead:a', 'WRONGTYPE Operation against a key holding the wrong kind of value');
    expect(urlsOf(await router.resolve('a'))).toEqual([A, B]);
    expect(lines.filter((line) => line.includes('dead:a'))).toEqual([
      'warn dead:a: it is not a set',
    ]);
  });

  test('with unusable backends serves the others', async () => {
    const { router, store, lines } = live();
    store.lists.set('frontend:a', ['id', 'nonsense', A]);
    expect(urlsOf(await router.resolve('a'))).toEqual([A]);
    expect(lines.at(-1)).toBe('warn frontend:a: backend #0 is not a URL');
  });
});

test('random hosts by the hundred thousand do not grow the cache beyond its bound', async () => {
  const { router, store, stats } = fakeRouting({ cache: { size: 50, ttlSeconds: 60 } });
  store.reach('live');
  store.lists.set('frontend:*', ['id', A]);
  for (let i = 0; i < 5000; i++) await router.resolve(`h${i}.x.y.z`);
  expect(stats().cachedKeys).toBeLessThanOrEqual(2 * 50 * limits.maxKeysPerHost);
  expect(urlsOf(await router.resolve('h0.x.y.z'))).toEqual([A]);
});

test('each change of the state is said once and told to listeners', async () => {
  const { store, lines, routing } = fakeRouting();
  const states: string[] = [];
  routing.onState((state) => states.push(state));
  const isReady = routing.ready(60_000);
  store.reach('live');
  store.reach('live');
  expect(await isReady).toBe(true);
  store.lose();
  store.lose();
  store.reach('polling');
  await settled();
  expect(states).toEqual(['live', 'stale', 'polling']);
  expect(lines).toEqual([
    'info store: connected, changes are pushed',
    'warn store: lost (as the test wants it); hosts that are known are still served',
    'warn store: as the test wants it; it is asked each time',
  ]);
});

test('readiness is given up after its time, and when it is closed', async () => {
  const { routing } = fakeRouting();
  expect(await routing.ready(1)).toBe(false);
  const waiting = routing.ready();
  await routing.close();
  expect(await waiting).toBe(false);
});
