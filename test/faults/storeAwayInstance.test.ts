import { get } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connectControl } from '../../src/core/client/index.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { startLoad } from '../support/steadyLoad.ts';
import { addHost, callsOf, removeHost } from '../support/storeClient.ts';

const host = 'app.dev.local';
/** What a host without a frontend is answered (Hipache contract). */
const unknown = 400;
const wild = 'one.wild.local';

/** Each on a connection of its own, so that all workers get their share. */
function statusOf(port: number, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, headers: { host: name }, agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject);
  });
}

/** Statuses of many requests, one after the other and then all at once; each status once. */
async function statusesOf(port: number, name: string, count = 40): Promise<readonly number[]> {
  const seen = new Set<number>();
  for (let i = 0; i < count; i++) seen.add(await statusOf(port, name));
  const together = Array.from({ length: count }, () => statusOf(port, name));
  for (const status of await Promise.all(together)) seen.add(status);
  return [...seen].sort();
}

async function lose(redis: RedisServer, berth: BerthProcess): Promise<void> {
  const from = berth.said.length;
  await redis.kill();
  await berth.saying(/store: lost/, from);
}

/** Makes a change, and waits until the store was asked by so many workers, without a request, what has become of it. */
async function readByWorkers(
  redis: RedisServer,
  workers: number,
  change: () => Promise<void>,
): Promise<void> {
  const before = await callsOf(redis.port, 'lrange');
  await change();
  await eventually(
    'every worker has read what changed',
    async () => (await callsOf(redis.port, 'lrange')) >= before + workers,
  );
}

/** Kills one worker after the other, each time waiting for the next. */
async function killEveryWorker(berth: BerthProcess, each: () => Promise<void>): Promise<void> {
  const workers = berth.workers();
  for (const worker of workers) {
    process.kill(worker, 'SIGKILL');
    await eventually('another worker runs', () => {
      const now = berth.workers();
      return now.length === workers.length && !now.includes(worker);
    });
    await each();
  }
}

