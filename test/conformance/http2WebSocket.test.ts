import { createHash } from 'node:crypto';
import type { ClientHttp2Stream } from 'node:http2';
import { afterEach, expect, test } from 'vitest';
import type { HarnessOptions } from '../support/engineHarness.ts';
import { eventually } from '../support/eventually.ts';
import type { Http2Client } from '../support/http2Client.ts';
import { flag, headers, requestFields } from '../support/http2Frames.ts';
import { type Http2Pair, startHttp2Pair } from '../support/http2Pair.ts';
import { fieldOf, fieldsOf } from '../support/messageReader.ts';
import type { Script, SeenRequest } from '../support/recordingBackend.ts';

let pair: Http2Pair;
const start = async (script: Script = {}, options: HarnessOptions = {}): Promise<Http2Client> => {
  pair = await startHttp2Pair(script, options);
  const client = await pair.dial();
  await eventually('settings', () => client.session.remoteSettings.enableConnectProtocol === true);
  return client;
};
afterEach(() => pair.stop());

const proofOf = (key = ''): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

const accepted = (request: SeenRequest, more = ''): string =>
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  `Sec-WebSocket-Accept: ${proofOf(fieldOf(request, 'sec-websocket-key'))}\r\n${more}\r\n`;

const handshake = (more = {}) => ({
  ':method': 'CONNECT',
  ':protocol': 'websocket',
  ':scheme': 'https',
  ':authority': 'app.dev.local',
  ':path': '/socket?a=1',
  'sec-websocket-version': '13',
  ...more,
});

const open = async (client: Http2Client, more = {}) => {
  const request = client.send(handshake(more), null);
  await eventually('an answer', () => request.headers !== null || request.code !== null);
  return request;
};

const write = (stream: ClientHttp2Stream, bytes: string): void =>
  void stream.write(bytes, 'latin1');

test('a WebSocket over HTTP/2 is a handshake of HTTP/1.1 to its backend, and a tunnel after that', async () => {
  const client = await start({
    connection: ({ socket }) => {
      socket.allowHalfOpen = true;
    },
    request: (request) => `${accepted(request, 'Sec-WebSocket-Protocol: chat\r\n')}first`,
    data: (connection, chunk) => {
      if (chunk.toString().endsWith('ping')) connection.socket.write('pong');
    },
  });
  const request = await open(client, { 'sec-websocket-protocol': 'chat, other' });
  expect(Number(request.headers?.[':status'])).toBe(200);
  expect(request.headers?.['sec-websocket-protocol']).toBe('chat');
  expect(request.headers?.['sec-websocket-accept']).toBeUndefined();
  expect(request.headers?.['upgrade']).toBeUndefined();
  await eventually('what came with the agreement', () => request.body === 'first');
  write(request.stream, 'ping');
  await eventually('pong', () => request.body === 'firstpong');
  const [seen] = pair.backend.requests;
  if (seen === undefined) throw new Error('nothing seen');
  expect(seen.start).toBe('GET /socket?a=1 HTTP/1.1');
  expect(fieldsOf(seen, 'host')).toEqual(['app.dev.local']);
  expect(fieldsOf(seen, 'connection')).toEqual(['Upgrade']);
  expect(fieldsOf(seen, 'upgrade')).toEqual(['websocket']);
  expect(fieldOf(seen, 'sec-websocket-version')).toBe('13');
  expect(fieldOf(seen, 'sec-websocket-protocol')).toBe('chat, other');
  expect(fieldOf(seen, 'transfer-encoding')).toBeUndefined();
  expect(Buffer.from(fieldOf(seen, 'sec-websocket-key') ?? '', 'base64')).toHaveLength(16);
  request.stream.end('bye');
  await eventually('the end', () => seen.connection.ended);
  expect(seen.connection.received.endsWith('pingbye')).toBe(true);
  // Its own way is still open.
  seen.connection.socket.end('late');
  await eventually('the last of it', () => request.body === 'firstponglate');
  expect(await request.closed()).toBe(0);
  const [record] = await pair.harness.recorded(1);
  expect(record).toMatchObject({
    protocol: 'wss',
    httpVersion: '2.0',
    method: 'GET',
    status: 200,
    bytes: 13,
  });
});

test('two handshakes have two keys, and requests go on beside them', async () => {
  const client = await start({
    request: (request) => (request.target === '/' ? 'HTTP/1.1 204 No\r\n\r\n' : accepted(request)),
  });
  await open(client);
  await open(client);
  expect((await client.get('app.dev.local')).status).toBe(204);
  const keys = pair.backend.requests.flatMap((seen) => fieldsOf(seen, 'sec-websocket-key'));
  expect(new Set(keys).size).toBe(2);
});

