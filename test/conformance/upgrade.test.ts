import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { fieldOf, fieldsOf } from '../support/messageReader.ts';
import { get } from '../support/rawClient.ts';
import { okay } from '../support/recordingBackend.ts';

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.stop());

const handshake = (more = ''): string =>
  get(
    'app.dev.local',
    '/ws?x=//1',
    `Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}`,
  );
const accepted =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade, X-Gone\r\nX-Gone: 1\r\nKeep-Alive: x\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';

test('a handshake reaches the backend and its 101 the client, hop-by-hop fields left out', async () => {
  pair.backend.script = { request: () => accepted };
  const client = await pair.dial();
  client.send(handshake('X-Gone: 1\r\nConnection: x-gone\r\n'));
  const { status, head } = await client.interim();
  expect(status).toBe(101);
  expect(head).toBe(
    'HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nConnection: Upgrade\r\nUpgrade: websocket',
  );
  const [seen] = pair.backend.requests;
  expect(seen?.target).toBe('/ws?x=//1');
  expect(seen && fieldsOf(seen, 'upgrade')).toEqual(['websocket']);
  expect(seen && fieldsOf(seen, 'connection')).toEqual(['Upgrade']);
  expect(seen && fieldOf(seen, 'x-gone')).toBeUndefined();
  expect(seen && fieldOf(seen, 'x-forwarded-proto')).toBe('http');
  expect(seen && fieldOf(seen, 'via')).toBe('1.1 berth-a1b2c3');
});

test.each([
  ['a length', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\nX-A: 1\r\n\r\nnope'],
  [
    'chunks',
    'HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n4\r\nnope\r\n0\r\n\r\n',
  ],
])(
  'a refusal framed by %s is relayed, well framed, and the connection closed',
  async (_name, bytes) => {
    pair.backend.script = { request: () => bytes };
    const client = await pair.dial();
    const [response] = await client.send(handshake()).responses();
    expect(response?.status).toBe(403);
    expect(response?.body).toBe('nope');
    expect(response && fieldOf(response, 'x-a')).toBe('1');
    expect(response && fieldOf(response, 'connection')).toBe('close');
    await pair.backend.allEnded();
    const [record] = await pair.harness.recorded(1);
    expect(record).toMatchObject({ protocol: 'ws', status: 403 });
  },
);

test('a large refusal arrives whole', async () => {
  const body = 'x'.repeat(2_000_000);
  pair.backend.script = { request: () => okay(body) };
  const client = await pair.dial();
  const [response] = await client.send(handshake()).responses();
  expect(response?.body.length).toBe(body.length);
});

test.each([
  ['no such host', 400, () => pair.harness.frontends.delete('app.dev.local')],
  ['no backend', 502, () => pair.harness.frontends.set('app.dev.local', ['app'])],
  ['only dead backends', 502, () => pair.harness.dead.add(pair.backend.url)],
  [
    'a backend that refuses the connection',
    502,
    () => pair.harness.frontends.set('app.dev.local', ['app', 'http://127.0.0.1:1']),
  ],
])(
  'with %s a handshake is answered and closed, not left hanging',
  async (_name, status, prepare) => {
    prepare();
    const client = await pair.dial();
    const responses = await client.send(handshake()).responses();
    expect(responses.map((response) => response.status)).toEqual([status]);
  },
);

test('a handshake is tried on the next backend when the first cannot be reached', async () => {
  pair.backend.script = { request: () => accepted };
  pair.harness.frontends.set('app.dev.local', ['app', 'http://127.0.0.1:1', pair.backend.url]);
  const client = await pair.dial();
  client.send(handshake());
  expect((await client.interim()).status).toBe(101);
  expect(pair.harness.failed).toEqual([{ url: 'http://127.0.0.1:1', reason: 'refused' }]);
});

test.each([
  [
    'h2c',
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n',
  ],
  ['TLS/1.0', 'Connection: upgrade\r\nUpgrade: TLS/1.0\r\n'],
  ['websocket without Connection', 'Upgrade: websocket\r\n'],
  ['Connection without Upgrade', 'Connection: Upgrade\r\n'],
])('%s is forwarded as if it had not been asked for', async (_name, fields) => {
  const client = await pair.dial();
  const response = await client.send(get('app.dev.local', '/', fields)).response();
  expect(response.status).toBe(200);
  const [seen] = pair.backend.requests;
  expect(seen && fieldsOf(seen, 'upgrade')).toEqual([]);
  expect(seen && fieldsOf(seen, 'http2-settings')).toEqual([]);
  expect(seen && fieldsOf(seen, 'connection')).toEqual(['keep-alive']);
});

test('a POST that asks for h2c keeps its body, and what follows it is not answered silently', async () => {
  const client = await pair.dial();
  client.send(
    'POST / HTTP/1.1\r\nHost: app.dev.local\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 4\r\n\r\nbody' +
      get('app.dev.local', '/canary'),
  );
  const responses = await client.responses();
  expect(responses.map(({ status }) => status)).toEqual([200]);
  expect(fieldOf(responses[0] ?? { fields: [] }, 'connection')).toBe('close');
  expect(pair.backend.requests.map(({ target, body }) => [target, body])).toEqual([['/', 'body']]);
});

test.each([
  ['a length', 'Content-Length: 4\r\n', 'body'],
  ['chunks', 'Transfer-Encoding: chunked\r\n', '4\r\nbody\r\n0\r\n\r\n'],
])(
  'a handshake with a body framed by %s is refused, and no byte of it is a tunnel',
  async (_name, field, body) => {
    const client = await pair.dial();
    const responses = await client.send(handshake(field) + body).responses();
    expect(responses.map(({ status }) => status)).toEqual([400]);
    expect(pair.backend.connections).toEqual([]);
  },
);

test('a handshake over HTTP/1.0 or with POST is an ordinary request', async () => {
  for (const start of ['GET / HTTP/1.0', 'POST / HTTP/1.1']) {
    const client = await pair.dial();
    const response = await client
      .send(`${start}\r\nHost: app.dev.local\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
      .response();
    expect(response.status).toBe(200);
  }
  expect(pair.backend.requests.flatMap((seen) => fieldsOf(seen, 'upgrade'))).toEqual([]);
});

test.each([
  ['another protocol', 'HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
  ['garbage', 'nonsense\r\n\r\n'],
])('a backend that switches to %s is not trusted: 502', async (_name, bytes) => {
  pair.backend.script = { request: () => bytes };
  const client = await pair.dial();
  const responses = await client.send(handshake()).responses();
  expect(responses.map(({ status }) => status)).toEqual([502]);
});

test('a client that leaves before the answer takes its backend connection with it', async () => {
  pair.backend.script = { request: () => undefined };
  const client = await pair.dial();
  client.send(handshake());
  await eventually('the handshake', () => pair.backend.requests.length > 0);
  client.end();
  await pair.backend.allEnded();
  const [record] = await pair.harness.recorded(1);
  expect(record?.status).toBe(499);
});

test('a handshake behind a pipelined request waits for its turn', async () => {
  pair.backend.script = {
    request: (request) => (request.target === '/first' ? okay('first') : accepted),
  };
  const client = await pair.dial();
  client.send(get('app.dev.local', '/first') + handshake());
  expect((await client.response()).body).toBe('first');
  expect((await client.interim()).status).toBe(101);
});
