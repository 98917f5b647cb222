import { describe, expect, test } from 'vitest';
import { deadOf, fakeRouting, routeOf, urlsOf } from '../../../test/support/fakeRouting.ts';
import { type FakeStore, settled } from '../../../test/support/fakeStore.ts';
import { limits } from '../../shared/limits.ts';
import type { RoutingOptions } from './index.ts';

const A = 'http://a:1';
const B = 'http://b:1';

function live(changes: Partial<RoutingOptions> = {}) {
  const routing = fakeRouting({ sharedSuffixes: ['localhost', 'dev.local'], ...changes });
  routing.store.reach('live');
  return routing;
}

/** Frontends that were asked for, in their order. */
const askedOf = (store: FakeStore): readonly string[] =>
  store.reads
    .flat()
    .flatMap(([command, key]) =>
      command === 'lrange' ? [String(key).replace('frontend:', '')] : [],
    );

describe('the store is asked', () => {
  test('where no suffix shares its frontends: for the seven names of Hipache, and no more', async () => {
    const { router, store } = live({ sharedSuffixes: [] });
    await router.resolve('a.b.c.app.dev.local');
    expect(askedOf(store)).toEqual([
      ...['a.b.c.app.dev.local', '*.b.c.app.dev.local', '*.c.app.dev.local', '*.app.dev.local'],
      ...['*.dev.local', '*.local', '*'],
    ]);
    const keys = store.reads.flat().map(([, key]) => String(key));
    expect(keys.some((key) => key.includes('localhost'))).toBe(false);
  });

  test('for the names under each suffix in one round trip, and not again', async () => {
    const { router, store } = live();
    store.lists.set('frontend:app.localhost', ['id', A]);
    expect(urlsOf(await router.resolve('app.dev.local'))).toEqual([A]);
    expect(store.reads).toHaveLength(1);
    expect(askedOf(store)).toEqual([
      ...['app.dev.local', 'app.localhost', '*.dev.local', '*.localhost', '*.local', '*'],
    ]);
    const again = router.resolve('app.dev.local');
    expect(again).toMatchObject({ source: 'cache' });
    expect(router.resolve('app.dev.local')).toBe(again);
    // What is known of it under one suffix is known under the other.
    await router.resolve('app.localhost');
    expect(askedOf(store)).toHaveLength(6);
    expect(store.reads).toHaveLength(1);
  });

  test('for as many names as the limit says at most, whatever host is asked for', async () => {
    const sharedSuffixes = Array.from({ length: limits.maxSuffixes }, (_, at) => `s${at}`);
    const { router, store } = live({ sharedSuffixes });
    await router.resolve('a.b.c.d.e.f.g.s3');
    expect(askedOf(store).length).toBeLessThanOrEqual(limits.maxLookupNames);
    await router.resolve('a.b.c.d.e.s3');
    expect(new Set(askedOf(store)).size).toBe(askedOf(store).length);
  });

  test('of a further host for its own names alone, one for each suffix', async () => {
    const { router, store } = live();
    await router.resolve('one.dev.local');
    const before = askedOf(store).length;
    await router.resolve('two.dev.local');
    expect(askedOf(store).slice(before)).toEqual(['two.dev.local', 'two.localhost']);
  });
});

