import { expect, test } from 'vitest';
import { LastGood } from '../../src/core/instance/lastGood.ts';
import { limits } from '../../src/shared/limits.ts';
import { eventually } from '../support/eventually.ts';
import { type FakeRouting, fakeRouting, routeOf, urlsOf } from '../support/fakeRouting.ts';
import { settled } from '../support/fakeStore.ts';

const A = 'http://a:1';
const B = 'http://b:1';

/** Workers that tell and ask one table, as over the channel: never in the same turn. */
function instance(count: number) {
  const table = new LastGood({ kind: 'socket', prefix: '', path: '/store' });
  const asked: (readonly string[])[] = [];
  const start = (): FakeRouting => {
    const worker: FakeRouting = fakeRouting({
      instance: {
        tell: (news, done) => {
          const names = table.learn(news);
          setImmediate(() => worker.routing.reread(names));
          setImmediate(done);
        },
        ask: (serial, names) => {
          asked.push(names);
          const findings = table.recall(names);
          setImmediate(() => worker.routing.told(serial, findings));
        },
      },
    });
    return worker;
  };
  return { table, asked, start, workers: Array.from({ length: count }, start) };
}

test('a host that one worker read is known to all while the store is away, also to a new one', async () => {
  const { workers, start, asked } = instance(2);
  const [one, two] = workers;
  if (one === undefined || two === undefined) throw new Error('no workers');
  for (const { store } of workers) {
    store.reach('live');
    store.lists.set('frontend:*.local', ['id', A]);
  }
  await one.router.resolve('a.local');
  expect(await one.router.resolve('nobody')).toEqual({ kind: 'unknown' });
  for (const { store } of workers) store.lose();

  for (const worker of [two, start()]) {
    const all = Array.from({ length: 100 }, () => worker.router.resolve('a.local'));
    for (const found of await Promise.all(all)) expect(urlsOf(found)).toEqual([A]);
    expect(worker.router.resolve('a.local')).not.toBeInstanceOf(Promise);
    expect(await worker.router.resolve('nobody')).toEqual({ kind: 'unknown' });
    expect(worker.stats().waitingRequests).toBe(0);
  }
  expect(asked).toHaveLength(4);
  expect(one.router.resolve('a.local')).not.toBeInstanceOf(Promise);
});

test('with a host, all know what it has beside its list', async () => {
  const { workers } = instance(2);
  const [one, two] = workers;
  if (one === undefined || two === undefined) throw new Error('no workers');
  one.store.reach('live');
  one.store.lists.set('frontend:a', ['id', A]);
  one.store.strings.set('berth:options:a', '{"policy":"sticky"}');
  await one.router.resolve('a');
  for (const { store } of workers) store.lose();
  expect(routeOf(await two.router.resolve('a')).options.policy).toBe('sticky');
});

test('a host that nobody knows is asked about once in a while, and unavailable', async () => {
  const { workers, asked } = instance(1);
  const [one] = workers;
  one?.store.lose();
  expect(await one?.router.resolve('a')).toEqual({ kind: 'unavailable' });
  for (let i = 0; i < 100; i++) expect(one?.router.resolve('a')).toEqual({ kind: 'unavailable' });
  expect(asked).toHaveLength(1);
});

test('what others read is not believed any more when the store is back', async () => {
  const { workers } = instance(2);
  const [one, two] = workers;
  one?.store.reach('live');
  one?.store.lists.set('frontend:a', ['id', A]);
  await one?.router.resolve('a');
  one?.store.lose();
  two?.store.lose();
  expect(urlsOf((await two?.router.resolve('a')) ?? { kind: 'unknown' })).toEqual([A]);
  two?.store.lists.set('frontend:a', ['id', B]);
  two?.store.reach('live');
  expect(urlsOf((await two?.router.resolve('a')) ?? { kind: 'unknown' })).toEqual([B]);
});

test('a worker that knows only that a host has changed believes one that has read it since', async () => {
  const { workers } = instance(2);
  const [one, two] = workers;
  if (one === undefined || two === undefined) throw new Error('no workers');
  for (const { store, router } of workers) {
    store.reach('live');
    store.lists.set('frontend:a', ['id', A]);
    await router.resolve('a');
  }
  for (const { store, pass } of workers) {
    pass(1);
    store.lists.delete('frontend:a');
    store.invalidate('frontend:a');
  }
  expect(await one.router.resolve('a')).toEqual({ kind: 'unknown' });
  for (const { store } of workers) store.lose();
  expect(await two.router.resolve('a')).toEqual({ kind: 'unknown' });
});

test('what has changed is read again without a request, if it was known', async () => {
  const { workers, table } = instance(1);
  const [one] = workers;
  if (one === undefined) throw new Error('no worker');
  const { store, router, pass } = one;
  store.reach('live');
  store.lists.set('frontend:a', ['id', A]);
  await router.resolve('a');
  pass(1);
  store.lists.set('frontend:a', ['id', B]);
  store.invalidate('frontend:a', 'frontend:never asked for');
  await eventually('it was read', () => store.reads.length === 2);
  expect(store.reads[1]).toEqual([
    ['lrange', 'frontend:a', 0, limits.maxBackendsPerFrontend + 1],
    ['getrange', 'berth:options:a', 0, limits.maxOptionsChars],
  ]);
  await settled();
  store.lose();
  expect(urlsOf(await router.resolve('a'))).toEqual([B]);
  expect(table.recall(['a'])[0]?.list).toEqual(['id', B]);
});

test('what changed is read by those who did not know it, when one that is gone did', async () => {
  const { workers, start, table } = instance(1);
  const [one] = workers;
  if (one === undefined) throw new Error('no worker');
  one.store.reach('live');
  one.store.lists.set('frontend:a', ['id', A]);
  await one.router.resolve('a');
  await one.routing.close();
  const two = start();
  two.pass(1);
  two.store.reach('live');
  two.store.invalidate('frontend:a', 'frontend:never asked for');
  await eventually('it is known to be gone', () => table.recall(['a'])[0]?.list?.length === 0);
  expect(two.store.reads.flat().map(([, key]) => key)).toEqual(['frontend:a', 'berth:options:a']);
});

test('a slow worker that hears of a change does not make forget what a faster one has read since', async () => {
  const { workers, start } = instance(2);
  const [fast, slow] = workers;
  if (fast === undefined || slow === undefined) throw new Error('no workers');
  for (const { store } of workers) store.reach('live');
  fast.store.lists.set('frontend:a', ['id', A]);
  fast.store.invalidate('frontend:a');
  await fast.router.resolve('a');
  slow.pass(1);
  slow.store.invalidate('frontend:a');
  for (const { store } of workers) store.lose();
  for (const worker of [slow, start()]) {
    const found = await worker.router.resolve('a');
    expect(urlsOf(found)).toEqual([A]);
  }
});

test('a read that fails is answered from what others know', async () => {
  const { workers } = instance(2);
  const [one, two] = workers;
  for (const worker of workers) worker.store.reach('live');
  one?.store.lists.set('frontend:a', ['id', A]);
  await one?.router.resolve('a');
  one?.store.lose();
  two?.store.errors.set('frontend:a', 'LOADING Redis is loading the dataset in memory');
  expect(urlsOf((await two?.router.resolve('a')) ?? { kind: 'unknown' })).toEqual([A]);
});
