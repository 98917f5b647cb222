import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { type Pair, startPair } from '../support/enginePair.ts';
import { get } from '../support/rawClient.ts';
import { okay } from '../support/recordingBackend.ts';

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.stop());

test('102, 103 and others come through before the final response, with their fields', async () => {
  pair.backend.script = {
    request: () =>
      'HTTP/1.1 102 Processing\r\n\r\n' +
      'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nLink: </b.js>\r\nConnection: X\r\nX: 1\r\n\r\n' +
      `HTTP/1.1 199 Odd\r\nX-Y: 2\r\n\r\n${okay()}`,
  };
  const client = await pair.dial();
  client.send(get('app.dev.local'));
  expect((await client.interim()).status).toBe(102);
  expect((await client.interim()).head).toBe(
    'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nLink: </b.js>',
  );
  expect((await client.interim()).head).toBe('HTTP/1.1 199 Odd\r\nX-Y: 2');
  expect((await client.response()).body).toBe('ok');
});

test('an interim response comes at once, not with the final one', async () => {
  let finish = (): void => {};
  pair.backend.script = {
    request(request) {
      finish = () => void request.connection.socket.write(okay('late'));
      return 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
    },
  };
  const client = await pair.dial();
  client.send(get('app.dev.local'));
  expect((await client.interim()).status).toBe(103);
  finish();
  expect((await client.response()).body).toBe('late');
});

test('HTTP/1.0 clients get the final response only', async () => {
  pair.backend.script = {
    request: () => `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${okay()}`,
  };
  const client = await pair.dial();
  client.send('GET / HTTP/1.0\r\nHost: app.dev.local\r\n\r\n');
  expect((await client.responses()).map(({ status }) => status)).toEqual([200]);
});

test('a backend that never comes to the point is cut off with 502', async () => {
  pair.backend.script = {
    request: () => 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(limits.maxInterimResponses + 1),
  };
  const client = await pair.dial();
  client.send(get('app.dev.local'));
  for (let i = 0; i < limits.maxInterimResponses; i++) await client.interim();
  expect((await client.response()).body).toContain('BERTH_BACKEND_PROTOCOL');
});

test.each([
  [
    'more fields than a head may have',
    `HTTP/1.1 103 Early Hints\r\n${'A: 1\r\n'.repeat(limits.maxHeadFields + 1)}\r\n`,
  ],
  ['a reason phrase with NUL', 'HTTP/1.1 103 Early\0Hints\r\n\r\n'],
])('an interim response with %s is a failure of the backend', async (_, head) => {
  pair.backend.script = { request: () => head + okay() };
  const client = await pair.dial();
  const response = await client.send(get('app.dev.local')).response();
  expect([response.status, response.body.trim()]).toEqual([502, 'BERTH_BACKEND_PROTOCOL']);
});

test.each(['Content-Length: 500', 'Transfer-Encoding: chunked', 'Transfer-Encoding: gzip'])(
  'behind an interim response that was to be the last nothing is read, though it has %s',
  async (field) => {
    pair.backend.script = {
      request: () => `HTTP/1.1 111 Last\r\nConnection: close\r\n${field}\r\n\r\n${okay()}`,
    };
    const client = await pair.dial();
    client.send(get('app.dev.local'));
    expect((await client.interim()).status).toBe(111);
    const response = await client.response();
    expect([response.status, response.body.trim()]).toEqual([502, 'BERTH_BACKEND_PROTOCOL']);
  },
);
