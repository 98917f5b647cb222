import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { fieldsOf } from '../support/messageReader.ts';

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair.stop());

const host = 'Host: app.dev.local\r\n';
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE'];
const framings: Record<string, [head: string, raw: string, body: string]> = {
  'no body': ['', '', ''],
  'a length': ['Content-Length: 5\r\n', 'hello', 'hello'],
  'a length of zero': ['Content-Length: 0\r\n', '', ''],
  chunks: ['Transfer-Encoding: chunked\r\n', '2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n', 'hello'],
  'an empty chunked body': ['Transfer-Encoding: chunked\r\n', '0\r\n\r\n', ''],
};
const table = methods.flatMap((method) =>
  Object.keys(framings).map((name) => [method, name] as const),
);

test.each(table)('%s with %s keeps its body and is one request', async (method, name) => {
  const [head, raw, body] = framings[name] ?? ['', '', ''];
  const before = pair.backend.requests.length;
  pair.backend.script = {
    request: () => 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  };
  const client = await pair.dial();
  for (let i = 0; i < 2; i++) {
    const response = await client
      .send(`${method} /${i} HTTP/1.1\r\n${host}${head}\r\n${raw}`)
      .response(method);
    expect(response.status).toBe(200);
  }
  const seen = pair.backend.requests.slice(before);
  expect(seen.map((request) => [request.method, request.target, request.body])).toEqual([
    [method, '/0', body],
    [method, '/1', body],
  ]);
  for (const request of seen) {
    const lengths = fieldsOf(request, 'content-length');
    const codings = fieldsOf(request, 'transfer-encoding');
    if (head.startsWith('Transfer')) {
      expect([lengths, codings]).toEqual([[], ['chunked']]);
    } else {
      expect(codings).toEqual([]);
      if (head !== '') expect(lengths).toEqual([String(body.length)]);
      else expect(lengths).toEqual(/^(POST|PUT|PATCH|PROPFIND)$/.test(method) ? ['0'] : []);
    }
  }
});

test('a large body arrives whole, with a length and in chunks', async () => {
  const body = 'x'.repeat(3_000_000);
  const client = await pair.dial();
  const before = pair.backend.requests.length;
  await client
    .send(`POST /a HTTP/1.1\r\n${host}Content-Length: ${body.length}\r\n\r\n${body}`)
    .response();
  client.send(`POST /b HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`);
  for (let at = 0; at < body.length; at += 100_000) {
    client.send(`${(100_000).toString(16)}\r\n${body.slice(at, at + 100_000)}\r\n`);
  }
  await client.send('0\r\n\r\n').response();
  const seen = pair.backend.requests.slice(before);
  expect(seen.map((request) => request.body.length)).toEqual([body.length, body.length]);
});

test('the head of a request whose body comes later is forwarded at once', async () => {
  const heads: string[] = [];
  pair.backend.script = { head: ({ target }) => void heads.push(target) };
  const client = await pair.dial();
  client.send(`POST /slow HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\n`);
  await eventually('the head', () => heads.length > 0);
  expect(heads).toEqual(['/slow']);
  await client.send('hello').response();
});
