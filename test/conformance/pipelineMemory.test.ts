import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { fieldOf } from '../support/messageReader.ts';
import { get, type RawClient } from '../support/rawClient.ts';
import { okay, type SeenRequest } from '../support/recordingBackend.ts';
import { testedEngine } from '../support/testedEngine.ts';

// A backend that answers nothing until it is let. What counts is how many bytes the engine has read of its clients.

let pair: Pair;
let held: SeenRequest[] | null;
beforeEach(async () => {
  held = [];
  pair = await startPair(
    {
      request(request) {
        if (held === null) return okay(request.target);
        held.push(request);
        return undefined;
      },
    },
    // What is held is held as long as a busy machine needs for the rest.
    { settings: { tcpTimeoutMs: 120_000, maxSockets: 1000 } },
  );
});
afterEach(() => pair.stop());

const release = (): void => {
  const waiting = held ?? [];
  held = null;
  answer(waiting);
};

const answer = (waiting: readonly SeenRequest[]): void => {
  for (const { connection, target } of waiting) connection.socket.write(okay(target));
};

/** Bytes that one read of a connection brings at most. */
const chunk = 64 * 1024;

const readBytes = (): number => pair.harness.readBytes().reduce((sum, bytes) => sum + bytes, 0);

/** Waits until no more is read. */
async function settled(): Promise<void> {
  let before = -1;
  await eventually('the end of reading', async () => {
    const now = readBytes();
    const same = now === before && now > 0;
    before = now;
    await new Promise((done) => setTimeout(done, 200));
    return same;
  });
}

async function flood(connections: number, requests: readonly string[]): Promise<RawClient[]> {
  const clients = await Promise.all(Array.from({ length: connections }, () => pair.dial()));
  for (const client of clients) client.send(requests.join(''));
  return clients;
}

const padded = (padding: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) =>
    get('app.dev.local', `/${i}`, `X: ${'a'.repeat(padding)}\r\n`),
  );

test('large heads behind one that waits are read in part, and all are answered in the end', async () => {
  const clients = await flood(20, padded(30_000, 30));
  await settled();
  for (const bytes of pair.harness.readBytes()) {
    expect(bytes).toBeLessThan(limits.pipelineBytes + 2 * chunk);
  }
  release();
  for (const client of clients) {
    for (let i = 0; i < 30; i++) expect((await client.response()).body).toBe(`/${i}`);
  }
  expect(pair.backend.requests).toHaveLength(20 * 30);
});

test('bodies count as well', async () => {
  const body = 'x'.repeat(12_000);
  const post = (_: unknown, i: number) =>
    `POST /${i} HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const [client] = await flood(1, Array.from({ length: 60 }, post));
  await settled();
  expect(readBytes()).toBeLessThan(limits.pipelineBytes + 2 * chunk);
  release();
  for (let i = 0; i < 60; i++) expect((await client?.response())?.body).toBe(`/${i}`);
  expect(pair.backend.requests.map((request) => request.body === body)).toEqual(
    Array.from({ length: 60 }, () => true),
  );
});

test('a request whose body is slow does not let those behind it in without bounds', async () => {
  const client = await pair.dial();
  client.send(padded(0, 200).join(''));
  client.send('POST /slow HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 2\r\n\r\nx');
  await settled();
  release();
  for (let i = 0; i < 200; i++) await client.response();
  held = [];
  const before = readBytes();
  client.send(`x${padded(30_000, 30).join('')}`);
  await settled();
  expect(readBytes() - before).toBeLessThan(limits.pipelineBytes + 2 * chunk);
  release();
  expect((await client.response()).body).toBe('/slow');
  for (let i = 0; i < 30; i++) expect((await client.response()).body).toBe(`/${i}`);
});

/** What fills a worker: node:http holds requests that were parsed, which cost more than their text; splice bytes. */
const filling =
  testedEngine === 'splice'
    ? { padding: 3000, count: 40, costBytes: 2900, more: 400 }
    : { padding: 0, count: 1400, costBytes: limits.pipelinedRequestBytes, more: 12 };

test('a worker with much waiting reads on nowhere, and ends connections rather than hold more', async () => {
  const { padding, count, costBytes } = filling;
  const most = limits.maxPipelinedBytes / costBytes;
  const half = await flood(most / 2 / count + 1, padded(padding, count));
  await settled();
  const [large] = await flood(1, padded(30_000, 10));
  await settled();
  expect(pair.harness.readBytes().at(-1)).toBeLessThanOrEqual(2 * chunk);
  const more = await flood(filling.more, padded(padding, count));
  await settled();

  const late = await pair.dial();
  late.send(get('app.dev.local', '/late') + get('app.dev.local', '/forgotten'));
  await settled();

  const clients = [...half, ...more];
  const during = pair.backend.requests.length;
  const [last] = held?.splice(-1) ?? [];
  release();
  for (let i = 0; i < 10; i++) expect((await large?.response())?.body).toBe(`/${i}`);
  const answered = await Promise.all(
    clients.map(async (client) => {
      const texts: string[] = [];
      for (;;) {
        const response = await client.response();
        texts.push(response.body);
        const closes = fieldOf(response, 'connection') === 'close';
        if (closes || texts.length === count) return { texts, closes };
      }
    }),
  );
  expect(during).toBe(clients.length + 2);
  for (const { texts } of answered) expect(texts).toEqual(texts.map((_, i) => `/${i}`));
  const cut = answered.filter(({ closes }) => closes);
  expect(cut.length).toBeGreaterThan(0);
  expect(cut.length).toBeLessThan(clients.length);
  const kept = cut.reduce((sum, { texts }) => sum + texts.length, 0);
  expect(kept).toBeLessThan(most + clients.length);
  const all = answered.reduce((sum, { texts }) => sum + texts.length, 10);
  expect(pair.backend.requests).toHaveLength(all + 1);

  late.send(get('app.dev.local', '/after'));
  await settled();
  expect(last?.target).toBe('/late');
  if (last !== undefined) answer([last]);
  expect((await late.responses()).map(({ body }) => body)).toEqual(['/late']);
  expect(pair.backend.requests).toHaveLength(all + 1);
}, 120_000);

test('what waits for a client that leaves goes with it', async () => {
  // No connection has so much waiting that it is not read on, nor have all: an end is heard at once.
  const connections = 90;
  const waitingBytes = 70_000;
  const rounds = Math.ceil(limits.maxPipelinedBytes / connections / waitingBytes);
  for (let round = 0; round < rounds; round++) {
    const clients = await flood(connections, padded(3000, waitingBytes / 3000 + 2));
    await eventually('a request of each', () => held?.length === connections);
    await settled();
    for (const client of clients) client.destroy();
    await eventually('they are gone', () => pair.harness.engine.openConnections === 0);
    held = [];
  }
  const client = await pair.dial();
  client.send(get('app.dev.local', '/first') + get('app.dev.local', '/second'));
  await eventually('the first', () => held?.length === 1);
  release();
  expect((await client.response()).body).toBe('/first');
  const second = await client.response();
  expect([second.body, fieldOf(second, 'connection')]).toEqual(['/second', 'keep-alive']);
}, 120_000);
