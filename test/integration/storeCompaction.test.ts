import { appendFile, stat } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { startEmbeddedStore, type TestStore } from '../support/embeddedStore.ts';
import { dump } from '../support/storeDump.ts';

// The embedded store's file is written anew once it has grown to `limits.aofCompactBytes`, and to `aofCompactGrowth`
// times what it had when that was last done; at a start, whenever that makes it shorter. A file that was written anew is
// another file under the same name: its inode tells.

const mebibyte = 1024 * 1024;
const value = 'x'.repeat(mebibyte);
/** What stands in the file when this key was set to that value. */
const record = (key: string): string =>
  `*3\r\n$3\r\nset\r\n$${key.length}\r\n${key}\r\n$${value.length}\r\n${value}\r\n`;
const threshold = limits.aofCompactBytes;

async function fileOf(store: TestStore): Promise<{ inode: number; bytes: number }> {
  const { ino, size } = await stat(store.file);
  return { inode: ino, bytes: size };
}

/** Sets one key again and again, one write at a time, until the next write would bring the file to `bytes`. */
async function growTo(bytes: number, store: TestStore, client: Redis, key: string): Promise<void> {
  const step = record(key).length;
  for (let at = (await fileOf(store)).bytes; at + step < bytes; at += step) {
    await client.set(key, value);
    expect((await fileOf(store)).bytes).toBe(at + step);
  }
}

async function fillWithEveryType(client: Redis): Promise<void> {
  await client.rpush('frontend:app.dev.local', 'app', 'http://127.0.0.1:3000');
  await client.hset('hash', { a: '1', b: '2' });
  await client.sadd('set', 'a', 'b');
  await client.zadd('sorted', 1, 'a', 2, 'b');
  await client.set('expiring', 'later');
  await client.expire('expiring', 1000);
}

it('compacts a running file that has grown to the threshold, and not before', async () => {
  await using store = await startEmbeddedStore();
  const client = new Redis(store.socketPath);
  await fillWithEveryType(client);
  const first = await fileOf(store);
  await growTo(threshold, store, client, 'often');
  const below = await fileOf(store);
  expect(below.inode).toBe(first.inode);
  expect(below.bytes).toBeGreaterThan(threshold - 1.1 * mebibyte);
  const before = await dump(client);

  await client.set('often', value);
  expect((await fileOf(store)).inode).toBe(first.inode);
  await client.set('often', value);
  const past = await fileOf(store);
  expect(past.inode).not.toBe(first.inode);
  expect(past.bytes).toBeLessThan(2.1 * mebibyte);
  expect(await dump(client)).toEqual(before);

  client.disconnect();
  await store.reopen();
  const again = new Redis(store.socketPath);
  expect(await dump(again)).toEqual(before);
  again.disconnect();
});

it('leaves a file alone that has passed the threshold and not yet doubled', async () => {
  await using store = await startEmbeddedStore();
  let client = new Redis(store.socketPath);
  const kept = Math.ceil((0.75 * threshold) / mebibyte);
  for (let key = 0; key < kept; key++) await client.set(`kept:${key}`, value);
  client.disconnect();
  await store.reopen();
  client = new Redis(store.socketPath);
  const first = await fileOf(store);
  const doubled = first.bytes * limits.aofCompactGrowth;
  expect(doubled).toBeGreaterThan(threshold + 2 * mebibyte);

  await growTo(doubled, store, client, 'kept:0');
  const below = await fileOf(store);
  expect(below.inode).toBe(first.inode);
  expect(below.bytes).toBeGreaterThan(threshold);
  const before = await dump(client);

  await client.set('kept:0', value);
  expect((await fileOf(store)).inode).toBe(first.inode);
  await client.set('kept:0', value);
  const past = await fileOf(store);
  expect(past.inode).not.toBe(first.inode);
  expect(past.bytes).toBeLessThan(first.bytes + 1.1 * mebibyte);
  expect(await dump(client)).toEqual(before);
  client.disconnect();
});

it.each([
  ['is small', 1],
  ['has passed the threshold', Math.ceil(threshold / mebibyte)],
])(
  'compacts a file at the start that %s when that makes it shorter, and else leaves it',
  async (_size, times) => {
    await using store = await startEmbeddedStore();
    let client = new Redis(store.socketPath);
    await fillWithEveryType(client);
    await client.set('often', value);
    const before = await dump(client);
    await appendFile(store.file, record('often').repeat(times));
    const grown = await fileOf(store);
    expect(grown.bytes > threshold).toBe(times > 1);
    const reopened = async () => {
      client.disconnect();
      await store.reopen();
      client = new Redis(store.socketPath);
      expect(await dump(client)).toEqual(before);
      return await fileOf(store);
    };
    const shorter = await reopened();
    expect(shorter.inode).not.toBe(grown.inode);
    expect(shorter.bytes).toBeLessThan(1.1 * mebibyte);
    expect(await reopened()).toEqual(shorter);
    client.disconnect();
  },
);
