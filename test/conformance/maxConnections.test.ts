import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { get } from '../support/rawClient.ts';

let pair: Pair;
beforeEach(async () => {
  pair = await startPair({}, { settings: { maxConnections: 3 } });
});
afterEach(() => pair.stop());

test('one connection too many is answered 503 and closed; when one leaves there is room again', async () => {
  const clients = [await pair.dial(), await pair.dial(), await pair.dial()];
  for (const client of clients) await client.send(get('app.dev.local')).response();
  const fourth = await pair.dial();
  const [response] = await fourth.send(get('app.dev.local')).responses();
  expect(response?.status).toBe(503);
  expect(pair.harness.engine.openConnections).toBe(3);
  clients[0]?.destroy();
  await eventually('room', () => pair.harness.engine.openConnections === 2);
  const fifth = await pair.dial();
  expect((await fifth.send(get('app.dev.local')).response()).status).toBe(200);
});

test('a flood beyond the limit leaves the served clients alone', async () => {
  const client = await pair.dial();
  await client.send(get('app.dev.local')).response();
  await pair.dial();
  await pair.dial();
  await eventually('a full house', () => pair.harness.engine.openConnections === 3);
  const flood = await Promise.all(Array.from({ length: 200 }, () => pair.dial()));
  expect((await client.send(get('app.dev.local')).response()).status).toBe(200);
  expect(pair.harness.engine.openConnections).toBe(3);
  for (const one of flood) await one.finished();
});
