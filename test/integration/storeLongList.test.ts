import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { openEmbeddedStore } from '../../src/core/embedded/index.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

const elements = 300_000;
const pushes = 2000;

/** Far more than costs that grow with what is added, and far less than those that grow with what is there. */
const generousMs = 15_000;

it('replays a list that was pushed one by one, and pushes onto it, without copying it each time', async () => {
  await using directory = await temporaryDirectory();
  const record = '*3\r\n$5\r\nRPUSH\r\n$1\r\nl\r\n$8\r\nhttp://x\r\n';
  await writeFile(join(directory.path, 'store.aof'), record.repeat(elements));
  const begun = performance.now();
  await using store = await openEmbeddedStore({
    directory: directory.path,
    socketPath: join(directory.path, 's'),
    tcp: null,
    log: () => {},
  });
  const client = new Redis(store.socketPath);
  try {
    const lengths = await Promise.all(Array.from({ length: pushes }, () => client.rpush('l', 'y')));
    expect(lengths.at(-1)).toBe(elements + pushes);
    expect(performance.now() - begun).toBeLessThan(generousMs);
    expect(await client.lrange('l', -1, -1)).toEqual(['y']);
    expect(await client.lindex('l', elements - 1)).toBe('http://x');
  } finally {
    client.disconnect();
  }
}, 60_000);
