import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startBerth } from '../support/berthProcess.ts';
import {
  type RedisCluster,
  type RedisServer,
  startRedisCluster,
  startRedisServer,
} from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { dump } from '../support/storeDump.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporaryDirectory.ts';
import { runVerb } from '../support/verb.ts';

describeWith('redis', 'berth store migrate', () => {
  let home: TemporaryDirectory;
  let server: RedisServer;
  let redis: Redis;
  beforeEach(async () => {
    home = await temporaryDirectory();
    server = await startRedisServer();
    redis = new Redis(server.port, server.host);
  });
  afterEach(async () => {
    redis.disconnect();
    await server.stop();
    await home[Symbol.asyncDispose]();
  });

  const migrate = (...argv: string[]) => runVerb(home.path, ['store', 'migrate', ...argv]);
  const frontends = async (client: Redis, prefix = '') =>
    Object.fromEntries(
      Object.entries(await dump(client))
        .filter(
          ([key]) =>
            key.startsWith(`${prefix}frontend:`) || key.startsWith(`${prefix}berth:options:`),
        )
        .map(([key, value]) => [key.slice(prefix.length), value]),
    );

  /** More than one SCAN step of hosts, and everything that is not to be copied. */
  async function fill(client: Redis, prefix = ''): Promise<void> {
    const pipeline = client.pipeline();
    for (let i = 0; i < 1500; i++) {
      pipeline.rpush(`${prefix}frontend:h${i}.test`, `h${i}`, `http://10.0.0.1:${i + 1}`);
    }
    pipeline.rpush(`${prefix}frontend:*`, 'rest', 'not a URL', 'http://a:1', 'http://a:1');
    pipeline.rpush(`${prefix}frontend:bytes.test`, 'ä "x"\n', 'http://a:1');
    pipeline.set(`${prefix}berth:options:h1.test`, '{"policy":"sticky", "unknown": 1}');
    pipeline.set(`${prefix}berth:options:orphan.test`, '{"policy":"sticky"}');
    await pipeline.exec();
  }

  /** What is never copied. */
  async function litter(client: Redis): Promise<void> {
    await client.sadd('dead:h1.test', '0');
    await client.expire('dead:h1.test', 100);
    await client.hset('berth:dead:h1.test', '0', '{}');
    await client.set('berth:checker', 'x', 'EX', 100);
    await client.set('hchecker_ping', '1');
    await client.set('session:1', 'of another program');
    await client.rpush('other:frontend:x.test', 'x', 'http://x');
    await client.rpush('frontend:ends.test', 'ends', 'http://e:1');
    await client.expire('frontend:ends.test', 100);
    await client.set('frontend:text.test', 'no list');
  }

  it('goes from a Redis into the embedded store of an instance and back, to the letter', async () => {
    await fill(redis);
    const before = await frontends(redis);
    await litter(redis);
    await using berth = await startBerth({ home: home.path });
    const embedded = new Redis(berth.storePort, '127.0.0.1');
    try {
      const ran = await migrate('--from', server.url, '--to', 'embedded');
      expect(ran.stderr).toContain('1503 copied, 0 replaced; read back, 1,503 frontends the same');
      expect(ran.stderr).toContain('ends.test: it expires by itself');
      expect(ran.stderr).toContain('text.test: it is not a list');
      expect(ran.exitCode).toBe(0);
      const keys = Object.keys(await dump(embedded)).filter(
        (key) => !/^berth:(checker|health)/.test(key),
      );
      expect(keys).toEqual(Object.keys(before));
      expect(await frontends(embedded)).toEqual(before);
      expect((await migrate('--from', server.url, '--to', 'embedded')).stderr).toContain(
        '0 copied, 0 replaced; read back, 1,503 frontends the same',
      );
      await redis.flushall();
      expect((await migrate('--from', 'embedded', '--to', server.url)).exitCode).toBe(0);
      expect(await frontends(redis)).toEqual(before);
    } finally {
      embedded.disconnect();
    }
  });

  it('works on the file of the embedded store when no instance runs', async () => {
    await fill(redis);
    const before = await frontends(redis);
    expect((await migrate('--from', server.url, '--to', 'embedded')).exitCode).toBe(0);
    await redis.flushall();
    expect((await migrate('--from', 'embedded', '--to', server.url)).exitCode).toBe(0);
    expect(await frontends(redis)).toEqual(before);
    const left = (await readdir(`${home.path}/data`)).filter((name) => name !== 'store.aof');
    expect(left).toEqual([]);
    // The same file is what an instance starts with.
    await using berth = await startBerth({ home: home.path });
    const embedded = new Redis(berth.storePort, '127.0.0.1');
    expect(await frontends(embedded)).toEqual(before);
    embedded.disconnect();
  });

  it('honours prefixes on both sides, also of one server', async () => {
    await fill(redis, 'old:');
    await redis.rpush('frontend:mine.test', 'mine', 'http://m:1');
    const before = await frontends(redis, 'old:');
    const ran = await migrate('--from', `${server.url}#old:`, '--to', `${server.url}#new[*]:`);
    expect(ran.exitCode).toBe(0);
    expect(await frontends(redis, 'new[*]:')).toEqual(before);
    expect(await frontends(redis, 'old:')).toEqual(before);
    expect(await frontends(redis)).toMatchObject({ 'frontend:mine.test': { type: 'list' } });
    const copy = await migrate('--from', `${server.url}#old:`, '--to', 'embedded:#a:');
    expect(copy.exitCode).toBe(0);
    expect((await migrate('--from', 'embedded:#a:', '--to', 'embedded:#b:')).exitCode).toBe(0);
    expect((await migrate('--from', 'embedded:#b:', '--to', `${server.url}#c:`)).exitCode).toBe(0);
    expect(await frontends(redis, 'c:')).toEqual(before);
  });

  it('lists conflicts first and writes nothing; --replace makes them the same', async () => {
    await redis.rpush('frontend:a.test', 'a', 'http://a:1');
    await redis.rpush('frontend:b.test', 'b', 'http://b:1');
    await redis.set('berth:options:b.test', '{"policy":"sticky"}');
    await redis.rpush('frontend:same.test', 's', 'http://s:1');
    const target = `${server.url}#t:`;
    await redis.rpush('t:frontend:b.test', 'other', 'http://other:1');
    await redis.rpush('t:frontend:same.test', 's', 'http://s:1');
    await redis.rpush('t:frontend:only.test', 'o', 'http://o:1');
    await redis.set('t:berth:options:a.test', '{"policy":"random"}');
    const before = await dump(redis);

    const dry = await migrate('--from', server.url, '--to', target, '--dry-run');
    expect(dry.exitCode).toBe(1);
    expect(dry.stderr).toContain('Nothing is written. 0 to copy, 1 the same, 2 in conflict');
    const refused = await migrate('--from', server.url, '--to', target);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('b.test: it has http://other:1');
    expect(refused.stderr).toContain('BERTH_EXISTS');
    expect(refused.stderr).toContain('--replace overwrites');
    // Which only an import has.
    expect(refused.stderr).not.toContain('--skip');
    expect(await dump(redis)).toEqual(before);

    const json = await migrate('--from', server.url, '--to', target, '--replace', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema: 1,
      survey: { found: 3, missing: 0, same: 1, conflicts: { count: 2 } },
      copied: { copied: 0, replaced: 2 },
      verified: { same: 3, different: { count: 0 } },
    });
    expect(await frontends(redis, 't:')).toEqual({
      ...(await frontends(redis)),
      'frontend:only.test': { type: 'list', value: ['o', 'http://o:1'], deadline: false },
    });
  });

  it('takes the configured store when none is named, and says what cannot be reached', async () => {
    await mkdir(`${home.path}/data`, { recursive: true });
    const ran = await migrate('--to', server.url);
    expect(ran.stderr).toContain(`From embedded: to ${server.url}`);
    expect(ran.exitCode).toBe(0);
    const away = await migrate('--to', 'redis://127.0.0.1:1');
    expect(away.exitCode).toBe(5);
    expect(away.stderr).toContain('redis://127.0.0.1:1');
  });

  it('goes into a Redis Cluster, where the keys of a host live apart', async () => {
    await using cluster: RedisCluster = await startRedisCluster();
    await fill(redis);
    const [node] = cluster.nodes;
    // A cluster has no URL: its form stands in a configuration.
    const config = { driver: { cluster: [`127.0.0.1:${node?.port}`] }, user: 'root' };
    await mkdir(`${home.path}/config`, { recursive: true });
    await writeFile(`${home.path}/config/config.json`, JSON.stringify(config));
    expect(await migrate('--from', server.url, '--to', 'configured')).toMatchObject({
      exitCode: 0,
    });
    const before = await frontends(redis);
    await redis.flushall();
    expect(await migrate('--to', server.url)).toMatchObject({ exitCode: 0 });
    expect(await frontends(redis)).toEqual(before);
  });
});
