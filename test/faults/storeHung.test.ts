import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { deadOf, routeOf, urlsOf } from '../support/fakeRouting.ts';
import { type LiveRouting, startRouting, storeOn } from '../support/liveRouting.ts';
import { type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { startWire } from '../support/wire.ts';

/** A heartbeat, the time a command may take, and room for a loaded machine. */
const noticedMs = 10_000;

describeWith('redis', 'a Redis that hangs', () => {
  let server: RedisServer;
  let editor: Redis;
  let live: LiveRouting;

  beforeAll(async () => {
    server = await startRedisServer();
    editor = new Redis(server.port, server.host);
    live = startRouting(storeOn(server));
    expect(await live.routing.ready(20_000)).toBe(true);
    await editor.rpush('frontend:known.local', 'known', 'http://a:1', 'http://b:1');
    await live.routing.router.resolve('known.local');
  });
  afterAll(async () => {
    server.resume();
    await live[Symbol.asyncDispose]();
    editor.disconnect();
    await server.stop();
  });

  it('is noticed by itself, without any request; then nothing waits for it', async () => {
    const { router, deaths } = live.routing;
    server.pause();
    const pausedAt = performance.now();
    await eventually('noticed', () => live.routing.state === 'stale', noticedMs);
    process.stdout.write(
      `a hung store was noticed after ${Math.round(performance.now() - pausedAt)} ms\n`,
    );
    for (let i = 0; i < 2000; i++) {
      expect(urlsOf(router.resolve('known.local') as never)).toHaveLength(2);
      expect(router.resolve(`unknown${i}.local`)).toEqual({ kind: 'unavailable' });
    }
    const route = routeOf(await router.resolve('known.local'));
    for (const backend of route.frontend.backends) deaths.failed(route, backend, 'refused');
    expect(deadOf(route)).toEqual([0, 1]);
    await eventually('no write hangs', () => live.routing.stats().pendingMarks === 0);
    expect(live.routing.stats().waitingRequests).toBe(0);
  });

  it('and goes on, is read again', async () => {
    server.resume();
    await editor.lset('frontend:known.local', 1, 'http://new:1');
    await eventually('live again', () => live.routing.state === 'live');
    expect(urlsOf(await live.routing.router.resolve('known.local'))[0]).toBe('http://new:1');
  });

  it('leaves requests that were under way with the last good answer or none, in bounded time and number', async () => {
    const { router } = live.routing;
    await router.resolve('known.local');
    server.pause();
    const startedAt = performance.now();
    const under: Promise<unknown>[] = [];
    for (let i = 0; i < 5000; i++) under.push(Promise.resolve(router.resolve(`burst${i}.local`)));
    expect(live.routing.stats().waitingRequests).toBeLessThanOrEqual(2048);
    const answers = await Promise.all(under);
    expect(performance.now() - startedAt).toBeLessThan(noticedMs);
    for (const answer of answers) expect(answer).toEqual({ kind: 'unavailable' });
    expect(urlsOf(await router.resolve('known.local'))).toHaveLength(2);
    server.resume();
    await eventually('live again', () => live.routing.state === 'live');
  });
});

describeWith('redis', 'a network that is cut without a word', () => {
  let server: RedisServer;
  let editor: Redis;

  beforeAll(async () => {
    server = await startRedisServer();
    editor = new Redis(server.port, server.host);
    await editor.rpush('frontend:known.local', 'known', 'http://a:1');
  });
  afterAll(async () => {
    editor.disconnect();
    await server.stop();
  });

  it('is noticed; what changed behind it is seen once it is whole', async () => {
    await using wire = await startWire(server);
    await using live = startRouting(storeOn(wire));
    expect(await live.routing.ready(20_000)).toBe(true);
    await live.routing.router.resolve('known.local');
    wire.freeze();
    await eventually('noticed', () => live.routing.state === 'stale', noticedMs);
    await editor.lset('frontend:known.local', 1, 'http://changed:1');
    expect(urlsOf(await live.routing.router.resolve('known.local'))).toEqual(['http://a:1']);
    wire.thaw();
    await eventually('whole', () => live.routing.state === 'live');
    expect(urlsOf(await live.routing.router.resolve('known.local'))).toEqual(['http://changed:1']);
    await editor.lset('frontend:known.local', 1, 'http://a:1');
  });

  it.each([
    ['the connection that reads', 0],
    ['the connection that hears', 1],
  ])('when only %s breaks, nothing read before it is believed', async (_which, broken) => {
    await using wire = await startWire(server);
    await using live = startRouting(storeOn(wire));
    expect(await live.routing.ready(20_000)).toBe(true);
    const { router } = live.routing;
    for (let round = 0; round < 6; round++) {
      await router.resolve('known.local');
      const made = wire.made;
      // The first two connections are the pair; later ones replace what was broken.
      wire.breakOff((index) => (round === 0 ? index === broken : index === made - 1));
      const url = `http://round${round}:1`;
      await editor.lset('frontend:known.local', 1, url);
      await eventually('seen', async () => urlsOf(await router.resolve('known.local'))[0] === url);
      await eventually('live again', () => live.routing.state === 'live');
    }
    expect(live.states.filter((state) => state === 'stale').length).toBeGreaterThanOrEqual(6);
  });
});

describeWith('redis', 'a name that leads to two servers', () => {
  it('is not believed while its connections have met different ones', async () => {
    const servers = [await startRedisServer(), await startRedisServer()] as const;
    // Client ids are small numbers: whatever the second server gives is in use at the first.
    const clients = Array.from({ length: 20 }, () => new Redis(servers[0].port, servers[0].host));
    await Promise.all(clients.map((client) => client.ping()));
    const [editor] = clients;
    if (editor === undefined) throw new Error('no client');
    try {
      await using wire = await startWire((index) => servers[index === 1 ? 1 : 0]);
      await using live = startRouting(storeOn(wire));
      expect(await live.routing.ready(20_000)).toBe(true);
      expect(wire.made).toBeGreaterThan(2);
      const { router } = live.routing;
      expect(await router.resolve('a.local')).toEqual({ kind: 'unknown' });
      await editor.rpush('frontend:a.local', 'a', 'http://a:1');
      await eventually('heard', async () => urlsOf(await router.resolve('a.local')).length === 1);
    } finally {
      for (const client of clients) client.disconnect();
      for (const server of servers) await server.stop();
    }
  });
});
