import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import type { ForwardedMode } from '../../src/shared/model/settings.ts';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { get } from '../support/rawClient.ts';
import { okay } from '../support/recordingBackend.ts';

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

test('a record has the parts of its time: only what opened a connection took time to connect', async () => {
  const client = await pair.dial();
  for (let i = 0; i < 2; i++) await client.send(get('app.dev.local')).response();
  const records = await pair.harness.recorded(2);
  for (const { totalMs, queueMs, connectMs, firstByteMs, bodyMs } of records) {
    expect(queueMs + connectMs + firstByteMs + bodyMs).toBeCloseTo(totalMs, 2);
    expect(Math.min(queueMs, connectMs, firstByteMs, bodyMs)).toBeGreaterThanOrEqual(0);
    expect(firstByteMs).toBeGreaterThan(0);
  }
  expect(records[0]?.connectMs).toBeGreaterThan(0);
  expect(records[1]?.connectMs).toBe(0);
});

test('a wait for a connection that is free is no time to connect', async () => {
  await pair.stop();
  pair = await startPair({ request: () => undefined }, { settings: { maxSockets: 1 } });
  const [first, second] = [await pair.dial(), await pair.dial()];
  first.send(get('app.dev.local'));
  await eventually('the first is there', async () => pair.backend.requests.length === 1);
  second.send(get('app.dev.local'));
  const heldFrom = performance.now();
  await eventually('the second waits', async () => performance.now() - heldFrom > 20);
  pair.backend.script = { request: () => okay() };
  pair.backend.requests[0]?.connection.socket.write(okay());
  await Promise.all([first.response(), second.response()]);
  const [, waited] = await pair.harness.recorded(2);
  expect(waited?.connectMs).toBe(0);
  expect(waited?.queueMs).toBeGreaterThan(10);
  expect(waited?.queueMs).toBeGreaterThan(waited?.firstByteMs ?? Number.POSITIVE_INFINITY);
});

describe('the client in a record', () => {
  const clientOf = async (mode: ForwardedMode, ...fields: readonly string[]) => {
    await pair.stop();
    pair = await startPair({}, { settings: { forwarded: mode } });
    const client = await pair.dial();
    const sent = fields.map((value) => `X-Real-IP: ${value}\r\n`).join('');
    await client.send(get('app.dev.local', '/', sent)).response();
    return (await pair.harness.recorded(1))[0]?.client;
  };
  const own = '::ffff:127.0.0.1';

  test.each([
    ['203.0.113.9', '::ffff:203.0.113.9'],
    ['::ffff:203.0.113.9', '::ffff:203.0.113.9'],
    ['2001:db8::1', '2001:db8::1'],
  ])('is the X-Real-IP %s while `forwarded` keeps what clients say', async (claimed, recorded) => {
    expect(await clientOf('keep', claimed)).toBe(recorded);
  });

  test.each([
    ['a word', ['unknown']],
    ['an address and a port', ['203.0.113.9:80']],
    ['a list', ['203.0.113.9, 10.0.0.1']],
    ['two fields', ['203.0.113.9', '10.0.0.1']],
    ['a forged line', ['203.0.113.9 - - [x] "GET / HTTP/1.1" 200']],
    ['no address but very long', ['1'.repeat(10_000)]],
    ['an endless zone', [`fe80::1%${'z'.repeat(10_000)}`]],
    ['nothing', ['']],
  ])('is the address of the connection where X-Real-IP is %s', async (_what, values) => {
    expect(await clientOf('keep', ...values)).toBe(own);
  });

  test.each(['append', 'replace'] as const)('is always that with %s', async (mode) => {
    expect(await clientOf(mode, '203.0.113.9')).toBe(own);
  });
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
