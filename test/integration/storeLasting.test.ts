import { readFile, stat } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startEmbeddedStore, type TestStore } from '../support/embeddedStore.ts';
import { dump } from '../support/storeDump.ts';

let clock = Date.now();
let store: TestStore;
let client: Redis;
beforeEach(async () => {
  clock = Date.now();
  store = await startEmbeddedStore({ wallClock: () => clock });
  client = new Redis(store.socketPath);
  // It is without its store while that is opened again.
  client.on('error', () => {});
});
afterEach(async () => {
  client.disconnect();
  await store.stop();
});

const reopened = async (): Promise<Record<string, unknown>> => {
  await store.reopen();
  return dump(client);
};

it('brings every write to the disk before its answer, in a file only this user can read', async () => {
  await client.rpush('frontend:a', 'a', 'http://x');
  expect(await readFile(store.file, 'latin1')).toBe(
    '*4\r\n$5\r\nrpush\r\n$10\r\nfrontend:a\r\n$1\r\na\r\n$8\r\nhttp://x\r\n',
  );
  expect((await stat(store.file)).mode & 0o777).toBe(0o600);
  expect((await stat(store.directory)).mode & 0o777).toBe(0o700);
  expect((await stat(store.socketPath)).mode & 0o777).toBe(0o600);
});

it('writes neither dead marks nor what was made to expire', async () => {
  await client.sadd('dead:a', '0');
  await client.hset('berth:dead:a', '0', '{}');
  await client.set('lease', 'me', 'EX', 10);
  await client.multi().sadd('dead:b', '1').expire('dead:b', 30).exec();
  expect(await readFile(store.file, 'latin1')).toBe('');
  expect(await reopened()).toEqual({});
});

it('never loses a frontend that got a deadline later, nor forgets the deadline', async () => {
  await client.rpush('frontend:a', 'a', 'http://x');
  await client.expire('frontend:a', 100);
  await client.rpush('frontend:a', 'http://y');
  expect(await reopened()).toEqual({
    'frontend:a': { type: 'list', value: ['a', 'http://x', 'http://y'], deadline: true },
  });
  await client.persist('frontend:a');
  clock += 200_000;
  expect(Object.keys(await reopened())).toEqual(['frontend:a']);
});

it('writes a key whole when it loses its deadline', async () => {
  await client.set('k', 'x', 'EX', 10);
  await client.append('k', 'y');
  await client.persist('k');
  expect(await reopened()).toEqual({ k: { type: 'string', value: 'xy', deadline: false } });
  await client.sadd('dead:a', '1', '2');
  await client.rename('dead:a', 'frontend:b');
  expect(await reopened()).toMatchObject({ 'frontend:b': { type: 'set', value: ['1', '2'] } });
});

it('does not bring back what expired, whether it was running then or not', async () => {
  await client.rpush('a', '1');
  await client.rpush('b', '1');
  await client.pexpire('a', 1000);
  await client.pexpire('b', 60_000);
  clock += 2000;
  await client.rpush('a', 'new');
  expect(await client.lrange('a', 0, -1)).toEqual(['new']);
  clock += 60_000;
  expect(await reopened()).toEqual({ a: { type: 'list', value: ['new'], deadline: false } });
});

it('keeps what was done relatively or at random as it came out', async () => {
  await client.sadd('s', 'a', 'b', 'c', 'd');
  const gone = await client.spop('s', 2);
  await client.incrbyfloat('f', 0.1);
  await client.incrbyfloat('f', 0.2);
  await client.hincrbyfloat('h', 'f', 1.5);
  await client.set('t', 'x', 'EX', 100);
  await client.set('t', 'y');
  const before = await dump(client);
  expect(await reopened()).toEqual(before);
  expect(await client.sismember('s', gone[0] ?? '')).toBe(0);
  expect(await client.get('f')).toBe('0.3');
});

it('gives the same contents back after a restart, whatever was written', async () => {
  const bytes = Buffer.from([0, 255, 10, 13, 36, 42]);
  await client.set(bytes, bytes);
  await client.rpush('list', ...Array.from({ length: 500 }, (_, i) => String(i)));
  await client.hset(
    'hash',
    Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${i}`, 'v'])),
  );
  await client.zadd('z', '-inf', 'a', '+inf', 'b', 1.25, 'c');
  await client.sadd('__proto__', 'constructor');
  const before = await dump(client);
  expect(await reopened()).toEqual(before);
  expect(await client.getBuffer(bytes)).toEqual(bytes);
});

it('compacts at the start, and when asked to, and loses nothing that is written meanwhile', async () => {
  for (let i = 0; i < 300; i++) {
    await client.pipeline().rpush('a', String(i)).lpop('a').rpush('b', String(i)).exec();
  }
  const before = await dump(client);
  const grown = (await stat(store.file)).size;
  expect(await reopened()).toEqual(before);
  const compacted = (await stat(store.file)).size;
  expect(compacted).toBeLessThan(grown / 3);
  const writes = Array.from({ length: 200 }, (_, i) => client.rpush('c', String(i)));
  const asked = client.call('bgrewriteaof');
  const more = Array.from({ length: 200 }, (_, i) => client.rpush('c', String(i)));
  await Promise.all([...writes, asked, ...more]);
  expect(await client.llen('c')).toBe(400);
  await store.reopen();
  expect(await client.llen('c')).toBe(400);
});

it('stays empty after FLUSHALL', async () => {
  await client.rpush('a', '1');
  await client.flushall();
  await client.rpush('b', '1');
  expect(Object.keys(await reopened())).toEqual(['b']);
});
