import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { deadOf, routeOf } from '../support/fakeRouting.ts';
import { type LiveRouting, startRouting } from '../support/liveRouting.ts';
import { describeOnStores, type RoutableStore } from '../support/routableStore.ts';

describeOnStores('two instances on one store', (start) => {
  let server: RoutableStore;
  let other: Redis;
  let one: LiveRouting;
  let two: LiveRouting;

  beforeAll(async () => {
    server = await start();
    other = new Redis(server.port, server.host);
    one = startRouting(server.spec);
    two = startRouting(server.spec);
    expect(await one.routing.ready(20_000)).toBe(true);
    expect(await two.routing.ready(20_000)).toBe(true);
  });
  afterAll(async () => {
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
    other.disconnect();
    await server.stop();
  });

  const route = async (live: LiveRouting, host: string) =>
    routeOf(await live.routing.router.resolve(host));

  const frontend = async (host: string): Promise<void> => {
    await other.rpush(`frontend:${host}`, host, 'http://a:1', 'http://b:1', 'http://c:1');
    for (const live of [one, two]) {
      await eventually(
        host,
        async () => (await live.routing.router.resolve(host)).kind === 'route',
      );
    }
  };

  const fail = async (live: LiveRouting, host: string, index: number): Promise<void> => {
    const found = await route(live, host);
    const backend = found.frontend.backends[index];
    if (backend === undefined) throw new Error('no backend');
    live.routing.deaths.failed(found, backend, 'refused');
  };

  it('a backend that one marks dead is skipped by the other, in a time that is told', async () => {
    const milliseconds: number[] = [];
    for (let i = 0; i < 50; i++) {
      const host = `shared${i}.local`;
      await frontend(host);
      const markedAt = performance.now();
      await fail(one, host, 1);
      expect(deadOf(await route(one, host))).toEqual([1]);
      while (!deadOf(await route(two, host)).includes(1)) {
        if (performance.now() - markedAt > 10_000) throw new Error('never skipped');
        await new Promise((resolve) => setImmediate(resolve));
      }
      milliseconds.push(performance.now() - markedAt);
    }
    milliseconds.sort((a, b) => a - b);
    process.stdout.write(
      `mark to skipped elsewhere: p50 ${milliseconds[25]?.toFixed(2)} ms, worst ${milliseconds[49]?.toFixed(2)} ms\n`,
    );
    expect(milliseconds).toHaveLength(50);
  });

  it('a backend that one marks dead is never picked by the other once its announcement is through', async () => {
    await frontend('fence.local');
    for (let i = 0; i < 50; i++) {
      const host = `announced${i}.local`;
      await frontend(host);
      expect(deadOf(await route(two, host))).toEqual([]);
      await fail(one, host, 1);
      await eventually(
        'the mark is stored',
        async () => (await other.sismember(`dead:${host}`, 1)) === 1,
      );
      // A change of this key comes after that of the mark, on the one connection that announces them.
      const url = `http://fence${i}:1`;
      await other.lset('frontend:fence.local', 1, url);
      await eventually('the fence', async () =>
        (await route(two, 'fence.local')).frontend.backends.some((backend) => backend.url === url),
      );
      expect(deadOf(await route(two, host))).toEqual([1]);
    }
  });

  it('a mark that a third removes is gone for both, also for the one that set it', async () => {
    await frontend('revived.local');
    const before = one.routing.stats().localMarks;
    await fail(one, 'revived.local', 0);
    await eventually('marked in the store', async () =>
      (await other.smembers('dead:revived.local')).includes('0'),
    );
    await other.del('dead:revived.local');
    for (const live of [one, two]) {
      await eventually(
        'revived',
        async () => deadOf(await route(live, 'revived.local')).length === 0,
      );
    }
    expect(one.routing.stats().localMarks).toBe(before);
  });

  it('the set and its reasons end after deadBackendTTL', async () => {
    await frontend('short.local');
    const short = startRouting(server.spec, { deadBackendTtlSeconds: 2 });
    expect(await short.routing.ready(20_000)).toBe(true);
    await fail(short, 'short.local', 2);
    await eventually('marked in the store', async () =>
      (await other.smembers('dead:short.local')).includes('2'),
    );
    expect(await other.pttl('dead:short.local')).toBeGreaterThan(0);
    expect(await other.pttl('berth:dead:short.local')).toBeGreaterThan(0);
    for (const live of [short, one, two]) {
      await eventually(
        'alive again',
        async () => deadOf(await route(live, 'short.local')).length === 0,
      );
    }
    await short.routing.close();
  });

  it("Hipache's marks count, under the requested host too, and bind to the URL they meet", async () => {
    await frontend('*.hipache.local');
    await other.multi().sadd('dead:x.hipache.local', 1).expire('dead:x.hipache.local', 30).exec();
    await eventually(
      'seen',
      async () => deadOf(await route(one, 'x.hipache.local')).join() === '1',
    );
    expect(deadOf(await route(one, 'y.hipache.local'))).toEqual([]);
    await other.lset('frontend:*.hipache.local', 2, 'http://new:1');
    await eventually(
      'the new backend is not the dead one',
      async () => deadOf(await route(one, 'x.hipache.local')).length === 0,
    );
  });

  it('each death is published as Hipache did', async () => {
    await frontend('told.local');
    const listener = new Redis(server.port, server.host);
    const messages: string[] = [];
    listener.on('message', (_channel, message) => messages.push(message));
    await listener.subscribe('dead');
    await fail(one, 'told.local', 1);
    await eventually('told', () => messages.length > 0);
    expect(messages).toEqual(['told.local;http://b:1;1;3']);
    listener.disconnect();
  });

  it('while hchecker_ping is fresh, deaths are published and not marked', async () => {
    await frontend('checked.local');
    await other.set('hchecker_ping', Math.floor(Date.now() / 1000));
    const fresh = startRouting(server.spec);
    expect(await fresh.routing.ready(20_000)).toBe(true);
    const listener = new Redis(server.port, server.host);
    const messages: string[] = [];
    listener.on('message', (_channel, message) => messages.push(message));
    await listener.subscribe('dead');
    await fail(fresh, 'checked.local', 0);
    await eventually('told', () => messages.length > 0);
    expect(await other.exists('dead:checked.local')).toBe(0);
    expect(deadOf(await route(fresh, 'checked.local'))).toEqual([]);
    listener.disconnect();
    await fresh.routing.close();
    await other.del('hchecker_ping');
  });
});
