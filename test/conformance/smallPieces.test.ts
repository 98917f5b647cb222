import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { get, type RawClient } from '../support/rawClient.ts';

// What waits until it is whole takes about the memory of its bytes, however many reads brought it.

const pieces = 400;
/** A read has room for 64 KiB: so many of them would be 25 MB. */
const mostBytes = 6_000_000;

let pair: Pair;
beforeEach(async () => {
  // Answers nothing.
  pair = await startPair({ request: () => undefined });
});
afterEach(() => pair.stop());

/** A connection that has brought some requests, which is read in other memory than a new one. */
async function dialBefore(): Promise<RawClient> {
  const client = await pair.dial();
  for (let i = 0; i < 8; i++) await client.send(get('unknown.test')).response();
  return client;
}

/** Byte by byte. @returns bytes of memory that it took */
async function trickle(client: RawClient): Promise<number> {
  client.socket.setNoDelay(true);
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < pieces; i++) {
    client.send('a');
    await delay(1);
  }
  return process.memoryUsage().arrayBuffers - before;
}

const open = 'GET / HTTP/1.1\r\nHost: app.dev.local\r\nX: ';

test('a head that comes byte by byte', async () => {
  for (const client of [await pair.dial(), await dialBefore()]) {
    client.send(open);
    expect(await trickle(client)).toBeLessThan(mostBytes);
    client.destroy();
  }
});

test('a body that comes byte by byte, and is kept to be sent again', async () => {
  const fields = `Host: app.dev.local\r\nContent-Length: ${pieces + 1}\r\n`;
  const client = (await dialBefore()).send(`PUT / HTTP/1.1\r\n${fields}\r\n`);
  expect(await trickle(client)).toBeLessThan(mostBytes);
  client.destroy();
});

test('a request that comes byte by byte behind one that waits', async () => {
  const client = (await dialBefore()).send(get('app.dev.local'));
  await delay(50);
  client.send(open);
  expect(await trickle(client)).toBeLessThan(mostBytes);
  client.destroy();
});
