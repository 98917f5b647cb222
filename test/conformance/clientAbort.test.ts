import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { get, type RawClient } from '../support/rawClient.ts';
import { okay } from '../support/recordingBackend.ts';

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.stop());

const ways: Record<string, (client: RawClient) => void> = {
  closes: (client) => client.destroy(),
  resets: (client) => void client.socket.resetAndDestroy(),
  'ends its side': (client) => void client.end(),
};
const names = Object.keys(ways);

const gone = async (): Promise<void> => {
  await pair.backend.allEnded();
  await eventually('no open connection', () => pair.harness.engine.openConnections === 0);
};

test.each(names)(
  'a client that %s while it waits cancels the request at the backend',
  async (way) => {
    pair.backend.script = { request: () => undefined };
    const client = await pair.dial();
    client.send(get('app.dev.local'));
    await eventually('the request', () => pair.backend.requests.length === 1);
    ways[way]?.(client);
    await gone();
    const [record] = await pair.harness.recorded(1);
    expect(record).toMatchObject({ status: 499, bytes: 0, error: null });
    expect(pair.harness.failed).toEqual([]);
  },
);

test.each(names)('a client that %s in the middle of a download cancels it', async (way) => {
  pair.backend.script = { request: () => okay('x'.repeat(50_000_000)) };
  const client = await pair.dial();
  client.send(get('app.dev.local'));
  await client.until('xxx');
  ways[way]?.(client);
  await gone();
  const [record] = await pair.harness.recorded(1);
  expect(record?.status).toBe(200);
  expect(record?.bytes).toBeLessThan(50_000_000);
});

test.each(names)('a client that %s in the middle of an upload cancels it', async (way) => {
  const client = await pair.dial();
  client.send('POST / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 100\r\n\r\nhalf');
  await eventually(
    'the head',
    () => pair.backend.connections[0]?.received.includes('half') ?? false,
  );
  ways[way]?.(client);
  await gone();
  expect(pair.backend.requests).toEqual([]);
  const [record] = await pair.harness.recorded(1);
  expect(record?.status).toBe(499);
});

test('a client that ends its side while an answer is on its way gets the whole of it', async () => {
  const asked = 1500;
  const answer = okay('x'.repeat(12_000));
  pair.backend.script = { request: () => answer };
  const client = await pair.dial();
  client.socket.pause();
  client.send(get('app.dev.local').repeat(asked));
  // As many as the system takes for a client that does not read, and one more that it takes in part.
  let seen = 0;
  await eventually('a standstill', async () => {
    const before = seen;
    await new Promise((done) => setTimeout(done, 300));
    seen = pair.backend.requests.length;
    return seen > 0 && seen === before;
  });
  expect(seen).toBeLessThan(asked);
  client.end();
  await new Promise((done) => setTimeout(done, 300));
  client.socket.resume();
  const responses = await client.responses();
  expect(responses.length).toBeGreaterThanOrEqual(seen);
  expect(client.rest).toBe('');
});

test('a client that leaves while its route is looked up is forgotten', async () => {
  const found: (() => void)[] = [];
  pair.harness.resolve = () =>
    new Promise((done) => {
      found.push(() => done({ kind: 'unknown' }));
    });
  const client = await pair.dial();
  client.send(get('app.dev.local'));
  await eventually('the lookup', () => found.length === 1);
  client.destroy();
  await gone();
  for (const answer of found) answer();
  const [record] = await pair.harness.recorded(1);
  expect(record?.status).toBe(499);
});

test('hundreds of clients that leave early leave nothing behind', async () => {
  // Connections that were read to their end are kept, and not for long.
  const large = okay('x'.repeat(1_000_000), 'Keep-Alive: timeout=2\r\n');
  pair.backend.script = { request: () => large };
  for (let round = 0; round < 10; round++) {
    const clients = await Promise.all(Array.from({ length: 30 }, () => pair.dial()));
    for (const client of clients) client.send(get('app.dev.local'));
    await Promise.all(clients.map((client) => client.until('x')));
    for (const client of clients) client.destroy();
  }
  await gone();
  pair.backend.script = {};
  const client = await pair.dial();
  expect((await client.send(get('app.dev.local')).response()).body).toBe('ok');
});
