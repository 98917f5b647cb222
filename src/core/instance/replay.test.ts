import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { aRecord } from '../../../test/support/record.ts';
import type { NumberedRecord } from '../../shared/contract/traffic.ts';
import { createReplays, type Replays } from './replay.ts';

const input = {
  host: 'app.dev.local',
  secure: false,
  method: 'GET',
  path: '/p?q=1',
  headers: [],
  body: null,
};

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Replays at a server in the place of the proxy. */
async function setUp(
  serve: RequestListener,
  records: () => readonly NumberedRecord[] = () => [],
): Promise<Replays> {
  server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return createReplays({
    listeners: () => [{ address: '127.0.0.1', port, secure: false }],
    traffic: {
      capturing: true,
      total: 10,
      since: (id) => records().filter((record) => record.id >= id),
    },
    now: () => performance.now(),
    bounds: { replayMs: 150, replayRecordMs: 60 },
  });
}

const record = (id: number, changes = {}): NumberedRecord => ({
  id,
  ...aRecord({ userAgent: null, ...changes }),
});

test('what does not answer is not waited for without end', async () => {
  const replays = await setUp(() => undefined);
  expect(await replays.replay(input)).toMatchObject({
    ok: false,
    status: null,
    reason: 'no answer within 0.15 s',
    body: null,
  });
});

test('of an answer that does not end there is what came', async () => {
  const replays = await setUp((_request, response) => {
    response.write('data: one\n\n');
  });
  expect(await replays.replay(input)).toMatchObject({
    ok: true,
    status: 200,
    body: { data: 'data: one\n\n', total: null, cut: 'time' },
  });
});

test('a character that was cut in two is left out', async () => {
  const replays = await setUp((_request, response) => {
    response.writeHead(200, { 'content-length': 9 }).write(Buffer.from('ab€').subarray(0, 4));
  });
  const { body } = await replays.replay(input);
  expect(body).toMatchObject({ encoding: 'utf8', data: 'ab', bytes: 4, total: 9 });
});

test('a connection that closes without an answer is said', async () => {
  const replays = await setUp(({ socket }) => void socket.destroy());
  const told = await replays.replay(input);
  expect(told).toMatchObject({ ok: false, status: null, record: null });
  expect(told.reason).toMatch(/^127\.0\.0\.1:\d+: /);
});

test('its record is the one that came since and says the same, as long as there is one alone', async () => {
  let kept: readonly NumberedRecord[] = [];
  const replays = await setUp(
    (_request, response) => void response.end(),
    () => kept,
  );
  const found = async (): Promise<number | null> =>
    (await replays.replay(input)).record?.id ?? null;
  kept = [
    record(10),
    record(11, { method: 'POST' }),
    record(12, { status: 500 }),
    record(13, { target: '/' }),
    record(14, { host: 'other.test' }),
    record(15, { userAgent: 'somebody else' }),
    record(16),
  ];
  expect(await found()).toBe(16);
  kept = [...kept, record(17)];
  expect(await found()).toBe(null);
  kept = [];
  expect(await found()).toBe(null);
});

test('closing ends those that are under way', async () => {
  let hasCome = (): void => undefined;
  const coming = new Promise<void>((resolve) => {
    hasCome = resolve;
  });
  const replays = await setUp(() => hasCome());
  const asked = replays.replay(input);
  await coming;
  replays.close();
  await expect(asked).rejects.toThrow('the instance stops');
});
