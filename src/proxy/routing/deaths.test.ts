import { describe, expect, test } from 'vitest';
import { deadOf, fakeRouting, routeOf } from '../../../test/support/fakeRouting.ts';
import { type FakeStore, settled } from '../../../test/support/fakeStore.ts';
import { limits } from '../../shared/limits.ts';
import { formatPing } from '../../shared/model/checkerPing.ts';
import { judgeStatus } from './deaths.ts';
import type { RoutingOptions } from './index.ts';

const A = 'http://a:1';
const B = 'http://b:1';

async function twoBackends(changes: Partial<RoutingOptions> = {}, urls = [A, B]) {
  const fake = fakeRouting(changes);
  fake.store.reach('live');
  fake.store.lists.set('frontend:*.local', ['id', ...urls]);
  const route = routeOf(await fake.router.resolve('a.local'));
  const [first, second] = route.frontend.backends;
  if (first === undefined) throw new Error('no backend');
  return { ...fake, route, first, second };
}

const commandsOf = (store: FakeStore) => store.writes.flat(2);
const marksOf = (store: FakeStore): number =>
  commandsOf(store).filter(([name]) => name === 'sadd').length;
const publishedOf = (store: FakeStore) =>
  commandsOf(store).flatMap(([name, , message]) => (name === 'publish' ? [message] : []));

const nowSeconds = 1_700_000_001;

describe('a status', () => {
  test.each([
    [200, false, true, 'alive'],
    [404, false, true, 'alive'],
    [499, false, true, 'alive'],
    [500, false, true, 'dead-if-checked'],
    [500, false, false, 'alive'],
    [501, false, false, 'dead'],
    [502, false, true, 'dead'],
    [503, false, true, 'dead'],
    [503, true, true, 'alive'],
    [504, true, true, 'dead'],
    [599, false, false, 'dead'],
  ])(
    '%i, with Retry-After %s and deadBackendOn500 %s: %s',
    (status, retryAfter, on500, verdict) => {
      expect(judgeStatus(status, retryAfter, on500)).toBe(verdict);
    },
  );
});

