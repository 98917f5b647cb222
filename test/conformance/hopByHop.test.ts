import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { fieldsOf } from '../support/messageReader.ts';
import type { SeenRequest } from '../support/recordingBackend.ts';
import { okay } from '../support/recordingBackend.ts';

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.stop());

const send = async (fields: string): Promise<SeenRequest> => {
  const client = await pair.dial();
  await client.send(`GET / HTTP/1.1\r\nHost: app.dev.local\r\n${fields}\r\n`).response();
  const seen = pair.backend.requests.at(-1);
  if (seen === undefined) throw new Error('nothing arrived');
  return seen;
};

test.each([
  'Keep-Alive: timeout=1',
  'Proxy-Connection: keep-alive',
  'Proxy-Authorization: Basic x',
  'Proxy-Authenticate: x',
  'Proxy: evil',
  'TE: gzip',
  'Upgrade: h2c',
  'HTTP2-Settings: AAMA',
])('%s does not reach the backend', async (field) => {
  const seen = await send(`${field}\r\n`);
  expect(fieldsOf(seen, field.split(':')[0] ?? '')).toEqual([]);
});

test('fields that Connection nominates do not reach the backend, in whatever case and order', async () => {
  const seen = await send(
    'X-One: 1\r\nConnection: x-one, X-Two\r\nX-TWO: 2\r\nConnection: x-three,close\r\nX-Three: 3\r\nX-Four: 4\r\n',
  );
  expect(fieldsOf(seen, 'x-one')).toEqual([]);
  expect(fieldsOf(seen, 'x-two')).toEqual([]);
  expect(fieldsOf(seen, 'x-three')).toEqual([]);
  expect(fieldsOf(seen, 'x-four')).toEqual(['4']);
  expect(fieldsOf(seen, 'connection')).toEqual(['keep-alive']);
});

test.each([
  ['Host', 'app.dev.local'],
  ['X-Forwarded-For', '9.9.9.9'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Host', 'x'],
  ['X-Real-IP', '9.9.9.9'],
  ['Cookie', 'a=1'],
  ['Authorization', 'Basic x'],
  ['Via', '1.1 other'],
])('Connection cannot nominate %s away', async (name, value) => {
  const own = name === 'Host' ? '' : `${name}: ${value}\r\n`;
  const seen = await send(`Connection: ${name}\r\n${own}`);
  expect(fieldsOf(seen, name)[0]).toBe(value);
});

test('TE: trailers is passed on, as a field of the connection', async () => {
  const seen = await send('TE: gzip, trailers\r\nConnection: TE\r\n');
  expect(fieldsOf(seen, 'te')).toEqual(['trailers']);
  expect(fieldsOf(seen, 'connection')).toEqual(['keep-alive, TE']);
});

test('the same goes for responses', async () => {
  pair.backend.script = {
    request: () =>
      okay(
        'ok',
        'Connection: keep-alive, X-Gone\r\nX-Gone: 1\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: x\r\nUpgrade: h2c\r\nTE: x\r\nX-Stays: 1\r\nSet-Cookie: a=1\r\n',
      ),
  };
  const client = await pair.dial();
  const response = await client.send('GET / HTTP/1.1\r\nHost: app.dev.local\r\n\r\n').response();
  for (const name of ['x-gone', 'keep-alive', 'proxy-authenticate', 'upgrade', 'te']) {
    expect(fieldsOf(response, name)).toEqual([]);
  }
  expect(fieldsOf(response, 'x-stays')).toEqual(['1']);
  expect(fieldsOf(response, 'connection')).toEqual(['keep-alive']);
});

test('a backend cannot nominate the framing of its response away', async () => {
  pair.backend.script = {
    request: () => okay('ok', 'Connection: content-length, set-cookie\r\nSet-Cookie: a=1\r\n'),
  };
  const client = await pair.dial();
  const response = await client.send('GET / HTTP/1.1\r\nHost: app.dev.local\r\n\r\n').response();
  expect(fieldsOf(response, 'content-length')).toEqual(['2']);
  expect(fieldsOf(response, 'set-cookie')).toEqual(['a=1']);
});
