import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { urlsOf } from '../support/fakeRouting.ts';
import { startRouting, storeOn } from '../support/liveRouting.ts';
import { type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { startWire } from '../support/wire.ts';

describeWith('redis', 'a server that cannot push changes', () => {
  let server: RedisServer;
  let old: RedisServer;
  let editor: Redis;
  let oldEditor: Redis;

  beforeAll(async () => {
    server = await startRedisServer();
    old = await startRedisServer({ args: ['--rename-command', 'CLIENT', ''] });
    editor = new Redis(server.port, server.host);
    oldEditor = new Redis(old.port, old.host);
  });
  afterAll(async () => {
    editor.disconnect();
    oldEditor.disconnect();
    await server.stop();
    await old.stop();
  });

  /** Makes TRACKING a subcommand that the server has never heard of, as before Redis 6. */
  const beforeSix = () =>
    startWire(server, (sent) =>
      Buffer.from(
        sent
          .toString('latin1')
          .replaceAll('\r\ntracking\r\n', '\r\nxtracking\r\n')
          .replaceAll('$8\r\nxtracking', '$9\r\nxtracking'),
        'latin1',
      ),
    );

  it('because it has no CLIENT command is asked on every request', async () => {
    await using live = startRouting(storeOn(old));
    expect(await live.routing.ready(20_000)).toBe(true);
    expect(live.routing.state).toBe('polling');
    const { router } = live.routing;
    for (let i = 0; i < 20; i++) {
      await oldEditor.del('frontend:a.local');
      expect(await router.resolve('a.local')).toEqual({ kind: 'unknown' });
      await oldEditor.rpush('frontend:a.local', 'a', `http://b${i}:1`);
      expect(urlsOf(await router.resolve('a.local'))).toEqual([`http://b${i}:1`]);
    }
    expect(live.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  });

  it('because it is older than Redis 6 is asked on every request', async () => {
    await using wire = await beforeSix();
    await using live = startRouting(storeOn(wire));
    expect(await live.routing.ready(20_000)).toBe(true);
    expect(live.routing.state).toBe('polling');
    const { router } = live.routing;
    await editor.rpush('frontend:b.local', 'b', 'http://a:1');
    expect(urlsOf(await router.resolve('b.local'))).toEqual(['http://a:1']);
    await editor.lset('frontend:b.local', 1, 'http://b:1');
    expect(urlsOf(await router.resolve('b.local'))).toEqual(['http://b:1']);
    expect(live.lines).toEqual([
      expect.stringMatching(
        /^warn store: the server cannot push changes \(.+\); it is asked each time$/,
      ),
    ]);
  });

  it('is cached for the configured time when server.lruCache is set, as Hipache did', async () => {
    await using wire = await beforeSix();
    await using live = startRouting(storeOn(wire), { cache: { size: 100, ttlSeconds: 1 } });
    expect(await live.routing.ready(20_000)).toBe(true);
    const { router } = live.routing;
    await editor.rpush('frontend:c.local', 'c', 'http://a:1');
    const begun = performance.now();
    expect(urlsOf(await router.resolve('c.local'))).toEqual(['http://a:1']);
    await editor.lset('frontend:c.local', 1, 'http://b:1');
    await eventually(
      'it is read again',
      async () => urlsOf(await router.resolve('c.local'))[0] === 'http://b:1',
    );
    // A timer counts whole milliseconds.
    expect(performance.now() - begun).toBeGreaterThan(990);
  });
});
