import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { fieldsOf } from '../support/messageReader.ts';

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair.stop());

const ask = async (line: string, host = 'app.dev.local') => {
  const before = pair.backend.requests.length;
  const client = await pair.dial();
  const response = await client.send(`${line} HTTP/1.1\r\nHost: ${host}\r\n\r\n`).response();
  return { response, seen: pair.backend.requests.slice(before) };
};

test.each([
  ['GET http://app.dev.local/a//b?c', '/a//b?c', 'app.dev.local'],
  ['GET HTTP://APP.dev.local:81/a', '/a', 'APP.dev.local:81'],
  ['GET https://app.dev.local/a', '/a', 'app.dev.local'],
  ['GET http://app.dev.local', '/', 'app.dev.local'],
  ['GET http://app.dev.local?q=1', '/?q=1', 'app.dev.local'],
  ['OPTIONS http://app.dev.local', '*', 'app.dev.local'],
])('%s: the absolute form wins, and Host is rewritten', async (line, target, host) => {
  const { response, seen } = await ask(line, 'other.dev.local:99');
  expect(response.status).toBe(200);
  expect(seen.map((request) => [request.target, fieldsOf(request, 'host')])).toEqual([
    [target, [host]],
  ]);
  expect(fieldsOf(seen[0] ?? { fields: [] }, 'x-forwarded-host')).toEqual([host]);
});

test('the absolute form stands in for the Host of HTTP/1.0', async () => {
  const client = await pair.dial();
  const [response] = await client.send('GET http://app.dev.local/x HTTP/1.0\r\n\r\n').responses();
  expect(response?.status).toBe(200);
  const seen = pair.backend.requests.at(-1);
  expect(seen && fieldsOf(seen, 'host')).toEqual(['app.dev.local']);
});

test('the asterisk is for OPTIONS', async () => {
  const { response, seen } = await ask('OPTIONS *');
  expect(response.status).toBe(200);
  expect(seen.map(({ target }) => target)).toEqual(['*']);
});

test.each([
  'GET *',
  'POST *',
  'GET ftp://app.dev.local/',
  'GET file:///etc/passwd',
  'GET ws://app.dev.local/',
  'GET http:///x',
  'GET http://user@app.dev.local/',
  'GET http://user:pass@app.dev.local/',
  'GET http://app.dev.local:99999/',
  'GET /a#b',
  'GET app.dev.local:80',
  'GET a/b',
  'GET ?q',
])('%s is answered 400 and reaches no backend', async (line) => {
  const { response, seen } = await ask(line);
  expect(response.status).toBe(400);
  expect(seen).toEqual([]);
});

test('an absolute form does not excuse a Host that is invalid', async () => {
  const { response } = await ask('GET http://app.dev.local/', 'a b');
  expect(response.status).toBe(400);
});

test('CONNECT to elsewhere is answered 501 and closed', async () => {
  const client = await pair.dial();
  client.send(
    'CONNECT elsewhere.example:80 HTTP/1.1\r\nHost: app.dev.local:80\r\n\r\nGET / HTTP/1.1\r\n',
  );
  const responses = await client.responses();
  expect(responses.map(({ status }) => status)).toEqual([501]);
});

test.each(['GET http://elsewhere.example/', 'GET http://127.0.0.1:22/', 'GET https://[::1]/'])(
  '%s, as a proxy to everywhere is asked, is refused by name and reaches nobody',
  async (line) => {
    const { response, seen } = await ask(line);
    expect(response.status).toBe(400);
    expect(seen).toEqual([]);
    expect(pair.harness.problems.at(-1)).toMatchObject({
      code: 'BERTH_HOST_UNKNOWN',
      detail: 'Berth is a proxy to its own hosts only, and this is none of them.',
    });
  },
);
