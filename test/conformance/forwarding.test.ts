import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { fieldOf, fieldsOf } from '../support/messageReader.ts';
import { get } from '../support/rawClient.ts';

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.stop());

test('a request reaches the backend and its response comes back', async () => {
  const client = await pair.dial();
  const response = await client.send(get('app.dev.local', '/hello?x=1')).response();
  expect(response.status).toBe(200);
  expect(response.body).toBe('ok');
  expect(pair.backend.requests.map(({ start }) => start)).toEqual(['GET /hello?x=1 HTTP/1.1']);
});

test.each([
  '/',
  '//a//b',
  '/a/../b/./c',
  '/%2e%2e/%2F?q=%20&r=a%20b',
  '/?a?b??',
  '/a;b=c,d/@:!$&()*+',
  "/'|^`{}",
  '/http://other/',
  '/?http://x//y',
])('the target %s arrives to the byte', async (target) => {
  const client = await pair.dial();
  await client.send(get('app.dev.local', target)).response();
  expect(pair.backend.requests.map((seen) => seen.target)).toEqual([target]);
});

test('fields keep their order, case, number and bytes', async () => {
  const client = await pair.dial();
  const fields = [
    'x-b: 2',
    'X-A: 1',
    'x-B: 3',
    'Cookie: a=1',
    'Cookie: b=2',
    'X-Empty: ',
    'X-Latin: \xe9\xff',
    'aCCept: */*',
  ];
  await client
    .send(`GET / HTTP/1.1\r\nhOST: app.dev.local\r\n${fields.join('\r\n')}\r\n\r\n`)
    .response();
  const [seen] = pair.backend.requests;
  const lines = seen?.head.split('\r\n').slice(1, 2 + fields.length);
  expect(lines).toEqual(['hOST: app.dev.local', ...fields]);
});

test('a response keeps its status text, and order, case, number and bytes of its fields', async () => {
  const fields = ['x-B: 1', 'X-a: 2', 'Set-Cookie: a=1', 'set-cookie: b=2', 'X-L: \xe9'];
  pair.backend.script = {
    request: () =>
      `HTTP/1.1 299 Quite Fine \xe9\r\n${fields.join('\r\n')}\r\nContent-Length: 2\r\n\r\nok`,
  };
  const client = await pair.dial();
  const response = await client.send(get('app.dev.local')).response();
  expect(response.start).toBe('HTTP/1.1 299 Quite Fine \xe9');
  expect(response.head.split('\r\n').slice(1, 1 + fields.length)).toEqual(fields);
  expect(fieldsOf(response, 'date')).toHaveLength(1);
});

test('heads keep their bytes where the bodies come later', async () => {
  pair.backend.script = {
    head: ({ connection }) =>
      void connection.socket.write(
        'HTTP/1.1 200 OK\r\nX-L: \xe9\r\nContent-Length: 2\r\n\r\n',
        'latin1',
      ),
    request: () => 'ok',
  };
  const client = await pair.dial();
  client.send('POST / HTTP/1.1\r\nHost: app.dev.local\r\nX-L: \xe9\r\nContent-Length: 2\r\n\r\n');
  await client.until('\r\n\r\n');
  expect(client.received).toContain('X-L: \xe9\r\n');
  expect((await client.send('hi').response()).body).toBe('ok');
  expect(pair.backend.requests[0] && fieldOf(pair.backend.requests[0], 'x-l')).toBe('\xe9');
});

test('a file name in Content-Disposition keeps its bytes on either side of Content-Length', async () => {
  const name = 'attachment; filename="\xc3\xa9.txt"';
  for (const head of [
    `Content-Length: 2\r\nContent-Disposition: ${name}`,
    `Content-Disposition: ${name}\r\nContent-Length: 2`,
  ]) {
    pair.backend.script = { request: () => `HTTP/1.1 200 OK\r\n${head}\r\n\r\nok` };
    const client = await pair.dial();
    const response = await client
      .send(`POST / HTTP/1.1\r\nHost: app.dev.local\r\n${head}\r\n\r\nok`)
      .response();
    expect(fieldOf(response, 'content-disposition')).toBe(name);
    const seen = pair.backend.requests.at(-1);
    expect(seen && fieldOf(seen, 'content-disposition')).toBe(name);
  }
});

test('a connection of a client, and one to a backend, serve many requests', async () => {
  const client = await pair.dial();
  for (let i = 0; i < 5; i++) {
    const response = await client.send(get('app.dev.local', `/${i}`)).response();
    expect(response.body).toBe('ok');
  }
  expect(pair.backend.requests).toHaveLength(5);
  expect(pair.backend.connections).toHaveLength(1);
});

test('a client of HTTP/1.0 is answered and its connection closed', async () => {
  const client = await pair.dial();
  client.send('GET / HTTP/1.0\r\nHost: app.dev.local\r\n\r\n');
  const [response] = await client.responses();
  expect(response?.body).toBe('ok');
  expect(response && fieldOf(response, 'connection')).toBe('close');
});