describe('what changes under one suffix', () => {
  test('holds under each for the next request', async () => {
    const { router, store } = live();
    store.lists.set('frontend:app.localhost', ['id', A]);
    for (const host of ['app.localhost', 'app.dev.local']) await router.resolve(host);
    store.lists.set('frontend:app.localhost', ['id', B]);
    store.invalidate('frontend:app.localhost');
    for (const host of ['app.dev.local', 'app.localhost']) {
      expect(urlsOf(await router.resolve(host))).toEqual([B]);
    }
    store.strings.set('berth:options:app.localhost', '{"paused":true}');
    store.invalidate('berth:options:app.localhost');
    for (const host of ['app.dev.local', 'app.localhost']) {
      expect(routeOf(await router.resolve(host)).options.paused).toBe(true);
    }
    store.lists.delete('frontend:app.localhost');
    store.invalidate('frontend:app.localhost');
    for (const host of ['app.dev.local', 'app.localhost']) {
      expect(await router.resolve(host)).toEqual({ kind: 'unknown' });
    }
  });

  test('gives way to a frontend of the own name as soon as there is one, and takes over again', async () => {
    const { router, store } = live();
    const nameOf = async () => routeOf(await router.resolve('app.dev.local')).frontend.name;
    const order = ['*', '*.local', '*.localhost', '*.dev.local', 'app.localhost', 'app.dev.local'];
    for (const name of order) {
      store.lists.set(`frontend:${name}`, ['id', A]);
      store.invalidate(`frontend:${name}`);
      expect(await nameOf()).toBe(name);
    }
    for (const name of order.toReversed()) {
      expect(await nameOf()).toBe(name);
      store.lists.delete(`frontend:${name}`);
      store.invalidate(`frontend:${name}`);
    }
    expect(await router.resolve('app.dev.local')).toEqual({ kind: 'unknown' });
  });

  test('is known to a new worker, while the store is away, under each suffix that was asked for', async () => {
    const { router, store } = live();
    store.lists.set('frontend:app.localhost', ['id', A]);
    await router.resolve('app.dev.local');
    store.lose();
    expect(urlsOf(await router.resolve('app.dev.local'))).toEqual([A]);
    // Of this one all is known, too: it is the same frontend.
    expect(urlsOf(await router.resolve('app.localhost'))).toEqual([A]);
  });
});

test('a list that cannot be read is told by its own name', async () => {
  const { router, store } = live();
  store.errors.set('frontend:app.localhost', 'WRONGTYPE not a list');
  expect(await router.resolve('app.dev.local')).toMatchObject({
    kind: 'invalid',
    name: 'app.localhost',
  });
});

describe('dead marks', () => {
  test('are written under the frontend that matched, and hold under each suffix', async () => {
    const { router, deaths, store } = live();
    store.lists.set('frontend:app.localhost', ['id', A, B]);
    const route = routeOf(await router.resolve('app.dev.local'));
    const [first] = route.frontend.backends;
    if (first === undefined) throw new Error('no backend');
    deaths.failed(route, first, 'refused');
    await settled();
    const keys = store.writes.flat(2).flatMap(([name, key]) => (name === 'sadd' ? [key] : []));
    expect(keys).toEqual(['dead:app.localhost']);
    for (const host of ['app.dev.local', 'app.localhost']) {
      expect(deadOf(routeOf(await router.resolve(host)))).toEqual([0]);
    }
  });

  test('that a Hipache made under the host of another frontend are not about this one', async () => {
    const { router, store } = live();
    // To a Hipache, app.dev.local is served by the wildcard, and its second backend is dead.
    store.lists.set('frontend:*.dev.local', ['wild', A, B]);
    store.sets.set('dead:app.dev.local', new Set(['1']));
    store.lists.set('frontend:app.localhost', ['id', A, B]);
    expect(deadOf(routeOf(await router.resolve('app.dev.local')))).toEqual([]);
    store.lists.delete('frontend:app.localhost');
    store.invalidate('frontend:app.localhost');
    expect(deadOf(routeOf(await router.resolve('app.dev.local')))).toEqual([1]);
  });

  test('that a Hipache made of a wildcard under the same host of its suffix are', async () => {
    const { router, store } = live();
    store.lists.set('frontend:*.localhost', ['wild', A, B]);
    store.sets.set('dead:app.localhost', new Set(['0']));
    const found = routeOf(await router.resolve('app.dev.local'));
    expect(deadOf(found)).toEqual([0]);
    expect(store.reads).toHaveLength(1);
    store.sets.delete('dead:app.localhost');
    store.invalidate('dead:app.localhost');
    expect(deadOf(routeOf(await router.resolve('app.dev.local')))).toEqual([]);
  });

  test('of a wildcard are read also where its host was known to have no frontend', async () => {
    const { router, store } = live();
    await router.resolve('app.localhost');
    store.lists.set('frontend:*.localhost', ['wild', A, B]);
    store.invalidate('frontend:*.localhost');
    store.sets.set('dead:app.localhost', new Set(['0']));
    store.invalidate('dead:app.localhost');
    expect(deadOf(routeOf(await router.resolve('app.dev.local')))).toEqual([0]);
  });
});
