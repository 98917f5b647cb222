import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import {
  startRedisCluster,
  startRedisSentinelPair,
  startRedisServer,
} from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';

describeWith(['redis', 'sentinel'], 'the servers that tests start', () => {
  it('answer, fall silent while paused, and are gone when killed', async () => {
    await using server = await startRedisServer();
    const client = new Redis(server.port, server.host);
    client.on('error', () => {});
    try {
      expect(await client.ping()).toBe('PONG');
      server.pause();
      let answered = false;
      const late = client.ping().then(() => {
        answered = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(answered).toBe(false);
      server.resume();
      await late;
      await client.set('a', '1');
      await server.restart();
      expect(await client.get('a')).toBeNull();
    } finally {
      client.disconnect();
    }
  });

  it('form a cluster of three', async () => {
    await using cluster = await startRedisCluster();
    expect(cluster.nodes).toHaveLength(3);
  });

  it('fail over from the primary to the replica', async () => {
    await using pair = await startRedisSentinelPair();
    await pair.primary.kill();
    const deadline = Date.now() + 20_000;
    let port = await pair.primaryPort();
    while (port !== pair.replica.port && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      port = await pair.primaryPort();
    }
    expect(port).toBe(pair.replica.port);
  });
});
