import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { fieldOf } from '../support/messageReader.ts';
import { get } from '../support/rawClient.ts';

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.stop());

const ask = async (host: string, more = '') => {
  const client = await pair.dial();
  const response = await client.send(get(host, '/', more)).response();
  return { client, response, said: [response.status, response.body.trim()] };
};

test('Host: __ping__ is answered without a lookup', async () => {
  pair.harness.resolve = () => {
    throw new Error('looked up');
  };
  expect((await ask('__ping__')).said).toEqual([200, 'ok']);
});

test('the welcome host is answered when it has no frontend', async () => {
  expect((await ask('welcome.dev.local')).said).toEqual([200, 'welcome']);
  pair.harness.frontends.set('welcome.dev.local', ['own', pair.backend.url]);
  expect((await ask('welcome.dev.local')).said).toEqual([200, 'ok']);
});

test('an unknown host is answered 400, and the connection lives on', async () => {
  const { client, said } = await ask('none.test');
  expect(said).toEqual([400, 'BERTH_HOST_UNKNOWN']);
  expect((await client.send(get('app.dev.local')).response()).status).toBe(200);
});

test('a frontend that cannot be read is answered 502 with its problem', async () => {
  pair.harness.resolve = () => ({ kind: 'invalid', name: '*.local', problem: 'it is a hash' });
  expect((await ask('app.dev.local')).said).toEqual([502, 'BERTH_FRONTEND_INVALID']);
  expect(pair.harness.problems[0]).toMatchObject({ detail: 'it is a hash', frontend: '*.local' });
});

test('a frontend of unreadable backends is answered 502 with its problems', async () => {
  pair.harness.frontends.set('app.dev.local', ['app', 'nonsense', 'ftp://x']);
  expect((await ask('app.dev.local')).said).toEqual([502, 'BERTH_BACKENDS_INVALID']);
  expect(pair.harness.problems[0]?.detail).toBe(
    'backend #0 is not a URL; backend #1 has a scheme other than http and https',
  );
});

test('a frontend without backends, and one whose backends are all dead, are told apart', async () => {
  pair.harness.frontends.set('app.dev.local', ['app']);
  expect((await ask('app.dev.local')).said).toEqual([502, 'BERTH_FRONTEND_EMPTY']);
  pair.harness.frontends.set('app.dev.local', ['app', pair.backend.url]);
  pair.harness.dead.add(pair.backend.url);
  expect((await ask('app.dev.local')).said).toEqual([502, 'BERTH_BACKENDS_DEAD']);
});

test('without a store and without memory the answer is 503', async () => {
  pair.harness.resolve = () => ({ kind: 'unavailable' });
  expect((await ask('app.dev.local')).said).toEqual([503, 'BERTH_STORE_UNREACHABLE']);
});

test('a lookup that takes its time is waited for, with the body', async () => {
  const { frontends } = pair.harness;
  const list = frontends.get('app.dev.local') ?? [];
  frontends.delete('app.dev.local');
  let tries = 0;
  pair.harness.resolve = (host) => {
    if (tries++ > 0) return null;
    return new Promise((done) => {
      setTimeout(() => {
        frontends.set('app.dev.local', list);
        pair.harness.resolve = null;
        const again = pair.harness.engine;
        done(again === null ? { kind: 'unknown' } : { kind: 'unavailable' });
      }, 50);
      void host;
    });
  };
  expect((await ask('app.dev.local')).said).toEqual([503, 'BERTH_STORE_UNREACHABLE']);
  expect((await ask('app.dev.local')).said).toEqual([200, 'ok']);
});

test('an error answer to HEAD has no body', async () => {
  const client = await pair.dial();
  const response = await client.send('HEAD / HTTP/1.1\r\nHost: none.test\r\n\r\n').response('HEAD');
  expect(response.status).toBe(400);
  expect((await client.send(get('app.dev.local')).response()).body).toBe('ok');
});

test('pages get the host, the frontend and the tries, and the Accept field', async () => {
  pair.harness.frontends.set('*.dev.local', ['wild', 'http://127.0.0.1:1']);
  await ask('x.dev.local');
  expect(pair.harness.problems[0]).toMatchObject({
    code: 'BERTH_BACKEND_REFUSED',
    host: 'x.dev.local',
    frontend: '*.dev.local',
    attempts: [{ index: 0, url: 'http://127.0.0.1:1', outcome: 'BERTH_BACKEND_REFUSED' }],
  });
});

test('X-Debug asks for the facts', async () => {
  const { response } = await ask('app.dev.local', 'X-Debug: 1\r\n');
  expect(fieldOf(response, 'x-debug-version-hipache')).toBe('0.0.1');
  expect(fieldOf(response, 'x-debug-backend-url')).toBe(pair.backend.url);
  expect(fieldOf(response, 'x-debug-backend-id')).toBe('0');
  expect(fieldOf(response, 'x-debug-vhost')).toBe('app');
  expect(fieldOf(response, 'x-debug-frontend-key')).toBe('app.dev.local');
  expect(fieldOf(response, 'x-debug-time-total')).toMatch(/^\d+$/);
  expect(fieldOf(response, 'x-debug-time-backend')).toMatch(/^\d+$/);
});

test('X-Debug tells an error, and nothing is told to those who do not ask', async () => {
  const { response } = await ask('none.test', 'X-Debug: 1\r\n');
  expect(fieldOf(response, 'x-debug-error')).toContain('BERTH_HOST_UNKNOWN');
  expect(fieldOf(response, 'x-debug-version-hipache')).toBe('0.0.1');
  expect((await ask('app.dev.local')).response.head).not.toContain('x-debug');
});

test('a backend cannot tell an error in our name', async () => {
  const forged = 'X-Debug-Error: BERTH_HOST_UNKNOWN evil';
  pair.backend.script = {
    request: () => `HTTP/1.1 200 OK\r\n${forged}\r\nX-Own: 1\r\nContent-Length: 2\r\n\r\nok`,
  };
  for (const more of ['', 'X-Debug: 1\r\n']) {
    const { response } = await ask('app.dev.local', more);
    expect(response.status).toBe(200);
    expect(fieldOf(response, 'x-own')).toBe('1');
    expect(fieldOf(response, 'x-debug-error')).toBeUndefined();
  }
});

test('an identifier with control characters cannot add a field', async () => {
  pair.harness.frontends.set('app.dev.local', ['a\r\nX-Evil: 1', pair.backend.url]);
  const { response } = await ask('app.dev.local', 'X-Debug: 1\r\n');
  expect(fieldOf(response, 'x-evil')).toBeUndefined();
  expect(fieldOf(response, 'x-debug-vhost')).toBe('a??X-Evil: 1');
});

test('each answer of 500 and above is reported with what the backend said', async () => {
  for (const status of [499, 500, 503]) {
    pair.backend.script = { request: () => `HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n` };
    expect((await ask('app.dev.local')).response.status).toBe(status);
  }
  expect(pair.harness.answered.map(({ status, retryAfter }) => [status, retryAfter])).toEqual([
    [500, false],
    [503, false],
  ]);
});