test('a refusal of the backend is the answer', async () => {
  const client = await start({ request: () => 'HTTP/1.1 403 No\r\nContent-Length: 3\r\n\r\nno!' });
  const request = await open(client);
  expect(Number(request.headers?.[':status'])).toBe(403);
  expect(await request.closed()).toBe(0);
  expect(request.body).toBe('no!');
});

test.each([
  ['a proof of another key', `Sec-WebSocket-Accept: ${proofOf('other')}\r\n`],
  ['no proof', ''],
])('an agreement with %s is none', async (_, field) => {
  const client = await start({
    request: () => `HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${field}\r\n`,
  });
  const request = await open(client);
  expect(Number(request.headers?.[':status'])).toBe(502);
});

test('a backend that is not there is an error page', async () => {
  const client = await start({}, { frontends: { 'gone.dev.local': ['x', 'http://127.0.0.1:1'] } });
  const request = await open(client, { ':authority': 'gone.dev.local' });
  expect(Number(request.headers?.[':status'])).toBe(502);
});

test('another protocol than WebSocket is refused, and so is a handshake with a body', async () => {
  const client = await start();
  const other = await open(client, { ':protocol': 'connect-udp' });
  expect(Number(other.headers?.[':status'])).toBe(501);
  const sized = await open(client, { 'content-length': '5' });
  expect(sized.headers === null || Number(sized.headers[':status']) === 400).toBe(true);
  const raw = await pair.frames();
  const fields = requestFields([], { ':method': 'CONNECT', ':protocol': 'websocket' });
  raw.begin().send(headers(1, fields, flag.endHeaders | flag.endStream));
  await raw.until('an answer', () => raw.endOf(1) || raw.resetOf(1) !== null);
  expect(pair.backend.requests).toEqual([]);
});

test('a client that leaves its WebSocket closes it at the backend; one that breaks off does too', async () => {
  const client = await start({ request: (request) => accepted(request) });
  const request = await open(client);
  request.stream.close(8);
  await eventually('the end', () => pair.backend.connections[0]?.closed === true);
  await open(client);
  client.session.destroy();
  await pair.backend.allEnded();
  await eventually('no connection', () => pair.harness.engine.openConnections === 0);
});

test('a backend that leaves ends it for the client', async () => {
  const client = await start({ request: (request) => accepted(request) });
  const request = await open(client);
  pair.backend.connections[0]?.socket.destroy();
  await eventually('the end', () => request.stream.readableEnded || request.code !== null);
});

test('megabytes pass both ways to the byte, and a slow side holds the other back', async () => {
  let came = 0;
  const client = await start({
    request: (request) => accepted(request),
    connection: ({ socket }) => void socket.on('data', (chunk) => (came += chunk.length)),
  });
  const request = await open(client);
  const socket = pair.backend.connections[0]?.socket;
  const before = came;
  const size = 6_000_000;
  request.stream.pause();
  socket?.write(Buffer.alloc(size * 3, 'd'));
  for (let sent = 0; sent < size; sent += 60_000) write(request.stream, 'u'.repeat(60_000));
  await eventually('all at the backend', () => came - before === size);
  expect(socket?.writableLength).toBeGreaterThan(size);
  request.stream.resume();
  await eventually('all at the client', () => request.body.length === size * 3);
  expect(request.body === 'd'.repeat(size * 3)).toBe(true);
  // Bytes of a tunnel are no flood.
  await new Promise((done) => setTimeout(done, 1200));
  expect(client.closed).toBe(false);
});

test('one in which nothing moves ends in time', async () => {
  const client = await start(
    { request: (request) => accepted(request) },
    { settings: { tunnelIdleMs: 300 } },
  );
  const request = await open(client);
  expect(await request.closed()).toBe(8);
  await eventually('the end', () => pair.backend.connections[0]?.closed === true);
});

test('a drain lets it go on until the deadline', async () => {
  const client = await start({ request: (request) => accepted(request) });
  const request = await open(client);
  const drained = pair.harness.engine.drain(600);
  await eventually('a word', () => client.goaways.length === 1);
  write(request.stream, 'still');
  await eventually(
    'it to arrive',
    () => pair.backend.connections[0]?.received.endsWith('still') === true,
  );
  expect(request.code).toBeNull();
  await drained;
  await eventually('the end', () => client.closed);
});
