import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedStore } from '../../src/core/embedded/index.ts';
import { limits } from '../../src/shared/limits.ts';
import { startEmbeddedStore, type TestStore } from '../support/embeddedStore.ts';
import { eventually } from '../support/eventually.ts';
import { type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { RespConnection, request } from '../support/respConnection.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

/** Bytes that end with the connection closed, or with an answer to the last line. */
const dialogues: readonly (readonly [title: string, bytes: string])[] = [
  [
    'inline commands',
    'PING\r\nset  a "x\\x41\\n\\"y"\nget a\r\n\r\n   \r\nset b \'it\\\'s\'\r\nget b\r\nquit\r\n',
  ],
  ['unbalanced quotes', 'set a "x\r\n'],
  ['a quote in the middle of a word', 'set a "x"y\r\n'],
  ['empty and null arrays', '*0\r\n*-1\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nQUIT\r\n'],
  ['a count that is no number', '*x\r\n'],
  ['something other than a bulk string', '*1\r\n+PING\r\n'],
  ['a length that is no number', '*1\r\n$x\r\n'],
  ['a negative length', '*1\r\n$-1\r\n'],
  ['an empty word', '*2\r\n$4\r\nECHO\r\n$0\r\n\r\n*1\r\n$4\r\nQUIT\r\n'],
  ['an empty command name', '*1\r\n$0\r\n\r\n*1\r\n$4\r\nQUIT\r\n'],
  ['an inline line without end', 'x'.repeat(70_000)],
  ['a count without end', `*${'1'.repeat(70_000)}`],
  ['a length without end', `*1\r\n$${'1'.repeat(70_000)}`],
  ['commands behind QUIT', 'ping\r\nquit\r\nping\r\n'],
  ['HTTP', 'POST / HTTP/1.1\r\nHost: x\r\n\r\nset a b\r\n'],
  ['HTTP with a harmless first line', 'GET / HTTP/1.1\r\nHost: x\r\n\r\nset a b\r\n'],
];

describeWith('redis', 'the bytes of the embedded store beside those of Redis', () => {
  let redis: RedisServer;
  let store: TestStore;
  beforeAll(async () => {
    redis = await startRedisServer();
    store = await startEmbeddedStore();
  });
  afterAll(async () => {
    await store?.stop();
    await redis?.stop();
  });

  const everything = async (
    where: { port: number; host: string },
    bytes: string,
  ): Promise<string> => {
    const connection = new RespConnection(where);
    connection.write(bytes);
    await connection.closed;
    return connection.unread;
  };

  it.each(dialogues)('are the same for %s', async (_title, bytes) => {
    const [expected, answer] = await Promise.all([
      everything(redis, bytes),
      everything(store, bytes),
    ]);
    expect(answer).toBe(expected);
  });

  /** Plays a scene with three connections; ids and times are made alike. */
  async function scene(where: { port: number; host: string }): Promise<string[]> {
    const [tracker, listener, other] = [0, 1, 2].map(() => new RespConnection(where));
    if (!tracker || !listener || !other) throw new Error('no connection');
    const heard: string[] = [];
    const id = (await listener.send('client', 'id')).slice(1, -2);
    const say = async (who: RespConnection, ...words: string[]): Promise<void> => {
      const reply = await who.send(...words);
      const asked = words.map((word, i) => (words[i - 1] === 'redirect' ? 'ID' : word));
      const told = words[0] === 'client' ? reply.replace(`:${id}\r\n`, ':ID\r\n') : reply;
      heard.push(`${asked.join(' ')} -> ${told}`);
    };
    const hear = async (): Promise<void> => void heard.push(await listener.next());
    await say(other, 'flushall');
    await say(tracker, 'client', 'tracking', 'on', 'redirect', '999999');
    await say(tracker, 'client', 'tracking', 'on', 'prefix', 'a');
    await say(tracker, 'client', 'tracking', 'on', 'redirect', id);
    await say(tracker, 'get', 'k');
    await say(other, 'set', 'k', 'not yet listening');
    await say(listener, 'subscribe', '__redis__:invalidate');
    await say(listener, 'ping');
    await say(listener, 'get', 'k');
    await say(tracker, 'mget', 'k', 'l', 'm');
    await say(other, 'set', 'k', '1');
    await hear();
    await say(other, 'set', 'k', '2');
    await say(other, 'mset', 'l', '1', 'n', '2');
    await hear();
    await say(tracker, 'lrange', 'q', '0', '-1');
    await say(other, 'rename', 'l', 'q');
    await hear();
    await say(tracker, 'get', 'k');
    await say(tracker, 'set', 'k', 'mine');
    await hear();
    await say(tracker, 'get', 'k');
    await say(other, 'flushdb');
    await hear();
    await say(tracker, 'client', 'tracking', 'on', 'bcast', 'redirect', id);
    await say(tracker, 'client', 'trackinginfo');
    await say(tracker, 'client', 'tracking', 'off');
    await say(tracker, 'client', 'trackinginfo');
    await say(
      tracker,
      'client',
      'tracking',
      'on',
      'bcast',
      'redirect',
      id,
      'prefix',
      'a:',
      'prefix',
      'a',
    );
    await say(
      tracker,
      ...['client', 'tracking', 'on', 'bcast', 'redirect', id],
      ...['prefix', 'a:', 'prefix', 'b:', 'noloop'],
    );
    await say(tracker, 'client', 'trackinginfo');
    await say(tracker, 'client', 'tracking', 'on', 'bcast', 'redirect', id, 'prefix', 'a:');
    await say(tracker, 'client', 'getredir');
    await say(other, 'mset', 'a:2', '1', 'a:1', '2', 'c:1', '3', 'a:2', '4');
    await hear();
    await say(other, 'multi');
    await say(other, 'rpush', 'b:1', 'x');
    await say(other, 'expire', 'b:1', '1000');
    await say(other, 'rpush', 'b:2', 'x');
    await say(other, 'exec');
    await hear();
    await say(tracker, 'set', 'a:mine', 'x');
    await say(other, 'del', 'a:1', 'nothing');
    await hear();
    await say(other, 'set', 'a:9', 'x', 'PX', '20');
    await hear();
    await hear();
    await say(other, 'sadd', 'b:s', 'x');
    await hear();
    await say(other, 'sadd', 'b:s', 'x');
    await say(other, 'srem', 'b:s', 'y');
    await say(other, 'persist', 'b:s');
    await say(other, 'get', 'b:s');
    await say(other, 'hset', 'b:h', 'f', 'v');
    await hear();
    await say(other, 'hset', 'b:h', 'f', 'v');
    await hear();
    await say(other, 'ltrim', 'b:2', '0', '-1');
    await hear();
    await say(other, 'set', 'b:s', 'x', 'NX');
    await say(other, 'lrem', 'b:2', '0', 'nothing');
    await say(other, 'zadd', 'b:z', '1', 'm');
    await hear();
    await say(other, 'zadd', 'b:z', '1', 'm');
    await say(other, 'flushall');
    await hear();
    listener.close();
    await listener.closed;
    await eventually('the redirect is broken', async () => {
      await other.send('set', 'a:1', 'x');
      return (await tracker.send('client', 'trackinginfo')).includes('broken_redirect');
    });
    for (const connection of [tracker, other]) connection.close();
    return heard;
  }

  it('are the same for everything that CLIENT TRACKING tells', async () => {
    const expected = await scene(redis);
    const heard = await scene(store);
    expect(heard).toEqual(expected);
  });
});

describe('the endpoint of the embedded store', () => {
  it('reads requests however they are cut', async () => {
    await using store = await startEmbeddedStore();
    const bytes = `${request('set', 'k', 'a\r\nb')}get k\r\n${request('rpush', 'l', '', 'x')}`;
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
    const cuts = Array.from({ length: bytes.length - 1 }, (_, i) => [
      bytes.slice(0, i + 1),
      bytes.slice(i + 1),
    ]);
    for (const parts of [...cuts, [...bytes]]) {
      const connection = new RespConnection({ path: store.socketPath });
      await connection.send('flushall');
      for (const part of parts) {
        connection.write(part);
        await pause();
      }
      expect(await connection.next()).toBe('+OK\r\n');
      expect(await connection.next()).toBe('$4\r\na\r\nb\r\n');
      expect(await connection.next()).toBe(':2\r\n');
      connection.close();
    }
  });

  it('takes a value up to its bound, and refuses a larger one before it comes', async () => {
    await using store = await startEmbeddedStore();
    const connection = new RespConnection(store);
    const value = 'x'.repeat(20 * 1024 * 1024);
    expect(await connection.send('set', 'k', value)).toBe('+OK\r\n');
    expect(await connection.send('strlen', 'k')).toBe(`:${value.length}\r\n`);
    connection.write(`*3\r\n$3\r\nset\r\n$1\r\nk\r\n$${limits.maxRespRequestBytes}\r\n`);
    expect(await connection.next()).toBe('-ERR Protocol error: invalid bulk length\r\n');
    await connection.closed;
    const second = new RespConnection(store);
    second.write(`*${limits.maxRespWords + 1}\r\n`);
    expect(await second.next()).toBe('-ERR Protocol error: invalid multibulk length\r\n');
    await second.closed;
  });

  it('lets a client that does not read wait, and nobody else', async () => {
    await using store = await startEmbeddedStore();
    const lazy = new RespConnection(store);
    await lazy.send('set', 'k', 'x'.repeat(100_000));
    lazy.pause();
    lazy.write(request('get', 'k').repeat(2000));
    const brisk = new RespConnection(store);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 200; i++) expect(await brisk.send('ping')).toBe('+PONG\r\n');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 1024 * 1024);
    lazy.resume();
    for (let i = 0; i < 2000; i++) expect((await lazy.next()).length).toBe(100_011);
    lazy.close();
    brisk.close();
  });

  it('parts from a subscriber that lets too much pile up', async () => {
    await using store = await startEmbeddedStore();
    const lazy = new RespConnection(store);
    await lazy.send('subscribe', 'c');
    lazy.pause();
    const publisher = new RespConnection(store);
    const message = 'x'.repeat(1024 * 1024);
    let receivers = ':1\r\n';
    for (let i = 0; i < 200 && receivers === ':1\r\n'; i++) {
      receivers = await publisher.send('publish', 'c', message);
    }
    expect(receivers).toBe(':0\r\n');
    lazy.close();
    publisher.close();
  });

  it('takes so many clients and no more', async () => {
    await using store = await startEmbeddedStore();
    const clients = Array.from(
      { length: limits.maxEmbeddedClients },
      () => new RespConnection(store),
    );
    for (const client of clients) expect(await client.send('ping')).toBe('+PONG\r\n');
    const surplus = new RespConnection(store);
    expect(await surplus.next()).toBe('-ERR max number of clients reached\r\n');
    await surplus.closed;
    clients[0]?.close();
    await eventually('there is room again', async () => {
      const next = new RespConnection(store);
      const answer = await next.send('ping').catch(() => '');
      next.close();
      return answer === '+PONG\r\n';
    });
    for (const client of clients) client.close();
  });

  it('answers what was sent before the other side ended its half', async () => {
    await using store = await startEmbeddedStore();
    const { connect } = await import('node:net');
    const socket = connect({ path: store.socketPath });
    socket.end(request('rpush', 'a', '1') + request('lrange', 'a', '0', '-1'));
    let received = '';
    for await (const chunk of socket) received += String(chunk);
    expect(received).toBe(':1\r\n*1\r\n$1\r\n1\r\n');
  });

  it('listens on loopback only', async () => {
    await using directory = await temporaryDirectory();
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.com']) {
      await expect(
        openEmbeddedStore({
          directory: directory.path,
          socketPath: join(directory.path, 's'),
          tcp: { host, port: 0 },
          log: () => {},
        }),
      ).rejects.toMatchObject({ code: 'BERTH_CONFIG_INVALID' });
    }
  });

  it('names a taken port, or takes another where that is allowed, and says so', async () => {
    await using first = await startEmbeddedStore();
    await using directory = await temporaryDirectory();
    const said: string[] = [];
    const options = {
      directory: directory.path,
      socketPath: join(directory.path, 's'),
      log: (level: string, message: string) => void said.push(`${level} ${message}`),
    };
    const tcp = { host: '127.0.0.1', port: first.port };
    await expect(openEmbeddedStore({ ...options, tcp })).rejects.toMatchObject({
      code: 'BERTH_PORT_TAKEN',
    });
    await using second = await openEmbeddedStore({ ...options, tcp: { ...tcp, fallback: true } });
    expect(second.tcp?.port).not.toBe(first.port);
    expect(said).toEqual([
      expect.stringMatching(
        new RegExp(
          `^warn Port ${first.port} is taken( by .+ \\(pid \\d+\\))?\\. The embedded store listens on ${second.tcp?.port}\\.$`,
        ),
      ),
    ]);
    const connection = new RespConnection(second.tcp ?? { port: 0 });
    expect(await connection.send('ping')).toBe('+PONG\r\n');
    connection.close();
  });

  it('refuses a path that is something else, and one that is too long', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'taken');
    await mkdir(path);
    for (const socketPath of [path, join(directory.path, 'x'.repeat(120))]) {
      await expect(
        openEmbeddedStore({ directory: directory.path, socketPath, tcp: null, log: () => {} }),
      ).rejects.toMatchObject({ code: 'BERTH_CONFIG_INVALID' });
    }
  });

  it('refuses what is not for clients, and says so', async () => {
    await using store = await startEmbeddedStore();
    const connection = new RespConnection(store);
    expect(await connection.send('shutdown')).toMatch(/^-ERR SHUTDOWN is not for clients/);
    expect(await connection.send('eval', 'return 1', '0')).toMatch(/^-ERR EVAL is not supported/);
    expect(await connection.send('select', '1')).toBe('-ERR DB index is out of range\r\n');
    expect(await connection.send('hello', '3')).toBe('-NOPROTO unsupported protocol version\r\n');
    connection.close();
  });
});
