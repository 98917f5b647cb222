import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { type Pair, startPair } from '../support/enginePair.ts';
import { get } from '../support/rawClient.ts';

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.stop());

test('a request is recorded with all that is known of it', async () => {
  const client = await pair.dial();
  const before = Date.now();
  client.send(get('App.dev.local:80', '/p?q=1', 'Referer: r\r\nUser-Agent: u\r\n'));
  await client.response();
  const [record] = await pair.harness.recorded(1);
  expect(record).toMatchObject({
    client: '::ffff:127.0.0.1',
    protocol: 'http',
    method: 'GET',
    target: '/p?q=1',
    httpVersion: '1.1',
    status: 200,
    bytes: client.received.length,
    referer: 'r',
    userAgent: 'u',
    host: 'app.dev.local',
    frontend: 'app.dev.local',
    identifier: 'app',
    backend: pair.backend.url,
    error: null,
    attempts: [{ index: 0, url: pair.backend.url, outcome: 'answered' }],
  });
  expect(record?.startedAt).toBeGreaterThanOrEqual(before);
  expect(record?.totalMs).toBeGreaterThanOrEqual(record?.backendMs ?? Number.POSITIVE_INFINITY);
  expect(record?.backendMs).toBeGreaterThan(0);
});

test('each request on a connection is recorded once, with its own bytes', async () => {
  const client = await pair.dial();
  for (let i = 0; i < 3; i++) await client.send(get('app.dev.local')).response();
  await pair.harness.recorded(3);
  const bytes = pair.harness.records.map((record) => record.bytes);
  expect(bytes.reduce((sum, some) => sum + some, 0)).toBe(client.received.length);
  expect(new Set(bytes).size).toBe(1);
});

test('errors are recorded with their code', async () => {
  const client = await pair.dial();
  await client.send(get('none.test')).response();
  expect((await pair.harness.recorded(1))[0]).toMatchObject({
    status: 400,
    error: 'BERTH_HOST_UNKNOWN',
    frontend: null,
    backend: null,
    backendMs: 0,
    attempts: [],
  });
});

test('bytes that are no request are recorded too', async () => {
  const client = await pair.dial();
  await client.send('nonsense\r\n\r\n').responses();
  expect((await pair.harness.recorded(1))[0]).toMatchObject({
    method: '-',
    target: '-',
    status: 400,
    error: 'BERTH_REQUEST_MALFORMED',
    bytes: client.received.length,
  });
});

test('text is cut to its bound', async () => {
  const client = await pair.dial();
  const long = 'x'.repeat(limits.maxRecordTextChars + 100);
  await client
    .send(get('app.dev.local', `/${long}`, `Referer: ${long}\r\nUser-Agent: ${long}\r\n`))
    .response();
  const [record] = await pair.harness.recorded(1);
  expect(record?.target).toHaveLength(limits.maxRecordTextChars);
  expect(record?.referer).toHaveLength(limits.maxRecordTextChars);
  expect(record?.userAgent).toHaveLength(limits.maxRecordTextChars);
});
