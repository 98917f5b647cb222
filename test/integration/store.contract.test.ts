import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedStore } from '../support/embeddedStore.ts';
import { eventually } from '../support/eventually.ts';
import { startRedisCluster, startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';

/** Something that speaks Redis, and the same ioredis code for each. */
interface Subject extends AsyncDisposable {
  connect(): Redis | Cluster;
  empty(): Promise<void>;
}

interface Server extends Subject {
  connect(): Redis;
}

// One hash tag for all keys: in a cluster they share a slot, elsewhere it is part of the name.
const key = (name: string): string => `{t}${name}`;

const until = (condition: () => Promise<boolean>): Promise<void> =>
  eventually('what the test waits for', condition);

const messageOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

function everyStore(start: () => Promise<Subject>): void {
  let subject: Subject;
  let client: Redis | Cluster;
  const others: (Redis | Cluster)[] = [];
  const another = (): Redis | Cluster => {
    const other = subject.connect();
    others.push(other);
    return other;
  };

  beforeAll(async () => {
    subject = await start();
    client = subject.connect();
  });
  beforeEach(async () => {
    for (const other of others.splice(0)) other.disconnect();
    await subject.empty();
  });
  afterAll(async () => {
    for (const other of others) other.disconnect();
    client?.disconnect();
    await subject?.[Symbol.asyncDispose]();
  });

  it('keeps a frontend as the list it was written as', async () => {
    expect(await client.rpush(key('frontend:a'), 'app', 'http://127.0.0.1:1')).toBe(2);
    expect(await client.rpush(key('frontend:a'), 'http://127.0.0.1:2')).toBe(3);
    const list = ['app', 'http://127.0.0.1:1', 'http://127.0.0.1:2'];
    expect(await client.lrange(key('frontend:a'), 0, -1)).toEqual(list);
    expect(await client.lrem(key('frontend:a'), 0, 'http://127.0.0.1:1')).toBe(1);
    expect(await client.llen(key('frontend:a'))).toBe(2);
    expect(await client.del(key('frontend:a'))).toBe(1);
    expect(await client.exists(key('frontend:a'))).toBe(0);
  });

  it('keeps dead marks as a set that ends by itself, and tells when', async () => {
    const answers = await client
      .multi()
      .sadd(key('dead:a'), '0', '2')
      .expire(key('dead:a'), 30)
      .smembers(key('dead:a'))
      .exec();
    expect(
      answers?.map(([error, answer]) => [
        error,
        Array.isArray(answer) ? [...answer].sort() : answer,
      ]),
    ).toEqual([
      [null, 2],
      [null, 1],
      [null, ['0', '2']],
    ]);
    expect(await client.ttl(key('dead:a'))).toBe(30);
    await client.pexpire(key('dead:a'), 80);
    await until(async () => (await client.exists(key('dead:a'))) === 0);
    expect(await client.ttl(key('dead:a'))).toBe(-2);
  });

  it('answers null for what does not exist', async () => {
    expect(await client.get(key('none'))).toBeNull();
    expect(await client.lindex(key('none'), 0)).toBeNull();
    expect(await client.hget(key('none'), 'f')).toBeNull();
    expect(await client.mget(key('none'), key('nothing'))).toEqual([null, null]);
    expect(await client.lrange(key('none'), 0, -1)).toEqual([]);
    expect(await client.hgetall(key('none'))).toEqual({});
    expect(await client.lpop(key('none'), 2)).toBeNull();
    expect(await client.zscore(key('none'), 'm')).toBeNull();
  });

  it('words its errors as Redis does', async () => {
    await client.set(key('text'), 'x');
    await client.rpush(key('list'), 'x');
    const wrongType = 'WRONGTYPE Operation against a key holding the wrong kind of value';
    expect(await messageOf(client.lrange(key('text'), 0, -1))).toBe(wrongType);
    expect(await messageOf(client.get(key('list')))).toBe(wrongType);
    expect(await messageOf(client.sadd(key('list'), 'x'))).toBe(wrongType);
    expect(await messageOf(client.call('get', [key('a'), key('b')]))).toBe(
      "ERR wrong number of arguments for 'get' command",
    );
    expect(await messageOf(client.incr(key('text')))).toBe(
      'ERR value is not an integer or out of range',
    );
    expect(await messageOf(client.lset(key('list'), 7, 'x'))).toBe('ERR index out of range');
    expect(await messageOf(client.rename(key('none'), key('other')))).toBe('ERR no such key');
  });

  it('answers a pipeline of a thousand in order', async () => {
    const pipeline = client.pipeline();
    for (let i = 0; i < 1000; i++) pipeline.rpush(key('long'), String(i));
    const lengths = (await pipeline.exec())?.map(([, length]) => length);
    expect(lengths).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
    expect(await client.lindex(key('long'), 999)).toBe('999');
  });

  it('keeps every byte of a value of a megabyte, and of a key', async () => {
    const value = Buffer.alloc(1024 * 1024);
    for (let i = 0; i < value.length; i++) value[i] = (i * 7) % 256;
    const name = Buffer.concat([Buffer.from(key('')), Buffer.from([0, 13, 10, 128, 255])]);
    await client.set(name, value);
    expect((await client.getBuffer(name))?.equals(value)).toBe(true);
    expect(await client.strlen(name)).toBe(value.length);
    await client.append(name, Buffer.from([255]));
    expect((await client.getrangeBuffer(name, value.length - 1, -1)).at(-1)).toBe(255);
  });

  it('runs a transaction as one, and none of it when a command could not be queued', async () => {
    const all = await client.multi().set(key('a'), '1').incr(key('a')).lpush(key('a'), 'x').exec();
    expect(all?.map(([error, answer]) => error?.message ?? answer)).toEqual([
      'OK',
      2,
      'WRONGTYPE Operation against a key holding the wrong kind of value',
    ]);
    const broken = client.multi().set(key('b'), '1');
    broken.call('get', [key('a'), key('b')]);
    expect(await messageOf(broken.exec())).toBe(
      'EXECABORT Transaction discarded because of previous errors.',
    );
    expect(await client.exists(key('b'))).toBe(0);
  });

  it('delivers what is published to channels and patterns', async () => {
    const listener = another();
    const heard: string[] = [];
    listener.on('message', (channel: string, message: string) =>
      heard.push(`${channel}=${message}`),
    );
    listener.on('pmessage', (pattern: string, channel: string, message: string) =>
      heard.push(`${pattern}:${channel}=${message}`),
    );
    await listener.subscribe('dead');
    await listener.psubscribe('de*');
    await client.publish('dead', 'app;http://127.0.0.1:1;0;2');
    await until(async () => heard.length === 2);
    expect(heard.sort()).toEqual([
      'de*:dead=app;http://127.0.0.1:1;0;2',
      'dead=app;http://127.0.0.1:1;0;2',
    ]);
    await listener.unsubscribe('dead');
    await listener.punsubscribe('de*');
    expect(await client.publish('dead', 'x')).toBe(0);
  });

  it('keeps hashes, sorted sets and counters', async () => {
    expect(await client.hset(key('h'), { 0: 'a', b: 'c', __proto__x: 'd' })).toBe(3);
    expect(await client.hgetall(key('h'))).toEqual({ 0: 'a', b: 'c', __proto__x: 'd' });
    expect(await client.hdel(key('h'), 'b', 'x')).toBe(1);
    await client.zadd(key('z'), 2, 'two', 1, 'one', 3, 'three');
    expect(await client.zrange(key('z'), 0, -1, 'WITHSCORES')).toEqual([
      ...['one', '1', 'two', '2', 'three', '3'],
    ]);
    expect(await client.zrangebyscore(key('z'), '(1', '+inf', 'LIMIT', 0, 1)).toEqual(['two']);
    expect(await client.incrby(key('n'), 5)).toBe(5);
    expect(await client.decr(key('n'))).toBe(4);
  });

  it('sets only where the options allow', async () => {
    expect(await client.set(key('lease'), 'me', 'PX', 60_000, 'NX')).toBe('OK');
    expect(await client.set(key('lease'), 'you', 'PX', 60_000, 'NX')).toBeNull();
    expect(await client.set(key('lease'), 'me', 'KEEPTTL')).toBe('OK');
    expect(await client.pttl(key('lease'))).toBeGreaterThan(50_000);
    expect(await client.set(key('lease'), 'x', 'GET')).toBe('me');
    expect(await client.ttl(key('lease'))).toBe(-1);
  });
}

/** What only makes sense with one server. */
function everyServer(start: () => Promise<Server>): void {
  let subject: Server;
  let client: Redis;
  const others: Redis[] = [];
  const another = (): Redis => {
    const other = subject.connect();
    others.push(other);
    return other;
  };

  beforeAll(async () => {
    subject = await start();
    client = subject.connect();
  });
  beforeEach(async () => {
    for (const other of others.splice(0)) other.disconnect();
    await client.client('TRACKING', 'OFF');
    await subject.empty();
  });
  afterAll(async () => {
    for (const other of others) other.disconnect();
    client?.disconnect();
    await subject?.[Symbol.asyncDispose]();
  });

  it('refuses a transaction when a watched key was touched by anyone', async () => {
    const other = another();
    await client.watch('k');
    await other.rpush('k', 'x');
    expect(await client.multi().set('done', '1').exec()).toBeNull();
    expect(await client.exists('done')).toBe(0);
    await client.watch('k');
    await client.unwatch();
    await other.rpush('k', 'y');
    expect(await client.multi().set('done', '1').exec()).toEqual([[null, 'OK']]);
  });

  it('refuses a transaction when a watched key has expired', async () => {
    await client.set('k', 'x', 'PX', 30);
    await client.watch('k');
    await until(async () => (await another().exists('k')) === 0);
    expect(await client.multi().set('done', '1').exec()).toBeNull();
  });

  it('finds every key by SCAN that is there from beginning to end', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `frontend:host-${i}`);
    for (const name of names) await client.rpush(name, 'x');
    const found = new Set<string>();
    let cursor = '0';
    let round = 0;
    do {
      const [next, part] = await client.scan(cursor, 'MATCH', 'frontend:*', 'COUNT', 7);
      for (const name of part) found.add(name);
      await client.set(`noise-${round}`, 'x');
      if (round > 0) await client.del(`noise-${round - 1}`);
      round++;
      cursor = next;
    } while (cursor !== '0');
    expect([...found].sort()).toEqual([...names].sort());
  });

  /** A client told of changes over a second connection, as Berth's workers are. */
  async function tracked(...options: string[]): Promise<{
    reader: Redis;
    listener: Redis;
    heard: (string | null)[];
  }> {
    const [reader, listener] = [another(), another()];
    const heard: (string | null)[] = [];
    listener.on('messageBuffer', (channel: Buffer, keys: Buffer[] | null) => {
      expect(channel.toString()).toBe('__redis__:invalidate');
      if (keys === null) heard.push(null);
      else for (const name of keys) heard.push(name.toString());
    });
    const id = await listener.client('ID');
    await listener.subscribe('__redis__:invalidate');
    await reader.call('client', ['tracking', 'on', 'redirect', String(id), ...options]);
    return { reader, listener, heard };
  }

  it('tells every change under a prefix, whoever read what', async () => {
    const { heard } = await tracked('BCAST', 'PREFIX', 'frontend:', 'PREFIX', 'dead:');
    await client.set('other', 'x');
    await client.rpush('frontend:a', 'x');
    await until(async () => heard.length === 1);
    await client.sadd('dead:a', '0');
    await client.rename('frontend:a', 'frontend:b');
    await until(async () => heard.length === 4);
    expect(heard).toEqual(['frontend:a', 'dead:a', 'frontend:a', 'frontend:b']);
  });

  it('tells a change once to who has read the key', async () => {
    const { reader, heard } = await tracked();
    await client.set('k', '1');
    await client.set('k', '2');
    expect(await reader.get('k')).toBe('2');
    await client.set('k', '3');
    await client.set('k', '4');
    await reader.get('marker');
    await client.set('marker', 'x');
    await until(async () => heard.includes('marker'));
    expect(heard).toEqual(['k', 'marker']);
  });

  it('tells that a key has expired, within 100 ms', async () => {
    const { heard } = await tracked('BCAST', 'PREFIX', 'dead:');
    await client.sadd('dead:a', '0');
    await until(async () => heard.length === 1);
    await client.pexpire('dead:a', 150);
    await until(async () => heard.length === 2);
    const began = performance.now();
    await until(async () => heard.length === 3);
    // Real Redis looks ten times a second, too; the deadline here leaves room for a loaded machine.
    expect(performance.now() - began).toBeLessThan(2000);
    expect(heard).toEqual(['dead:a', 'dead:a', 'dead:a']);
  });

  it('tells a flush as null', async () => {
    const { reader, heard } = await tracked();
    await client.set('k', '1');
    await reader.get('k');
    await client.flushall();
    await until(async () => heard.length === 1);
    expect(heard).toEqual([null]);
  });

  it('does not tell who made the change, when asked so', async () => {
    const { reader, heard } = await tracked('BCAST', 'NOLOOP');
    await reader.set('mine', 'x');
    await client.set('yours', 'x');
    await until(async () => heard.length === 1);
    expect(heard).toEqual(['yours']);
  });

  it('notices that the redirect is broken', async () => {
    const { reader, listener } = await tracked('BCAST');
    listener.disconnect();
    await until(async () => {
      await client.set('k', 'x');
      return String(await reader.call('client', 'trackinginfo')).includes('broken_redirect');
    });
  });
}

