import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { canary, forwarded, host, refused } from '../fixtures/smuggling.ts';
import { type Pair, startPair } from '../support/enginePair.ts';

// A payload that two readers could frame differently, and behind it on the same connection a canary. What counts is
// what the backend saw: at most the payload as one request and the canary as one more, never a third that was inside
// the payload, and never a payload that swallowed the canary.

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair.stop());

let seenBefore = 0;
beforeEach(() => {
  seenBefore = pair.backend.requests.length;
});
const seen = () => pair.backend.requests.slice(seenBefore);

test.each(Object.entries(refused))('refused and closed: %s', async (_name, payload) => {
  const client = await pair.dial();
  client.send(payload + canary);
  const responses = await client.responses();
  expect(responses.map(({ status }) => status)).toEqual([400]);
  // A refusal in the middle of a body can come after its head was passed on: never a whole request, though.
  expect(seen().map(({ target }) => target)).toEqual([]);
  for (const connection of pair.backend.connections) {
    expect(connection.received).not.toContain('/smuggled HTTP');
  }
});

test.each(Object.entries(refused))('refused in small pieces: %s', async (_name, payload) => {
  const client = await pair.dial();
  for (const byte of payload) {
    client.send(byte);
    await new Promise(setImmediate);
  }
  client.send(canary);
  const responses = await client.responses();
  expect(responses.map(({ status }) => status)).toEqual([400]);
  expect(seen().map(({ target }) => target)).toEqual([]);
});

test.each(Object.entries(forwarded))('one request each: %s', async (_name, [payload, body]) => {
  const client = await pair.dial();
  client.send(payload + canary);
  expect((await client.response()).status).toBe(200);
  expect((await client.response()).status).toBe(200);
  expect(seen().map((request) => [request.target, request.body])).toEqual([
    ['/p', body],
    ['/canary', ''],
  ]);
  expect(client.rest).toBe('');
});

test('a connection to a backend that saw a broken request is never used again', async () => {
  const first = await pair.dial();
  const open = pair.backend.connections.length;
  first.send(
    `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nx\r\n${canary}`,
  );
  await first.responses();
  const second = await pair.dial();
  await second.send(canary).response();
  for (const connection of pair.backend.connections.slice(open)) {
    const starts = connection.received.match(/^[A-Z]+ \/\S* HTTP/gm) ?? [];
    if (starts.some((line) => line.startsWith('POST'))) expect(starts).toHaveLength(1);
  }
});
