import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { openEmbeddedStore } from '../../src/core/embedded/index.ts';
import { BerthError } from '../../src/shared/errors.ts';
import { startEmbeddedStore } from '../support/embeddedStore.ts';
import { dump } from '../support/storeDump.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

/** What a store makes of these bytes: its contents, and what it said. */
async function recover(
  bytes: Buffer,
): Promise<{ contents: Record<string, unknown>; lines: string[]; size: number }> {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'store.aof');
  await writeFile(file, bytes);
  const lines: string[] = [];
  const store = await openEmbeddedStore({
    directory: directory.path,
    socketPath: join(directory.path, 's'),
    tcp: null,
    log: (level, message) => lines.push(`${level} ${message}`),
  });
  const client = new Redis(store.socketPath);
  const contents = await dump(client);
  client.disconnect();
  await store.close();
  return { contents, lines, size: (await stat(file)).size };
}

/** A file, and what a store held after each whole step of it: its size → its contents. */
async function history(): Promise<{ bytes: Buffer; states: Map<number, unknown> }> {
  await using store = await startEmbeddedStore();
  const client = new Redis(store.socketPath);
  const states = new Map<number, unknown>([[0, {}]]);
  const steps: (() => Promise<unknown>)[] = [
    () => client.rpush('frontend:a', 'a', 'http://x'),
    () => client.set('k', 'a\r\n\0b'),
    () => client.multi().rpush('frontend:a', 'http://y').hset('h', 'f', '1').exec(),
    () => client.sadd('s', 'm'),
    () => client.lrem('frontend:a', 0, 'http://x'),
    () => client.zadd('z', 1, 'm'),
    () => client.expire('frontend:a', 1000),
    () => client.del('k', 's'),
  ];
  for (const step of steps) {
    await step();
    states.set((await stat(store.file)).size, await dump(client));
  }
  client.disconnect();
  return { bytes: await readFile(store.file), states };
}

it('recovers a prefix of whole commands from a file cut at any byte', {
  timeout: 120_000,
}, async () => {
  const { bytes, states } = await history();
  expect(states.size).toBe(9);
  let good = 0;
  for (let cut = 0; cut <= bytes.length; cut++) {
    if (states.has(cut)) good = cut;
    const { contents, lines } = await recover(bytes.subarray(0, cut));
    expect(contents, `cut at ${cut}`).toEqual(states.get(good));
    const warnings = lines.filter((line) => line.startsWith('warn'));
    if (cut === good) expect(warnings).toEqual([]);
    else expect(warnings.join()).toMatch(new RegExp(`cut off at byte ${good}$`));
  }
});

it('cuts a tail of zeros, as some file systems leave it', async () => {
  const { bytes, states } = await history();
  for (const [good, state] of states) {
    for (const extra of [0, 5, 17, 30]) {
      const kept = bytes.subarray(0, Math.min(good + extra, bytes.length));
      const whole = Math.max(...[...states.keys()].filter((size) => size <= kept.length));
      const { contents, lines } = await recover(Buffer.concat([kept, Buffer.alloc(5000)]));
      expect(contents).toEqual(whole === good ? state : states.get(whole));
      expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
    }
  }
});

/** The bytes with the first occurrence of something replaced. */
function patched(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(
    bytes.toString('latin1').replace(from, () => to),
    'latin1',
  );
}

it('refuses a file that is damaged in its middle, says where, and leaves it as it is', async () => {
  const { bytes } = await history();
  const cases: readonly (readonly [Buffer, RegExp])[] = [
    [Buffer.concat([Buffer.from('REDIS0009'), bytes]), /store\.aof, byte 0: /],
    [patched(bytes, '\r\n*', '\r\n!'), /byte \d+: Protocol error: expected an array/],
    [patched(bytes, '$1\r\na', '$9\r\na'), /byte \d+: Protocol error: invalid bulk length/],
    [patched(bytes, '$8\r\nhttp', '$8888\r\nhttp'), /byte 0: this command reaches into others/],
    [Buffer.concat([Buffer.from('*1\r\n$4\r\nNOPE\r\n'), bytes]), /byte 0: unknown command 'NOPE'/],
    [
      Buffer.concat([bytes, Buffer.from('*3\r\n$5\r\nRPUSH\r\n$1\r\nh\r\n$1\r\nx\r\n')]),
      /WRONGTYPE/,
    ],
    [Buffer.from('*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n'), /database 3/],
  ];
  for (const [damaged, message] of cases) {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'store.aof');
    await writeFile(file, damaged);
    const opening = openEmbeddedStore({
      directory: directory.path,
      socketPath: join(directory.path, 's'),
      tcp: null,
      log: () => {},
    });
    const error = await opening.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(BerthError);
    expect(error).toMatchObject({ code: 'BERTH_EMBEDDED_CORRUPT' });
    expect(String(error)).toMatch(message);
    expect(String(error)).toContain(file);
    expect((await readFile(file)).equals(damaged)).toBe(true);
  }
});

it('goes on appending where a torn tail was cut', async () => {
  await using store = await startEmbeddedStore();
  const client = new Redis(store.socketPath);
  client.on('error', () => {});
  await client.rpush('a', '1');
  await appendFile(store.file, '*3\r\n$5\r\nRPUSH\r\n$1');
  await store.reopen();
  await client.rpush('a', '2');
  await store.reopen();
  expect(await client.lrange('a', 0, -1)).toEqual(['1', '2']);
  client.disconnect();
});