const single = (port: number, host: string): Redis => new Redis({ port, host });

async function startReal(): Promise<Server> {
  const server = await startRedisServer();
  const connect = (): Redis => single(server.port, server.host);
  const empty = async (): Promise<void> => {
    const client = connect();
    await client.flushall();
    client.disconnect();
  };
  return { connect, empty, [Symbol.asyncDispose]: server.stop };
}

async function startEmbedded(): Promise<Server> {
  const store = await startEmbeddedStore();
  const connect = (): Redis => new Redis(store.socketPath);
  const empty = async (): Promise<void> => {
    const client = connect();
    await client.flushall();
    client.disconnect();
  };
  return { connect, empty, [Symbol.asyncDispose]: store.stop };
}

async function startCluster(): Promise<Subject> {
  const cluster = await startRedisCluster();
  const nodes = cluster.nodes.map(({ host, port }) => ({ host, port }));
  return {
    connect: () => new Cluster(nodes),
    empty: async () => {
      for (const node of cluster.nodes) {
        const client = single(node.port, node.host);
        await client.flushall();
        client.disconnect();
      }
    },
    [Symbol.asyncDispose]: cluster.stop,
  };
}

describe('the embedded store', () => {
  everyStore(startEmbedded);
  everyServer(startEmbedded);
});
describeWith('redis', 'a Redis server', () => {
  everyStore(startReal);
  everyServer(startReal);
});
describeWith('redis', 'a Redis Cluster of three', () => everyStore(startCluster));
