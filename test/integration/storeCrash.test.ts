import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildStoreProgram, type StoreProgram } from '../support/storeProcess.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

let program: StoreProgram;
beforeAll(async () => {
  program = await buildStoreProgram();
});
afterAll(async () => {
  await program?.[Symbol.asyncDispose]();
});

const connect = (path: string): Redis => {
  const client = new Redis(path, { retryStrategy: null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  return client;
};

/** Writes without end, until the store is gone; returns how many of its appends were acknowledged, for each key. */
async function load(path: string, name: string): Promise<Map<string, number>> {
  const client = connect(path);
  const acknowledged = new Map<string, number>();
  try {
    for (let i = 0; ; i++) {
      const pipeline = client.pipeline();
      const keys = [`frontend:${name}:${i % 5}`, `frontend:${name}:${(i + 1) % 5}`];
      for (const key of keys) pipeline.rpush(key, `http://127.0.0.1:${i}`);
      pipeline.sadd(`dead:${name}`, String(i));
      for (const [position, [error]] of ((await pipeline.exec()) ?? []).entries()) {
        const key = keys[position];
        if (error !== null) return acknowledged;
        if (key !== undefined) acknowledged.set(key, (acknowledged.get(key) ?? 0) + 1);
      }
    }
  } catch {
    return acknowledged;
  } finally {
    client.disconnect();
  }
}

it('keeps every acknowledged write through ten deaths under load', {
  timeout: 120_000,
}, async () => {
  await using directory = await temporaryDirectory();
  const lengths = new Map<string, number>();
  for (let round = 0; round < 10; round++) {
    const store = await program.run(directory.path);
    const client = connect(store.socketPath);
    for (const [key, length] of lengths) {
      const found = await client.llen(key);
      expect(found).toBeGreaterThanOrEqual(length);
      lengths.set(key, found);
    }
    expect(await client.keys('dead:*')).toEqual([]);
    client.disconnect();
    const loads = ['a', 'b', 'c'].map((name) => load(store.socketPath, name));
    await new Promise((resolve) => setTimeout(resolve, 60 + Math.random() * 120));
    await store.kill();
    for (const acknowledged of await Promise.all(loads)) {
      for (const [key, count] of acknowledged) lengths.set(key, (lengths.get(key) ?? 0) + count);
    }
  }
  expect(lengths.size).toBe(15);
});

it('lets one process use a directory, names it to a second one, and outlives its death', async () => {
  await using directory = await temporaryDirectory();
  const first = await program.run(directory.path);
  await expect(program.run(directory.path)).rejects.toThrow(
    `The embedded store is in use: process ${first.pid} uses ${directory.path}`,
  );
  await first.kill();
  const second = await program.run(directory.path);
  await second.kill();
});

it('leaves one of several that start at the same moment', async () => {
  await using directory = await temporaryDirectory();
  const results = await Promise.allSettled(
    Array.from({ length: 4 }, () => program.run(directory.path)),
  );
  const running = results.filter((result) => result.status === 'fulfilled');
  expect(running.length).toBeLessThanOrEqual(1);
  for (const { value } of running) await value.kill();
  const after = await program.run(directory.path);
  await after.kill();
});
