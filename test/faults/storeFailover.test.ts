import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { deadOf, routeOf, urlsOf } from '../support/fakeRouting.ts';
import { type LiveRouting, startRouting } from '../support/liveRouting.ts';
import { type RedisSentinelPair, startRedisSentinelPair } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';

describeWith(['redis', 'sentinel'], 'a primary that dies in a sentinel group', () => {
  let group: RedisSentinelPair;
  let live: LiveRouting;

  beforeAll(async () => {
    group = await startRedisSentinelPair();
    live = startRouting({
      kind: 'sentinel',
      prefix: 'team:',
      name: group.name,
      sentinels: [
        // One that is down is passed over.
        { host: '127.0.0.1', port: 1 },
        { host: group.sentinel.host, port: group.sentinel.port },
      ],
      database: 0,
      tls: false,
    });
    expect(await live.routing.ready(20_000)).toBe(true);
  }, 60_000);
  afterAll(() => group.stop());
  afterAll(() => live[Symbol.asyncDispose]());

  it('is followed: known hosts are served all the time, and the new primary is read, heard and written', async () => {
    const { router, deaths } = live.routing;
    const before = new Redis(group.primary.port, group.primary.host);
    before.on('error', () => {});
    await before.rpush('team:frontend:a.local', 'a', 'http://a:1', 'http://b:1');
    await eventually('found', async () => urlsOf(await router.resolve('a.local')).length === 2);
    await before.wait(1, 5000);
    before.disconnect();

    await group.primary.kill();
    await eventually('the loss is noticed', () => live.routing.state === 'stale');
    await eventually('the group has a new primary', async () => {
      expect(urlsOf(await router.resolve('a.local'))).toHaveLength(2);
      return (await group.primaryPort()) === group.replica.port;
    });
    await eventually('live on the new primary', () => live.routing.state === 'live');

    const after = new Redis(group.replica.port, group.replica.host);
    await eventually('it may be written', async () =>
      /role:master/.test(await after.info('replication')),
    );
    await after.lset('team:frontend:a.local', 1, 'http://new:1');
    await eventually(
      'a change at the new primary',
      async () => urlsOf(await router.resolve('a.local'))[0] === 'http://new:1',
    );
    const route = routeOf(await router.resolve('a.local'));
    const [backend] = route.frontend.backends;
    if (backend === undefined) throw new Error('no backend');
    deaths.failed(route, backend, 'refused');
    await eventually('marked at the new primary', async () =>
      (await after.smembers('team:dead:a.local')).includes('0'),
    );
    expect(deadOf(routeOf(await router.resolve('a.local')))).toEqual([0]);
    after.disconnect();
  }, 60_000);
});
