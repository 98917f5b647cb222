import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { adopt } from './adopt.ts';
import { ReadMemory } from './readMemory.ts';

const server = createServer({ pauseOnConnect: true });
let client: Socket;
let accepted: Socket;

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  [accepted] = (await once(server, 'connection')) as [Socket];
});
afterEach(async () => {
  client.destroy();
  accepted.destroy();
  server.close();
  await once(server, 'close');
});

it('an accepted connection is read into memory of ours, the same for each read until somebody keeps it', async () => {
  const reads = new ReadMemory({ most: 1024 });
  const seen: { readonly text: string; readonly memory: ArrayBufferLike }[] = [];
  let keeps = false;
  let heard = (): void => {};
  reads.hear = (chunk) => {
    seen.push({ text: chunk.toString(), memory: chunk.buffer });
    heard();
    return keeps;
  };
  const own = adopt(accepted, reads.onread);
  expect(own).not.toBeNull();
  for (const text of ['one', 'two', 'three']) {
    const next = new Promise<void>((done) => (heard = done));
    keeps = text === 'two';
    client.write(text);
    await next;
  }
  expect(seen.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  const [one, two, three] = seen.map(({ memory }) => memory);
  expect(two).toBe(one);
  expect(three).not.toBe(two);
});

it('who waits for the end of a connection hears of it once, and nobody else holds the socket that it came with', async () => {
  let ends = 0;
  accepted.on('close', () => ends++);
  const own = adopt(accepted, new ReadMemory({ most: 1024 }).onread);
  if (own === null) throw new Error('not adopted');
  expect(accepted.eventNames()).toEqual([]);
  const both = Promise.all([once(own, 'close'), once(client, 'close')]);
  client.resume();
  own.destroy();
  await both;
  expect(ends).toBe(1);
});

it('a connection whose handle is not as it is known stays as it is', () => {
  const handle: unknown = Reflect.get(accepted, '_handle');
  Reflect.set(accepted, '_handle', {});
  expect(adopt(accepted, new ReadMemory({ most: 1024 }).onread)).toBeNull();
  Reflect.set(accepted, '_handle', handle);
});
