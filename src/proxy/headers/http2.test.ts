import { expect, test } from 'vitest';
import { readHttp2Head } from './fromHttp2.ts';
import { toHttp2Fields } from './toHttp2.ts';

const head = (fields: readonly string[] = [], ended = true, method = 'GET') =>
  readHttp2Head(
    [
      ...[':method', method, ':scheme', 'https', ':path', '/p', ':authority', 'app.dev.local'],
      ...fields,
    ],
    ended,
  );

test('a request gets the words of HTTP/1.1', () => {
  expect(head(['x-one', '1', 'x-one', '2'])).toEqual({
    method: 'GET',
    target: '/p',
    fields: ['Host', 'app.dev.local', 'x-one', '1', 'x-one', '2'],
    isWebSocket: false,
    refusal: null,
  });
});

test('a body without a length is chunked; one with a length, and none at all, is not', () => {
  expect(head([], false, 'POST').fields).toContain('Transfer-Encoding');
  expect(head(['content-length', '3'], false, 'POST').fields).not.toContain('Transfer-Encoding');
  expect(head([], true, 'POST').fields).not.toContain('Transfer-Encoding');
});

test('cookies become one field, where the first stood', () => {
  const { fields } = head(['cookie', 'a=1', 'x-one', '1', 'cookie', 'b=2']);
  expect(fields).toEqual(['Host', 'app.dev.local', 'cookie', 'a=1; b=2', 'x-one', '1']);
});

test('Host may repeat the address, and nothing else', () => {
  expect(head(['host', 'APP.dev.local'])).toMatchObject({
    fields: ['Host', 'app.dev.local'],
    refusal: null,
  });
  expect(head(['host', 'other']).refusal?.code).toBe('BERTH_HOST_INVALID');
  expect(head(['host', 'app.dev.local', 'host', 'other']).refusal?.code).toBe('BERTH_HOST_INVALID');
});

test.each([
  [['connection', 'close']],
  [['transfer-encoding', 'chunked']],
  [['upgrade', 'x']],
  [[':x', '1']],
  [['x-one', 'a\r\nb']],
  [[':path', '/a b']],
  [[':path', '/a\r\nb']],
  [[':path', 'x']],
  [[':path', '']],
  [[':path', 'http://other/']],
  [[':scheme', 'ftp']],
  [[':method', 'X Y']],
])('%j is refused', (fields) => {
  expect(head(fields).refusal?.code).toBe('BERTH_REQUEST_MALFORMED');
});

test('CONNECT has its host for a target, and no body', () => {
  const raw = [':method', 'CONNECT', ':authority', 'app.dev.local:443'];
  expect(readHttp2Head(raw, false)).toMatchObject({
    target: 'app.dev.local:443',
    fields: ['Host', 'app.dev.local:443'],
    refusal: null,
  });
});

test('a response has names in lower case, nothing of a connection, and lists of what came twice', () => {
  const fields = toHttp2Fields([
    ...['Set-Cookie', 'a', 'X-One', '1', 'set-cookie', 'b', 'SET-COOKIE', 'c'],
    ...['Connection', 'close', 'Transfer-Encoding', 'chunked', 'Keep-Alive', 'x', 'Upgrade', 'x'],
    ...['Content-Type', 'first', 'content-type', 'second'],
    ...['Content-Encoding', 'a', 'content-encoding', 'b', '__proto__', 'x'],
  ]);
  expect(Object.entries(fields)).toEqual([
    ['set-cookie', ['a', 'b', 'c']],
    ['x-one', '1'],
    ['content-type', 'first'],
    ['content-encoding', 'a, b'],
    ['__proto__', 'x'],
  ]);
});