describeWith('redis', 'while Redis is away, an instance of four workers', () => {
  const config = (redis: RedisServer) => ({ driver: redis.url, server: { workers: 4 } });

  it('serves a host that one of them had served, on each of them and on those that replace them', async () => {
    await using redis = await startRedisServer();
    await using backend = await startEchoBackend();
    await using berth = await startBerth({ config: config(redis) });
    await addHost(redis.port, host, backend.url);
    await addHost(redis.port, '*.wild.local', backend.url);
    expect(await statusOf(berth.port, host)).toBe(200);
    expect(await statusOf(berth.port, wild)).toBe(200);
    expect(await statusOf(berth.port, 'nobody.local')).toBe(unknown);
    await lose(redis, berth);

    expect(await statusesOf(berth.port, host)).toEqual([200]);
    expect(await statusesOf(berth.port, wild)).toEqual([200]);
    expect(await statusesOf(berth.port, 'nobody.local')).toEqual([unknown]);
    await killEveryWorker(berth, async () => {
      expect(await statusesOf(berth.port, host, 10)).toEqual([200]);
    });
    expect(await statusesOf(berth.port, host)).toEqual([200]);
    expect(await statusesOf(berth.port, wild)).toEqual([200]);
  }, 60_000);

  it('tells since when', async () => {
    await using redis = await startRedisServer();
    await using berth = await startBerth({ config: config(redis) });
    const client = await connectControl({ socket: join(berth.home, 'run', 'control.sock') });
    const before = Date.now();
    await lose(redis, berth);
    const sinces = async () =>
      (await client.api.instance.status()).notices.flatMap((notice) =>
        notice.kind === 'store-stale' ? [notice.since] : [],
      );
    await eventually('it is noticed', async () => (await sinces()).length === 1);
    const [since = 0] = await sinces();
    expect(since).toBeGreaterThanOrEqual(before - 1);
    expect(since).toBeLessThanOrEqual(Date.now());
    expect(await sinces()).toEqual([since]);
    client.close();
  });

  it('refuses a host that nobody knows, at once, and answers welcome', async () => {
    await using redis = await startRedisServer();
    await using berth = await startBerth({ config: config(redis) });
    await lose(redis, berth);
    const startedAt = performance.now();
    for (let round = 0; round < 10; round++) {
      const hosts = Array.from({ length: 100 }, (_, i) => `x${i}.of${round}.local`);
      const answers = await Promise.all(hosts.map((name) => statusOf(berth.port, name)));
      expect(new Set(answers)).toEqual(new Set([503]));
    }
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(await statusesOf(berth.port, 'welcome.dev.local')).toEqual([200]);
  });

  it('does not bring back a host that was deleted before, and follows one that was changed', async () => {
    await using redis = await startRedisServer();
    await using old = await startEchoBackend('old');
    await using next = await startEchoBackend('next');
    await using berth = await startBerth({ config: config(redis) });
    await addHost(redis.port, host, old.url);
    await addHost(redis.port, 'moved.local', old.url);
    expect(await statusesOf(berth.port, host)).toEqual([200]);
    expect(await statusesOf(berth.port, 'moved.local')).toEqual([200]);
    await readByWorkers(redis, 4, () => removeHost(redis.port, host));
    await readByWorkers(redis, 4, () => addHost(redis.port, 'moved.local', next.url));
    await lose(redis, berth);

    const before = old.requests;
    expect(await statusesOf(berth.port, host)).toEqual([unknown]);
    expect(await statusesOf(berth.port, 'moved.local')).toEqual([200]);
    await killEveryWorker(berth, async () => {});
    expect(await statusesOf(berth.port, host)).toEqual([unknown]);
    expect(await statusesOf(berth.port, 'moved.local')).toEqual([200]);
    expect(old.requests).toBe(before);
  }, 60_000);

  it('believes Redis again when it is back with other data', async () => {
    await using redis = await startRedisServer();
    await using old = await startEchoBackend('old');
    await using next = await startEchoBackend('next');
    await using berth = await startBerth({ config: config(redis) });
    await addHost(redis.port, host, old.url);
    await addHost(redis.port, 'gone.local', old.url);
    expect(await statusOf(berth.port, host)).toBe(200);
    expect(await statusOf(berth.port, 'gone.local')).toBe(200);
    await lose(redis, berth);
    expect(await statusesOf(berth.port, host)).toEqual([200]);
    expect(await statusesOf(berth.port, 'gone.local')).toEqual([200]);

    await redis.restart();
    await addHost(redis.port, host, next.url);
    // A worker that is not back yet answers as before.
    let inRow = 0;
    await eventually('every worker is back', async () => {
      inRow = (await statusOf(berth.port, 'gone.local')) === unknown ? inRow + 1 : 0;
      return inRow === 40;
    });
    const before = old.requests;
    expect(await statusesOf(berth.port, host)).toEqual([200]);
    expect(old.requests).toBe(before);

    await lose(redis, berth);
    expect(await statusesOf(berth.port, host)).toEqual([200]);
    expect(await statusesOf(berth.port, 'gone.local')).toEqual([unknown]);
    expect(old.requests).toBe(before);
  }, 60_000);

  it('reloads without a failed request, and knows nothing of another store', async () => {
    await using redis = await startRedisServer();
    await using other = await startRedisServer();
    await using backend = await startEchoBackend();
    await using berth = await startBerth({ config: config(redis) });
    await addHost(redis.port, host, backend.url);
    expect(await statusOf(berth.port, host)).toBe(200);
    await lose(redis, berth);

    await using load = startLoad({ port: berth.port, host, clients: 6 });
    for (let i = 0; i < 3; i++) {
      const from = berth.said.length;
      await berth.reload();
      await berth.saying(/configuration is read again/, from);
      await load.more(50);
    }
    await load.stop();
    expect(load.failures).toEqual([]);

    await other.kill();
    await berth.reload({ ...config(other) });
    expect(await statusesOf(berth.port, host)).toEqual([503]);
  }, 60_000);
});

describeWith('redis', 'while Redis is away, an instance of one worker', () => {
  it('goes on serving after its worker was killed, again and again', async () => {
    await using redis = await startRedisServer();
    await using backend = await startEchoBackend();
    await using berth = await startBerth({ config: { driver: redis.url } });
    await addHost(redis.port, host, backend.url);
    expect(await statusOf(berth.port, host)).toBe(200);
    await lose(redis, berth);
    for (let i = 0; i < 3; i++) {
      await killEveryWorker(berth, async () => {
        expect(await statusesOf(berth.port, host, 10)).toEqual([200]);
      });
    }
  }, 60_000);

  it('replaces it when it grows, and no request fails', async () => {
    await using redis = await startRedisServer();
    await using backend = await startEchoBackend();
    const server = { memoryLimit: 32, memoryCheckInterval: 1 };
    await using berth = await startBerth({ config: { driver: redis.url, server } });
    await addHost(redis.port, host, backend.url);
    expect(await statusOf(berth.port, host)).toBe(200);
    await lose(redis, berth);
    await using load = startLoad({ port: berth.port, host });
    for (let replaced = 0; replaced < 3; replaced++) {
      await berth.saying(/will be replaced/, berth.said.length);
      await load.more(20);
    }
    await load.stop();
    expect(load.failures).toEqual([]);
  }, 60_000);
});