describe('a failed backend', () => {
  test('is dead for this worker at once, before anything was written', async () => {
    const { deaths, route, first, store } = await twoBackends();
    store.hold();
    deaths.failed(route, first, 'refused');
    expect(deadOf(route)).toEqual([0]);
    await store.release();
  });

  test('is marked under the matched key, with its reason and lifetime, and published', async () => {
    const { deaths, route, first, store } = await twoBackends();
    deaths.failed(route, first, 'connect-timeout');
    await settled();
    expect(store.writes).toEqual([
      [
        [
          ['sadd', 'dead:*.local', 0],
          ['expire', 'dead:*.local', 30],
        ],
        [
          [
            'hset',
            'berth:dead:*.local',
            0,
            JSON.stringify({ url: A, reason: 'connect-timeout', at: 1_700_000_001_000 }),
          ],
          ['expire', 'berth:dead:*.local', 30],
        ],
        [['publish', 'dead', `*.local;${A};0;2`]],
      ],
    ]);
  });

  test('is marked anew when it fails again right after its mark was taken away', async () => {
    const { deaths, route, first, store, router } = await twoBackends();
    deaths.failed(route, first, 'refused');
    await settled();
    store.invalidate('dead:*.local');
    const revived = routeOf(await router.resolve('a.local'));
    expect(deadOf(revived)).toEqual([]);
    deaths.failed(revived, first, 'refused');
    expect(deadOf(revived)).toEqual([0]);
    await settled();
    expect(marksOf(store)).toBe(2);
  });

  test('is never marked when it is alone', async () => {
    const { deaths, route, first, store } = await twoBackends({}, [A]);
    deaths.failed(route, first, 'refused');
    deaths.answered(route, first, 502, false);
    await settled();
    expect(deadOf(route)).toEqual([]);
    expect(store.writes).toEqual([]);
  });

  test('is never marked when all others are unusable: it is alone then', async () => {
    const { deaths, route, first, store } = await twoBackends({}, [A, 'nonsense']);
    deaths.failed(route, first, 'refused');
    await settled();
    expect(store.writes).toEqual([]);
  });

  test('is never marked when all others are drained: it is alone then', async () => {
    const { store, router, deaths } = await twoBackends();
    store.strings.set('berth:options:*.local', JSON.stringify({ drained: [B] }));
    store.invalidate('berth:options:*.local');
    const route = routeOf(await router.resolve('a.local'));
    const [first] = route.frontend.backends;
    if (first === undefined) throw new Error('no backend');
    deaths.failed(route, first, 'refused');
    deaths.answered(route, first, 500, false);
    await settled();
    expect(store.writes).toEqual([]);
  });

  // The contract wants each death on the channel: a checker counts them. Only the mark, which stays the same, is spared.
  test('that fails again within a second is published each time, and marked once', async () => {
    const { deaths, route, first, store, pass } = await twoBackends();
    const die = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        deaths.failed(route, first, 'refused');
        await settled();
      }
    };
    await die(100);
    expect(marksOf(store)).toBe(1);
    expect(publishedOf(store)).toEqual(Array.from({ length: 100 }, () => `*.local;${A};0;2`));
    pass(limits.deadRepeatMs);
    await die(1);
    expect(marksOf(store)).toBe(2);
    expect(publishedOf(store)).toHaveLength(101);
  });

  test('that fails more often than the store takes is published as often as it does, and the rest counted', async () => {
    const { deaths, route, first, store, stats, lines } = await twoBackends();
    store.hold();
    for (let i = 0; i < 1000; i++) deaths.failed(route, first, 'refused');
    await settled();
    const published = 1 + limits.maxPendingDeaths;
    expect(stats().unpublishedDeaths).toBe(1000 - published);
    expect(lines.filter((line) => line.includes('channel dead'))).toHaveLength(1);
    await store.release();
    expect(publishedOf(store)).toHaveLength(published);
    deaths.failed(route, first, 'refused');
    await settled();
    expect(publishedOf(store)).toHaveLength(published + 1);
    expect(stats().unpublishedDeaths).toBe(1000 - published);
  });

  test('stays dead while the store is away, until its time is over', async () => {
    const { deaths, route, first, store, router, pass } = await twoBackends();
    store.lose();
    deaths.failed(route, first, 'refused');
    await settled();
    expect(deadOf(routeOf(await router.resolve('a.local')))).toEqual([0]);
    pass(30_000);
    expect(deadOf(routeOf(await router.resolve('a.local')))).toEqual([]);
  });

  test('lives again when somebody removes the mark that was written', async () => {
    const { deaths, route, first, store, router } = await twoBackends();
    deaths.failed(route, first, 'refused');
    await settled();
    store.invalidate('dead:*.local');
    expect(deadOf(routeOf(await router.resolve('a.local')))).toEqual([]);
  });

  test('is not revived by a read that began before its mark was written', async () => {
    const { deaths, route, first, store, router } = await twoBackends();
    store.hold();
    store.invalidate('dead:*.local');
    const early = router.resolve('a.local');
    deaths.failed(route, first, 'refused');
    await store.release();
    await settled();
    expect(deadOf(routeOf(await early))).toEqual([0]);
  });

  test('does not take its mark to another URL at the same place', async () => {
    const { deaths, route, first, store, router } = await twoBackends();
    deaths.failed(route, first, 'refused');
    await settled();
    store.lists.set('frontend:*.local', ['id', 'http://new:1', B]);
    store.invalidate('frontend:*.local');
    expect(deadOf(routeOf(await router.resolve('a.local')))).toEqual([]);
  });
});

