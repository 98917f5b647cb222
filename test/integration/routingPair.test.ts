import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { deadOf, routeOf, urlsOf } from '../support/fakeRouting.ts';
import { type LiveRouting, startRouting, storeOn } from '../support/liveRouting.ts';
import { type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';

/** Calls of a command that a server has executed, replicated ones included. */
async function callsOf(client: Redis, command: string): Promise<number> {
  const stats = await client.info('commandstats');
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}

describeWith('redis', 'a replica and its primary', () => {
  let primary: RedisServer;
  let replica: RedisServer;
  let onPrimary: Redis;
  let onReplica: Redis;
  let live: LiveRouting;

  beforeAll(async () => {
    primary = await startRedisServer({
      args: ['--requirepass', 'sesame', '--repl-diskless-sync-delay', '0'],
    });
    replica = await startRedisServer({
      args: ['--replicaof', primary.host, String(primary.port), '--masterauth', 'sesame'],
    });
    onPrimary = new Redis(primary.port, primary.host, { password: 'sesame' });
    onReplica = new Redis(replica.port, replica.host);
    await eventually('the replica is in step', async () =>
      /master_link_status:up/.test(await onReplica.info('replication')),
    );
    const store = storeOn(replica, primary);
    if (store.kind !== 'redis') throw new Error('not a pair');
    live = startRouting({ ...store, write: { ...store.write, password: 'sesame' } });
    expect(await live.routing.ready(20_000)).toBe(true);
  });
  afterAll(async () => {
    await live[Symbol.asyncDispose]();
    onPrimary.disconnect();
    onReplica.disconnect();
    await replica.stop();
    await primary.stop();
  });

  it('lookups read from the replica and changes made at the primary are pushed by it', async () => {
    const { router } = live.routing;
    const before = await callsOf(onPrimary, 'lrange');
    expect(await router.resolve('app.local')).toEqual({ kind: 'unknown' });
    await onPrimary.rpush('frontend:app.local', 'app', 'http://a:1', 'http://b:1');
    await eventually(
      'the new frontend',
      async () => urlsOf(await router.resolve('app.local')).length === 2,
    );
    expect(live.routing.state).toBe('live');
    expect(await callsOf(onPrimary, 'lrange')).toBe(before);
    expect(await callsOf(onReplica, 'lrange')).toBeGreaterThan(0);
  });

  it('dead marks are written to the primary and come back through the replica', async () => {
    const { router, deaths } = live.routing;
    const route = routeOf(await router.resolve('app.local'));
    const [backend] = route.frontend.backends;
    if (backend === undefined) throw new Error('no backend');
    deaths.failed(route, backend, 'refused');
    await eventually('marked at the primary', async () =>
      (await onPrimary.smembers('dead:app.local')).includes('0'),
    );
    await eventually('marked at the replica', async () =>
      (await onReplica.smembers('dead:app.local')).includes('0'),
    );
    await eventually('the store has taken the mark over', async () => {
      await router.resolve('app.local');
      return live.routing.stats().localMarks === 0;
    });
    expect(deadOf(routeOf(await router.resolve('app.local')))).toEqual([0]);
    expect(live.lines.join('\n')).not.toContain('sesame');
  });

  it('without the primary, lookups go on and marks hold locally', async () => {
    const { router, deaths } = live.routing;
    await primary.kill();
    const route = routeOf(await router.resolve('app.local'));
    const backend = route.frontend.backends[1];
    if (backend === undefined) throw new Error('no backend');
    deaths.failed(route, backend, 'refused');
    expect(deadOf(routeOf(await router.resolve('app.local')))).toContain(1);
    await eventually('it is said', () =>
      live.lines.some((line) => line.includes('dead marks: cannot be shared')),
    );
    expect(live.routing.state).toBe('live');
  });
});
