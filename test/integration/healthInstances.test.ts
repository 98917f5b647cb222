import { Cluster } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { eventually } from '../support/eventually.ts';
import {
  type HealthInstance,
  type StoreWitness,
  startHealth,
  witnessStore,
} from '../support/healthHarness.ts';
import { startHealthProcess } from '../support/healthProcess.ts';
import { storeOn } from '../support/liveRouting.ts';
import { type RecordingBackend, startBackend } from '../support/recordingBackend.ts';
import {
  freePort,
  type RedisServer,
  startRedisCluster,
  startRedisServer,
} from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';

const check = { intervalMs: 300, timeoutMs: 500 };
/** What docs/HEALTH.md says: the lease, a beat, and a moment for a busy machine. */
const takeoverMs = limits.checkerLeaseMs + limits.checkerBeatMs + 1000;

describeWith('redis', 'several instances on one Redis', () => {
  let server: RedisServer;
  let witness: StoreWitness;
  let instances: HealthInstance[];
  let backends: RecordingBackend[];

  beforeEach(async () => {
    server = await startRedisServer();
    witness = await witnessStore(server.port);
    backends = [await startBackend(), await startBackend()];
    instances = [];
  });

  afterEach(async () => {
    await Promise.all(instances.map((instance) => instance.close()));
    witness.close();
    await Promise.all(backends.map((backend) => backend.close()));
    await server.stop();
  });

  const urls = (): string[] => backends.map(({ url }) => url);

  async function start(prefix = ''): Promise<HealthInstance> {
    const instance = await startHealth({ ...storeOn(server), prefix });
    instances.push(instance);
    return instance;
  }

  const checkerOf = (instance: HealthInstance, name = 'app.test') =>
    instance.health.host(name)?.checker;

  test('one of them checks, and the others show the same', async () => {
    await witness.add('app.test', urls(), check);
    const first = await start();
    await first.is('app.test', 'up');
    const second = await start();
    await second.is('app.test', 'up');
    expect(checkerOf(first)).toEqual({ kind: 'this' });
    expect(checkerOf(second)).toEqual({ kind: 'other', instance: first.id });

    await backends[0]?.close();
    const here = await first.is('app.test', 'down');
    const there = await second.is('app.test', 'down');
    expect(there.reason).toBe(here.reason);
    await eventually(
      'the last check',
      () => second.backend('app.test')?.lastCheck?.outcome === 'refused',
    );
    expect(second.backend('app.test', 1)?.lastCheck).toMatchObject({
      ok: true,
      outcome: 'HEAD / answered 200',
    });
    expect(second.backend('app.test', 1)?.lastCheck?.ms).toBeGreaterThan(0);

    // No more checks than one instance makes.
    const asked = backends[1]?.requests.length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const more = (backends[1]?.requests.length ?? 0) - asked;
    expect(more).toBeGreaterThan(6);
    expect(more).toBeLessThan(14);
  });

  test('what is found costs the store little while nothing changes', async () => {
    await witness.add('app.test', urls(), { ...check, intervalMs: 100 });
    const instance = await start();
    await instance.is('app.test', 'up');
    await instance.is('app.test', 'up', 1);
    const writes = async (): Promise<number> => {
      const stats = await witness.client.info('commandstats');
      return Number(/cmdstat_set:calls=(\d+)/.exec(stats)?.[1] ?? 0);
    };
    const before = await writes();
    await new Promise((resolve) => setTimeout(resolve, 5000));
    // Lease, ping, findings; a hundred checks were made.
    expect((await writes()) - before).toBeLessThan(10);
  });

  test.each([
    ['of another type', ['lpush', 'berth:checker', 'x'], 'another type than a text'],
    ['without an end', ['set', 'berth:checker', 'nobody'], 'a lease that nobody renewed'],
  ])(
    'a lease %s keeps nobody from checking for long, and is told of',
    async (_, [name = '', ...words], what) => {
      await witness.client.call(name, ...words);
      await witness.add('app.test', urls(), check);
      const instance = await start();
      const begun = performance.now();
      await eventually('the lease', () => checkerOf(instance)?.kind === 'this', takeoverMs);
      expect(performance.now() - begun).toBeLessThan(takeoverMs);
      await instance.is('app.test', 'up');
      expect(await witness.client.get('berth:checker')).toBe(instance.id);
      expect(await witness.client.pttl('berth:checker')).toBeGreaterThan(0);
      const said = instance.lines.filter((line) => line.includes('berth:checker'));
      expect(said).toEqual([expect.stringContaining(what)]);
    },
  );

  test('one that ends leaves at once, and the other goes on from what was known', async () => {
    await witness.add('app.test', urls(), check);
    const first = await start();
    await first.is('app.test', 'up');
    const second = await start();
    await second.is('app.test', 'up');
    expect(checkerOf(second)?.kind).toBe('other');
    await first.close();
    instances.shift();
    const begun = performance.now();
    await eventually('the lease', () => {
      expect(second.backend('app.test')?.state).toBe('up');
      return checkerOf(second)?.kind === 'this';
    });
    expect(performance.now() - begun).toBeLessThan(limits.checkerBeatMs + 1000);
    expect(second.backend('app.test')?.state).toBe('up');
    expect(await witness.client.get('berth:checker')).toBe(second.id);
  });

  test('one that is killed is followed within the time that is stated', async () => {
    await witness.add('app.test', urls(), check);
    await using holder = await startHealthProcess(server.port, 'holder');
    await eventually('the lease', () => holder.checker === 'this');
    const second = await start();
    await eventually('the other', () => checkerOf(second)?.kind === 'other');
    holder.kill();
    const begun = performance.now();
    await eventually('the lease', () => checkerOf(second)?.kind === 'this');
    expect(performance.now() - begun).toBeLessThan(takeoverMs);
    await backends[0]?.close();
    await second.is('app.test', 'down');
  });

  test('one that was stopped is followed too, and does not act on its own when it goes on', async () => {
    await witness.add('app.test', urls(), check);
    await using holder = await startHealthProcess(server.port, 'holder');
    await eventually('the lease', () => holder.checker === 'this');
    const second = await start();
    await eventually('the other', () => checkerOf(second)?.kind === 'other');
    holder.pause();
    await eventually('the lease', () => checkerOf(second)?.kind === 'this');
    await second.is('app.test', 'up');

    holder.resume();
    await eventually('it knows', () => holder.checker === 'other');
    expect(checkerOf(second)?.kind).toBe('this');
    expect(await witness.client.get('berth:checker')).toBe(second.id);
    const asked = backends[1]?.requests.length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect((backends[1]?.requests.length ?? 0) - asked).toBeLessThan(10);
  });

  test('a foreign checker is yielded to, and shown; when it is gone Berth checks again', async () => {
    await witness.add('app.test', urls(), check);
    const instance = await start();
    await instance.is('app.test', 'up');
    const seconds = (ago = 0): number => Math.floor(Date.now() / 1000) - ago;
    // As hipache-hchecker writes it: whole seconds, for ever.
    await witness.client.set('hchecker_ping', seconds());
    await eventually('it yields', () => checkerOf(instance)?.kind === 'foreign');
    expect(await witness.client.exists('berth:checker')).toBe(0);
    expect(await witness.client.get('hchecker_ping')).toMatch(/^\d+$/);
    await eventually('no connection', () => backends.every(({ open }) => open === 0));
    const asked = backends[0]?.requests.length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 3 * check.intervalMs));
    expect(backends[0]?.requests.length).toBe(asked);
    expect(instance.backend('app.test')?.state).toBe('unknown');
    expect(instance.lines.join('\n')).toContain('another program writes hchecker_ping');

    // What it marks is shown.
    await witness.client.sadd('dead:app.test', 0);
    expect((await instance.is('app.test', 'down')).reason).toBe('marked dead by another program');

    await witness.client.set('hchecker_ping', seconds(31));
    await eventually('it checks again', () => checkerOf(instance)?.kind === 'this');
    await instance.is('app.test', 'up');
    expect(await witness.dead('app.test')).toEqual([]);
  });

  test('two of different prefixes do not take each other for foreign', async () => {
    await witness.add('app.test', urls(), check);
    const other = await witnessStore(server.port, 'p:');
    await other.add('app.test', urls(), check);
    other.close();
    const [here, there] = [await start(), await start('p:')];
    await here.is('app.test', 'up');
    await there.is('app.test', 'up');
    await new Promise((resolve) => setTimeout(resolve, 2 * limits.checkerBeatMs));
    expect(checkerOf(here)).toEqual({ kind: 'this' });
    expect(checkerOf(there)).toEqual({ kind: 'this' });
  });

  test('a store that goes away ends the checks, and they go on when it is back', async () => {
    await witness.add('app.test', urls(), { ...check, intervalMs: 100 });
    const instance = await start();
    await instance.is('app.test', 'up');
    server.pause();
    await eventually('nobody checks', () => checkerOf(instance)?.kind === 'passive');
    await eventually('no connection', () => backends.every(({ open }) => open === 0));
    const asked = backends[0]?.requests.length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(backends[0]?.requests.length).toBe(asked);
    server.resume();
    await eventually('it checks', () => checkerOf(instance)?.kind === 'this');
    await instance.is('app.test', 'up');
  });
});

