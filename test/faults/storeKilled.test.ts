import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { urlsOf } from '../support/fakeRouting.ts';
import { type LiveRouting, startRouting, storeOn } from '../support/liveRouting.ts';
import { freePort, type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';

describeWith('redis', 'a Redis that is killed', () => {
  let server: RedisServer;
  let live: LiveRouting;

  const edit = async (change: (client: Redis) => Promise<unknown>): Promise<void> => {
    const client = new Redis(server.port, server.host);
    client.on('error', () => {});
    await change(client);
    client.disconnect();
  };

  beforeAll(async () => {
    server = await startRedisServer();
    live = startRouting(storeOn(server));
    expect(await live.routing.ready(20_000)).toBe(true);
    await edit((client) => client.rpush('frontend:known.local', 'known', 'http://a:1'));
    await live.routing.router.resolve('known.local');
  });
  afterAll(async () => {
    await live[Symbol.asyncDispose]();
    await server.stop();
  });

  it('is served around: known hosts from memory, unknown ones refused at once, nothing queued', async () => {
    const { router } = live.routing;
    await server.kill();
    await eventually('the loss is noticed', () => live.routing.state === 'stale');
    const startedAt = performance.now();
    for (let i = 0; i < 2000; i++) {
      expect(urlsOf(await router.resolve('known.local'))).toEqual(['http://a:1']);
      expect(await router.resolve(`unknown${i}.local`)).toEqual({ kind: 'unavailable' });
    }
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(live.routing.stats()).toMatchObject({ waitingRequests: 0, pendingMarks: 0 });
    expect(live.routing.detail).toBeTruthy();
  });

  it('and comes back empty, is believed: what is gone is gone', async () => {
    await server.restart();
    await eventually('it is live again', () => live.routing.state === 'live');
    expect(await live.routing.router.resolve('known.local')).toEqual({ kind: 'unknown' });
  });

  it('and comes back with other data, is read again, and its changes are heard again', async () => {
    const { router } = live.routing;
    await edit((client) => client.rpush('frontend:known.local', 'known', 'http://b:1'));
    await eventually(
      'new',
      async () => urlsOf(await router.resolve('known.local'))[0] === 'http://b:1',
    );
    await server.restart();
    await edit((client) => client.rpush('frontend:known.local', 'known', 'http://c:1'));
    await eventually(
      'other',
      async () => urlsOf(await router.resolve('known.local'))[0] === 'http://c:1',
    );
    await edit((client) => client.lset('frontend:known.local', 1, 'http://d:1'));
    await eventually(
      'heard',
      async () => urlsOf(await router.resolve('known.local'))[0] === 'http://d:1',
    );
  });

  it('five times in a row is recovered from five times, with one line for each change', async () => {
    await eventually('live before', () => live.routing.state === 'live');
    const linesBefore = live.lines.length;
    const statesBefore = live.states.length;
    for (let round = 0; round < 5; round++) {
      await server.restart();
      await edit((client) => client.rpush('frontend:round.local', 'r', `http://r${round}:1`));
      await eventually(
        `round ${round}`,
        async () =>
          live.routing.state === 'live' &&
          urlsOf(await live.routing.router.resolve('round.local'))[0] === `http://r${round}:1`,
      );
    }
    const states = live.states.length - statesBefore;
    expect(states).toBeGreaterThanOrEqual(10);
    expect(live.lines.length - linesBefore).toBe(states);
  });
});

describeWith('redis', 'a Redis that is not there at the start', () => {
  it('does not fail the start; it is found by itself when it comes', async () => {
    const port = await freePort();
    await using live = startRouting(storeOn({ host: '127.0.0.1', port }));
    expect(await live.routing.ready(300)).toBe(false);
    expect(live.routing.state).toBe('connecting');
    expect(await live.routing.router.resolve('a.local')).toEqual({ kind: 'unavailable' });
    const server = await startRedisServer({ port });
    try {
      expect(await live.routing.ready(20_000)).toBe(true);
      expect(await live.routing.router.resolve('a.local')).toEqual({ kind: 'unknown' });
      expect(live.lines).toEqual([
        expect.stringMatching(/^warn store: not reached yet \(.*ECONNREFUSED.*\); trying on$/),
        'info store: connected, changes are pushed',
      ]);
    } finally {
      await server.stop();
    }
  });
});

describeWith('redis', 'a password that is wrong', () => {
  it('is named as the reason, and never printed', async () => {
    const server = await startRedisServer({ args: ['--requirepass', 'right-one'] });
    try {
      const store = storeOn(server);
      if (store.kind !== 'redis') throw new Error('not a server');
      const read = { ...store.read, password: 'wrong-one' };
      await using live = startRouting({ ...store, read, write: read });
      await eventually('it is said', () => live.lines.length > 0);
      expect(live.lines.join()).toMatch(/password|AUTH|WRONGPASS/i);
      expect(live.lines.join()).not.toMatch(/wrong-one|right-one/);
      expect(live.routing.detail).not.toMatch(/wrong-one|right-one/);
    } finally {
      await server.stop();
    }
  });
});
