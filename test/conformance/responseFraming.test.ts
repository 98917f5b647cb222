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

const answer = (bytes: string, close = false): void => {
  pair.backend.script = {
    request(request) {
      if (request.target === '/next') return okay('next');
      request.connection.socket.write(bytes, 'latin1');
      if (close) request.connection.socket.end();
      return undefined;
    },
  };
};

const withoutBody: [string, string][] = [
  ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
  ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['HEAD', 'HTTP/1.1 200 OK\r\n\r\n'],
  ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ['GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n'],
  ['GET', 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
  ['GET', 'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n'],
];
test.each(withoutBody)('%s answered %j brings no byte of a body', async (method, bytes) => {
  answer(bytes);
  const client = await pair.dial();
  const response = await client
    .send(`${method} / HTTP/1.1\r\nHost: app.dev.local\r\n\r\n`)
    .response(method);
  expect(response.status).toBe(Number(bytes.slice(9, 12)));
  if (response.status === 204) expect(fieldOf(response, 'content-length')).toBeUndefined();
  if (bytes.includes('200 OK\r\nContent-Length')) {
    expect(fieldOf(response, 'content-length')).toBe('5');
  }
  const next = await client.send(get('app.dev.local', '/next')).response();
  expect(next.body).toBe('next');
});

test('an empty body with a length of zero, and an empty chunked body, stay what they are', async () => {
  const client = await pair.dial();
  answer('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  const one = await client.send(get('app.dev.local')).response();
  expect([one.body, fieldOf(one, 'content-length')]).toEqual(['', '0']);
  answer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n');
  const two = await client.send(get('app.dev.local')).response();
  expect([two.body, fieldOf(two, 'transfer-encoding')]).toEqual(['', 'chunked']);
});

test('a body that ends with the connection is whole for the client, which stays connected', async () => {
  answer('HTTP/1.1 200 OK\r\n\r\nall of it', true);
  const client = await pair.dial();
  const response = await client.send(get('app.dev.local')).response();
  expect(response.body).toBe('all of it');
  expect(fieldsOf(response, 'transfer-encoding')).toEqual(['chunked']);
  expect((await client.send(get('app.dev.local', '/next')).response()).body).toBe('next');
});

test('the same for HTTP/1.0, which is told by the end', async () => {
  answer('HTTP/1.1 200 OK\r\n\r\nall of it', true);
  const client = await pair.dial();
  client.send('GET / HTTP/1.0\r\nHost: app.dev.local\r\nConnection: keep-alive\r\n\r\n');
  const [response] = await client.responses();
  expect(response?.body).toBe('all of it');
  expect(client.reset).toBe(false);
});

test.each([
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort'],
  ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n'],
  ['half a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nshort'],
])(
  'a body cut short, framed by %s, breaks the connection without a false end',
  async (_name, bytes) => {
    answer(bytes, true);
    const client = await pair.dial();
    client.send(get('app.dev.local'));
    await client.finished();
    expect(client.received).not.toContain('0\r\n\r\n');
    expect(client.received).not.toContain('HTTP/1.1 5');
    await pair.harness.recorded(1);
    expect(pair.harness.records[0]).toMatchObject({ status: 200, error: 'BERTH_BACKEND_RESET' });
  },
);

test('a body that breaks off in a chunk that is none breaks the connection without a false end', async () => {
  pair.backend.script = {
    request({ connection }) {
      connection.socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort');
      return undefined;
    },
  };
  const client = await pair.dial();
  client.send(get('app.dev.local'));
  await client.until('short');
  pair.backend.connections[0]?.socket.write('XX\r\n');
  await client.finished();
  expect(client.received).not.toContain('0\r\n\r\n');
  expect(client.received).not.toContain('HTTP/1.1 5');
  await pair.harness.recorded(1);
  expect(pair.harness.records[0]).toMatchObject({ status: 200, error: 'BERTH_BACKEND_PROTOCOL' });
});

test('bytes beyond the length are discarded, and their connection is not used again', async () => {
  answer(
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil',
  );
  const client = await pair.dial();
  expect((await client.send(get('app.dev.local')).response()).body).toBe('ok');
  expect((await client.send(get('app.dev.local', '/next')).response()).body).toBe('next');
  expect(client.received).not.toContain('evil');
  expect(pair.backend.connections).toHaveLength(2);
  expect(pair.backend.connections[0]?.requests).toHaveLength(1);
});

test('bytes that come on an idle connection close it instead of answering the next request', async () => {
  answer(okay('first'));
  const client = await pair.dial();
  await client.send(get('app.dev.local')).response();
  pair.backend.connections[0]?.socket.write(okay('poison'));
  await eventually('the close', () => pair.backend.connections[0]?.closed === true);
  expect((await client.send(get('app.dev.local', '/next')).response()).body).toBe('next');
});

test.each([
  [
    'both a length and chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  ],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc'],
  ['two equal lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc'],
  [
    'an unknown transfer coding',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  ],
  [
    'chunked twice',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  ],
  [
    'an unasked 101',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nabc',
  ],
  ['a 101 without a protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\nabc'],
  ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['another version', 'HTTP/3.0 200 OK\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
  ['a status beyond three digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['a folded field', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
  ['a space before a colon', 'HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n'],
  ['a NUL in a field', 'HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n'],
  ['too many fields', `HTTP/1.1 200 OK\r\n${'X: 1\r\n'.repeat(300)}\r\n`],
  ['a head too large', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
])('a response with %s is not trusted: 502', async (_name, bytes) => {
  answer(bytes);
  const client = await pair.dial();
  const response = await client.send(get('app.dev.local')).response();
  expect(response.status).toBe(502);
  expect(response.body).toContain('BERTH_BACKEND_PROTOCOL');
  expect((await client.send(get('app.dev.local', '/next')).response()).body).toBe('next');
  expect(pair.backend.connections[0]?.requests).toHaveLength(1);
});

test('a control character in the status text is never passed on', async () => {
  answer('HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n');
  const client = await pair.dial();
  client.send(get('app.dev.local'));
  await eventually('the end or a 502', () => client.ended || client.received.includes('502'));
  expect(client.received).not.toContain('\x01');
});

test.each(['003', '099', '000'])('status %s is none, and never passed on', async (status) => {
  answer(`HTTP/1.1 ${status} Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
  const client = await pair.dial();
  const response = await client.send(get('app.dev.local')).response();
  expect([response.status, response.body]).toEqual([502, 'BERTH_BACKEND_PROTOCOL\n']);
  const next = await client.send(get('app.dev.local', '/next')).response();
  expect(next.body).toBe('next');
});

test.each([
  'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: gzip\r\n',
  'Transfer-Encoding: gzip\r\nConnection: upgrade\r\nUpgrade: websocket\r\n',
  'Transfer-Encoding: chunked\r\nConnection: upgrade\r\nUpgrade: websocket\r\n',
  'Content-Length: 3\r\nConnection: upgrade\r\nUpgrade: websocket\r\n',
])('an interim response has no body, whatever it says: %j', async (fields) => {
  for (const status of [103, 111]) {
    answer(`HTTP/1.1 ${status} Early Hints\r\n${fields}\r\n${okay('final')}`);
    const client = await pair.dial();
    client.send(get('app.dev.local'));
    expect((await client.interim()).status).toBe(status);
    expect((await client.response()).body).toBe('final');
  }
});
