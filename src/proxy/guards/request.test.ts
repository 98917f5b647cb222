import { expect, test } from 'vitest';
import { readRequestFields } from '../headers/requestFields.ts';
import { requestFraming } from './framing.ts';
import { hopsLeft } from './maxForwards.ts';
import { examineRequest } from './request.ts';
import { parseTarget } from './target.ts';
import { isWebSocketHandshake } from './upgrade.ts';

const examine = (method: string, target: string, version: string, ...raw: string[]) =>
  examineRequest(method, target, version, readRequestFields(raw, version === '1.0'), 'berth-me');

test('a plain request is sound, and says how it is forwarded', () => {
  expect(examine('GET', '/x', '1.1', 'Host', 'App.dev:80', 'Content-Length', '3')).toEqual({
    ok: true,
    host: 'app.dev',
    hostField: 'App.dev:80',
    target: '/x',
    form: 'origin',
    port: null,
    framing: { kind: 'length', length: 3 },
    hops: 'forward',
  });
});

test('the authority of an absolute target takes the place of Host', () => {
  expect(examine('GET', 'http://b.dev:81/x', '1.1', 'Host', 'a.dev')).toMatchObject({
    host: 'b.dev',
    hostField: 'b.dev:81',
    target: '/x',
  });
});

test('the target of CONNECT is its host, whatever Host says', () => {
  expect(examine('CONNECT', 'B.dev:443', '1.1', 'Host', 'a.dev')).toMatchObject({
    host: 'b.dev',
    form: 'tunnel',
    port: 443,
    framing: { kind: 'none' },
  });
});

test.each([
  ['BERTH_REQUEST_MALFORMED', 'GET', '/', '2.0', ['Host', 'a']],
  ['BERTH_TARGET_INVALID', 'CONNECT', 'a', '1.1', ['Host', 'a']],
  ['BERTH_TARGET_INVALID', 'CONNECT', '/', '1.1', ['Host', 'a']],
  ['BERTH_TARGET_INVALID', 'CONNECT', 'a:', '1.1', ['Host', 'a']],
  ['BERTH_TARGET_INVALID', 'CONNECT', 'u@a:443', '1.1', ['Host', 'a']],
  ['BERTH_TARGET_INVALID', 'CONNECT', 'a:99999', '1.1', ['Host', 'a']],
  ['BERTH_TARGET_INVALID', 'CONNECT', 'http://a:80', '1.1', ['Host', 'a']],
  ['BERTH_HOST_MISSING', 'CONNECT', 'a:443', '1.1', []],
  ['BERTH_HOST_INVALID', 'CONNECT', 'a:443', '1.1', ['Host', 'a b']],
  ['BERTH_REQUEST_MALFORMED', 'CONNECT', 'a:443', '1.1', ['Host', 'a', 'Content-Length', '0']],
  [
    'BERTH_REQUEST_MALFORMED',
    'CONNECT',
    'a:443',
    '1.1',
    ['Host', 'a', 'Transfer-Encoding', 'chunked'],
  ],
  ['BERTH_HOST_MISSING', 'GET', '/', '1.1', []],
  ['BERTH_HOST_MISSING', 'GET', '/', '1.0', []],
  ['BERTH_HOST_MISSING', 'GET', 'http://a/', '1.1', []],
  ['BERTH_HOST_INVALID', 'GET', '/', '1.1', ['Host', 'a', 'host', 'a']],
  ['BERTH_HOST_INVALID', 'GET', 'http://a/', '1.1', ['Host', 'a b']],
  ['BERTH_TARGET_INVALID', 'GET', 'ftp://a/', '1.1', ['Host', 'a']],
  ['BERTH_REQUEST_MALFORMED', 'GET', '/', '1.0', ['Host', 'a', 'Transfer-Encoding', 'chunked']],
  ['BERTH_EXPECTATION_UNKNOWN', 'GET', '/', '1.1', ['Host', 'a', 'Expect', 'x']],
  ['BERTH_LOOP', 'GET', '/', '1.1', ['Host', 'a', 'Via', '1.1 x, 1.1 berth-me']],
] as const)('%s', (code, method, target, version, raw) => {
  expect(examine(method, target, version, ...raw)).toMatchObject({ ok: false, code });
});

test.each([
  [null, null, 'none'],
  [null, '0', 'none'],
  [null, '7', 'length'],
  ['chunked', null, 'chunked'],
  ['Chunked ', null, 'chunked'],
  ['chunked', '7', 'doubtful'],
  ['gzip, chunked', null, 'doubtful'],
  ['identity', null, 'doubtful'],
  ['', null, 'doubtful'],
  [null, '', 'doubtful'],
  [null, '7, 7', 'doubtful'],
  [null, '+7', 'doubtful'],
  [null, '0x7', 'doubtful'],
  [null, '9'.repeat(16), 'doubtful'],
])('transfer coding %s and length %s are framed as %s', (coding, length, kind) => {
  expect(requestFraming(coding, length, '1.1').kind).toBe(kind);
});

test.each([
  ['GET', '/', { ok: true, target: '/', authority: null }],
  ['GET', '//x', { ok: true, target: '//x', authority: null }],
  ['OPTIONS', '*', { ok: true, target: '*', authority: null }],
  ['GET', 'http://a', { ok: true, target: '/', authority: 'a' }],
  ['GET', 'HTTPS://a:1?q', { ok: true, target: '/?q', authority: 'a:1' }],
  ['OPTIONS', 'http://a', { ok: true, target: '*', authority: 'a' }],
])('%s %s is read', (method, target, verdict) => {
  expect(parseTarget(method, target)).toEqual(verdict);
});

test.each(['*', 'a', '', '?q', 'http:a', 'http:///', 'ftp://a/', '/#'])(
  'GET %j is refused',
  (target) => {
    expect(parseTarget('GET', target).ok).toBe(false);
  },
);

test.each([
  ['OPTIONS', '0', 'answer'],
  ['TRACE', '00', 'answer'],
  ['OPTIONS', '3', { next: '2' }],
  ['GET', '0', 'forward'],
  ['TRACE', null, 'forward'],
  ['TRACE', '-1', 'forward'],
  ['TRACE', '1,2', 'forward'],
])('%s with Max-Forwards %s', (method, value, hops) => {
  expect(hopsLeft(method, value)).toEqual(hops);
});

test.each([
  ['GET', '1.1', 'Upgrade', 'websocket', true],
  ['GET', '1.1', 'keep-alive, upgrade', 'h2c, WebSocket', true],
  ['POST', '1.1', 'Upgrade', 'websocket', false],
  ['GET', '1.0', 'Upgrade', 'websocket', false],
  ['GET', '1.1', 'close', 'websocket', false],
  ['GET', '1.1', 'Upgrade', 'websockets', false],
  ['GET', '1.1', null, null, false],
])('%s %s, Connection %s, Upgrade %s: %s', (method, version, connection, upgrade, verdict) => {
  expect(isWebSocketHandshake(method, version, connection, upgrade)).toBe(verdict);
});
