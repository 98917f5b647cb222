import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import {
  type HealthInstance,
  type StoreWitness,
  startHealth,
  witnessStore,
} from '../support/healthHarness.ts';
import { aRecord } from '../support/record.ts';
import { type RecordingBackend, startBackend } from '../support/recordingBackend.ts';
import { freePort } from '../support/redisServer.ts';
import { describeOnStores, type RoutableStore } from '../support/routableStore.ts';

const check = { intervalMs: 300, timeoutMs: 500 };

describeOnStores('active checks', (startStore) => {
  let store: RoutableStore;
  let witness: StoreWitness;
  let instance: HealthInstance;
  let backends: RecordingBackend[];

  beforeEach(async () => {
    store = await startStore();
    witness = await witnessStore(store.port);
    backends = [await startBackend({}, { port: await freePort() }), await startBackend()];
    instance = await startHealth(store.spec);
  });

  afterEach(async () => {
    await instance.close();
    witness.close();
    await Promise.all(backends.map((backend) => backend.close()));
    await store.stop();
  });

  const urls = (): string[] => backends.map(({ url }) => url);

  test('a backend that is gone is down within two intervals, with the reason, and up again by itself', async () => {
    const intervalMs = 1000;
    await witness.add('app.test', urls(), { ...check, intervalMs });
    await instance.is('app.test', 'up');
    await instance.is('app.test', 'up', 1);

    const [gone] = backends;
    await gone?.close();
    const begun = performance.now();
    const down = await instance.is('app.test', 'down');
    const took = performance.now() - begun;
    expect(down).toMatchObject({ reason: 'refused', streak: 2, threshold: 2 });
    expect(down.lastCheck).toMatchObject({ ok: false, outcome: 'refused' });
    // What the timers of a busy machine may be late is not the product's.
    expect(took).toBeLessThan(2 * intervalMs + 1000);

    // What routing obeys.
    await eventually('the mark', async () => (await witness.dead('app.test')).length > 0);
    expect(await witness.dead('app.test')).toEqual(['0']);
    const mark: unknown = JSON.parse((await witness.client.hget('berth:dead:app.test', '0')) ?? '');
    expect(mark).toMatchObject({ url: gone?.url, reason: 'check: refused' });
    expect(await witness.client.ttl('dead:app.test')).toBeGreaterThan(20);
    await eventually('the message', () => witness.published.length > 0);
    expect(witness.published).toEqual([`app.test;${gone?.url};0;2`]);
    expect(instance.backend('app.test', 1)?.state).toBe('up');

    backends[0] = await startBackend({}, { port: gone?.port ?? 0 });
    const up = await instance.is('app.test', 'up');
    expect(up.reason).toBe('HEAD / answered 200');
    await eventually('no mark', async () => (await witness.dead('app.test')).length === 0);
    expect(await witness.client.exists('dead:app.test', 'berth:dead:app.test')).toBe(0);
  });

  test('a backend that is alone shows down and is never marked', async () => {
    await backends[0]?.close();
    await witness.add('app.test', urls().slice(0, 1), check);
    const down = await instance.is('app.test', 'down');
    expect(down).toMatchObject({ reason: 'refused', markedForMs: null });
    await eventually('more checks', () => (instance.backend('app.test')?.streak ?? 0) > 4);
    expect(await witness.dead('app.test')).toEqual([]);
    expect(witness.published).toEqual([]);
  });

  test('a mark is renewed while its backend stays down', async () => {
    const impatient = await startHealth(store.spec, { deadBackendTtlSeconds: 2 });
    await instance.close();
    instance = impatient;
    await backends[0]?.close();
    await witness.add('app.test', urls(), { ...check, intervalMs: 10_000, fall: 1 });
    await instance.is('app.test', 'down');
    await eventually('the mark', async () => (await witness.dead('app.test')).length > 0);
    const until = performance.now() + 5000;
    while (performance.now() < until) {
      expect(await witness.dead('app.test')).toEqual(['0']);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // A death is published once, however often its mark is written.
    expect(witness.published).toHaveLength(1);
  });

  test('a mark follows its backend when the list changes', async () => {
    await backends[0]?.close();
    await witness.add('app.test', urls(), check);
    await eventually('the mark', async () => (await witness.dead('app.test')).includes('0'));
    await witness.add('app.test', [...urls()].reverse(), check);
    await eventually('the mark at its new place', async () => {
      const [first] = await witness.dead('app.test');
      return first === '1' && (await witness.dead('app.test')).length === 1;
    });
    const mark = await witness.client.hgetall('berth:dead:app.test');
    expect(Object.keys(mark)).toEqual(['1']);
    expect(JSON.parse(mark['1'] ?? '')).toMatchObject({ url: backends[0]?.url });
  });

  test('a mark that somebody takes away is believed until the backend fails anew', async () => {
    await backends[0]?.close();
    await witness.add('app.test', urls(), { ...check, fall: 3 });
    await instance.is('app.test', 'down');
    await eventually('the mark', async () => (await witness.dead('app.test')).length > 0);
    await eventually(
      'the mark in the table',
      () => (instance.backend('app.test')?.markedForMs ?? 0) > 0,
    );
    await witness.client.srem('dead:app.test', 0);
    await instance.is('app.test', 'unknown');
    await instance.is('app.test', 'down');
    await eventually('the mark again', async () => (await witness.dead('app.test')).length > 0);
  });

  test('a mark that a request left goes when a check succeeds', async () => {
    await witness.add('app.test', urls(), check);
    await instance.is('app.test', 'up');
    const mark = { url: backends[0]?.url, reason: 'timeout', at: Date.now() };
    await witness.client
      .multi()
      .sadd('dead:app.test', 0)
      .expire('dead:app.test', 30)
      .hset('berth:dead:app.test', 0, JSON.stringify(mark))
      .exec();
    await eventually('no mark', async () => (await witness.dead('app.test')).length === 0);
    await instance.is('app.test', 'up');
  });

  test('requests that fail bring the next check forward', async () => {
    await witness.add('app.test', urls(), { intervalMs: 3_600_000, timeoutMs: 500 });
    await instance.is('app.test', 'up');
    await backends[0]?.close();
    const attempts = [
      { index: 0, url: urls()[0] ?? '', ms: 1, outcome: 'BERTH_BACKEND_REFUSED' as const },
    ];
    await eventually('down', () => {
      instance.health.observe([aRecord({ frontend: 'app.test', attempts })]);
      return instance.backend('app.test')?.state === 'down';
    });
    expect(instance.backend('app.test')?.reason).toBe('refused');
    await eventually('the mark', async () => (await witness.dead('app.test')).length > 0);
  });

  test('the backend sees what is configured, and two frontends check it each for itself', async () => {
    const [backend] = backends;
    const more = { method: 'GET', path: '/health', host: 'ping', expect: '2xx' };
    await witness.add('one.test', urls().slice(0, 1), { ...check, ...more });
    await witness.add('two.test', urls().slice(0, 1), { ...check, type: 'tcp' });
    await instance.is('one.test', 'up');
    expect((await instance.is('two.test', 'up')).reason).toBe('accepted the connection');
    const [request] = backend?.requests ?? [];
    expect(request).toMatchObject({ method: 'GET', target: '/health' });
    expect(request?.connection.received).toMatch(/\r\nHost: ping\r\n/);
    expect(request?.connection.received).toMatch(/\r\nUser-Agent: berth\/\S+ \(health check\)\r\n/);
    for (const { requests } of backend?.connections ?? []) {
      expect(requests.length).toBeLessThanOrEqual(1);
    }
  });

  test('a backend that hangs delays no other', async () => {
    const silent = await startBackend({ request: () => undefined });
    backends.push(silent);
    const slow = { intervalMs: 100, timeoutMs: 3000 };
    for (let i = 0; i < 80; i++) await witness.add(`h${i}.test`, [silent.url], slow);
    await eventually('all of them hang', () => silent.open >= 60);
    await witness.add('app.test', urls().slice(0, 1), { intervalMs: 100 });
    await instance.is('app.test', 'up');
    // Once it is known who hangs, the others have their interval.
    await eventually(
      'those that hang are known',
      () => instance.backend('h0.test')?.lastCheck?.ok === false,
    );
    const before = backends[0]?.requests.length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect((backends[0]?.requests.length ?? 0) - before).toBeGreaterThan(20);
  });

  test('what is checked no longer is asked no more', async () => {
    await witness.add('app.test', urls(), check);
    await instance.is('app.test', 'up');
    await witness.client.del('berth:options:app.test');
    await eventually('nothing to check', () => instance.health.host('app.test')?.check === null);
    await eventually('no connection', () => backends.every(({ open }) => open === 0));
    const asked = backends[0]?.requests.length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 3 * check.intervalMs));
    expect(backends[0]?.requests.length ?? 0).toBe(asked);
  });

  describe('the rest of the system', () => {
    test('hears that there is a checker, as long as there is something to check', async () => {
      await witness.add('app.test', urls(), check);
      await eventually('a ping', async () => (await witness.client.get('hchecker_ping')) !== null);
      const ping = Number(await witness.client.get('hchecker_ping'));
      expect(Math.abs(Date.now() / 1000 - ping)).toBeLessThan(5);
      expect(await witness.client.ttl('hchecker_ping')).toBeLessThanOrEqual(30);
      await witness.client.del('berth:options:app.test');
      await eventually('no ping', async () => (await witness.client.get('hchecker_ping')) === null);
      expect(await witness.client.exists('berth:checker')).toBe(0);
    });
  });
});