describeWith('redis', 'an instance on a Redis Cluster', () => {
  test('marks, shares and takes away as on one server', { timeout: 60_000 }, async () => {
    await using cluster = await startRedisCluster();
    const nodes = cluster.nodes.map(({ host, port }) => ({ host, port }));
    const spec = { kind: 'cluster', prefix: '', nodes, tls: false } as const;
    const client = new Cluster(nodes);
    const [gone, other] = [
      await startBackend({}, { port: await freePort() }),
      await startBackend(),
    ];
    const instances = [await startHealth(spec)];
    try {
      await client.rpush('frontend:app.test', 'app', gone.url, other.url);
      await client.set('berth:options:app.test', JSON.stringify({ check }));
      await instances[0]?.is('app.test', 'up');
      instances.push(await startHealth(spec));
      await gone.close();
      for (const instance of instances) await instance.is('app.test', 'down');
      await eventually('the mark', async () => (await client.scard('dead:app.test')) === 1);
      expect(JSON.parse((await client.hget('berth:dead:app.test', '0')) ?? '')).toMatchObject({
        url: gone.url,
        reason: 'check: refused',
      });
      const back = await startBackend({}, { port: gone.port });
      try {
        for (const instance of instances) await instance.is('app.test', 'up');
        await eventually('no mark', async () => (await client.exists('dead:app.test')) === 0);
      } finally {
        await back.close();
      }
    } finally {
      await Promise.all(instances.map((instance) => instance.close()));
      client.disconnect();
      await other.close();
    }
  });
});
