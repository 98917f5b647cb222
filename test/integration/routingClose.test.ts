import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReachableStore } from '../../src/shared/model/driver.ts';
import { eventually } from '../support/eventually.ts';
import { startRouting, storeOn } from '../support/liveRouting.ts';
import { freePort, type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';

/** Sockets and timers of this process that keep it alive. */
const handles = (): string =>
  process
    .getActiveResourcesInfo()
    .filter((name) => /TCP|Pipe|TLS|Timeout|Immediate/.test(name))
    .sort()
    .join();

describeWith('redis', 'route lookup that is closed', () => {
  let server: RedisServer;
  let other: Redis;

  beforeAll(async () => {
    server = await startRedisServer();
    other = new Redis(server.port, server.host);
    await other.ping();
  });
  afterAll(async () => {
    server.resume();
    other.disconnect();
    await server.stop();
  });

  const leavesNothing = async (
    store: ReachableStore,
    use: (routing: ReturnType<typeof startRouting>['routing']) => Promise<unknown>,
  ): Promise<void> => {
    await eventually('quiet before', () => !/Timeout|Server/.test(handles()));
    const before = handles();
    const { routing, lines } = startRouting(store);
    await use(routing);
    await routing.close();
    const said = lines.length;
    await eventually('no socket and no timer is left', () => handles() === before);
    expect(lines).toHaveLength(said);
    expect(await routing.router.resolve('a.local')).toEqual({ kind: 'unavailable' });
    expect(await routing.ready(10)).toBe(false);
  };

  it('leaves no connection and no timer', async () => {
    await leavesNothing(storeOn(server), async (routing) => {
      expect(await routing.ready(20_000)).toBe(true);
    });
    await eventually(
      'no client is left',
      async () => !/name=berth/.test(String(await other.client('LIST'))),
    );
  });

  it('while it connects', () => leavesNothing(storeOn(server), async () => {}));

  it('while nothing is there', async () => {
    const port = await freePort();
    await leavesNothing(storeOn({ host: '127.0.0.1', port }), (routing) => routing.ready(200));
    await leavesNothing(
      { kind: 'cluster', prefix: '', nodes: [{ host: '127.0.0.1', port }], tls: false },
      (routing) => routing.ready(200),
    );
    await leavesNothing(
      {
        kind: 'sentinel',
        prefix: '',
        name: 'g',
        sentinels: [{ host: '127.0.0.1', port }],
        database: 0,
        tls: false,
      },
      (routing) => routing.ready(200),
    );
  });

  it('while the server hangs', async () => {
    server.pause();
    await leavesNothing(storeOn(server), (routing) => routing.ready(200));
    server.resume();
  });

  it('while requests wait for it, answers them', async () => {
    const { routing } = startRouting(storeOn(server));
    expect(await routing.ready(20_000)).toBe(true);
    server.pause();
    const waiting = routing.router.resolve('waits.local');
    await routing.close();
    expect(await waiting).toEqual({ kind: 'unavailable' });
    server.resume();
  });
});