describe('marks of others', () => {
  test('count under the matched key and under the requested host', async () => {
    const { store, router } = await twoBackends();
    store.sets.set('dead:*.local', new Set(['1']));
    store.invalidate('dead:*.local');
    expect(deadOf(routeOf(await router.resolve('a.local')))).toEqual([1]);
    store.sets.set('dead:a.local', new Set(['0']));
    store.invalidate('dead:a.local');
    expect(deadOf(routeOf(await router.resolve('a.local')))).toEqual([0, 1]);
    expect(deadOf(routeOf(await router.resolve('b.local')))).toEqual([1]);
  });

  test('end by themselves, also while the store is away', async () => {
    const { store, router, pass } = await twoBackends();
    store.sets.set('dead:*.local', new Set(['1']));
    store.lifetimes.set('dead:*.local', 5000);
    store.invalidate('dead:*.local');
    const route = routeOf(await router.resolve('a.local'));
    store.lose();
    pass(4999);
    expect(deadOf(route)).toEqual([1]);
    pass(1);
    expect(deadOf(route)).toEqual([]);
    expect(deadOf(routeOf(await router.resolve('a.local')))).toEqual([]);
  });
});

describe('with an active checker', () => {
  const ping = String(nowSeconds - 5);

  test('a death is only published', async () => {
    const { deaths, route, first, store } = await twoBackends();
    store.strings.set('hchecker_ping', ping);
    deaths.failed(route, first, 'refused');
    await settled();
    expect(store.writes).toEqual([[[['publish', 'dead', `*.local;${A};0;2`]]]]);
    expect(deadOf(route)).toEqual([]);
  });

  test('of a Berth, what has no check goes on being marked, and what has one does not', async () => {
    for (const isChecked of [true, false]) {
      const { deaths, route, first, store } = await twoBackends();
      store.strings.set('hchecker_ping', formatPing(nowSeconds * 1000));
      deaths.failed({ ...route, options: { ...route.options, isChecked } }, first, 'refused');
      await settled();
      expect(marksOf(store)).toBe(isChecked ? 0 : 1);
      expect(publishedOf(store)).toEqual([`*.local;${A};0;2`]);
    }
  });

  test('a 500 is a death when deadBackendOn500 is set, and only then', async () => {
    for (const deadBackendOn500 of [true, false]) {
      const { deaths, route, first, store } = await twoBackends({ deadBackendOn500 });
      store.strings.set('hchecker_ping', ping);
      deaths.answered(route, first, 500, false);
      await settled();
      expect(store.writes).toHaveLength(deadBackendOn500 ? 1 : 0);
    }
  });

  test('the key is read without the prefix of the driver', async () => {
    const { deaths, route, first, store } = await twoBackends();
    deaths.failed(route, first, 'refused');
    await settled();
    expect(store.reads.at(-1)).toEqual([['get', 'hchecker_ping']]);
  });

  test('that was last heard 30 s ago, marks are written again and a 500 is no death', async () => {
    const { deaths, route, first, second, store } = await twoBackends();
    if (second === undefined) throw new Error('no second backend');
    store.strings.set('hchecker_ping', String(nowSeconds - 30));
    deaths.answered(route, first, 500, false);
    await settled();
    expect(store.writes).toEqual([]);
    deaths.failed(route, second, 'refused');
    await settled();
    expect(store.writes).toHaveLength(1);
  });
});

test('while the store hangs, the number of writes under way is bounded and marks still hold', async () => {
  const urls = Array.from({ length: 500 }, (_, i) => `http://b${i}:1`);
  const { deaths, route, store, stats } = await twoBackends({}, urls);
  store.hold();
  for (const backend of route.frontend.backends) deaths.failed(route, backend, 'timeout');
  await settled();
  expect(stats().pendingMarks).toBe(limits.maxPendingMarks);
  expect(deadOf(route)).toHaveLength(500);
  await store.release();
  await settled();
  expect(stats().pendingMarks).toBe(0);
  expect(marksOf(store)).toBe(limits.maxPendingMarks);
  expect(publishedOf(store).length).toBeLessThanOrEqual(
    limits.maxPendingMarks + limits.maxPendingDeaths,
  );
});

test('a store that refuses marks is named in one line', async () => {
  const { deaths, route, first, store, pass, lines } = await twoBackends();
  store.lose();
  for (let i = 0; i < 20; i++) {
    deaths.failed(route, first, 'refused');
    await settled();
    pass(limits.deadRepeatMs);
  }
  expect(lines.filter((line) => line.includes('dead marks'))).toEqual([
    'warn dead marks: cannot be shared with other instances: lost',
  ]);
});
