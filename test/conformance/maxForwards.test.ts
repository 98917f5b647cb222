import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { fieldOf, fieldsOf } from '../support/messageReader.ts';

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair.stop());

const ask = async (method: string, fields: string) => {
  const before = pair.backend.requests.length;
  const client = await pair.dial();
  const response = await client
    .send(`${method} /x HTTP/1.1\r\nHost: app.dev.local\r\n${fields}\r\n`)
    .response();
  return { response, seen: pair.backend.requests.slice(before) };
};

test.each(['OPTIONS', 'TRACE'])('%s with Max-Forwards is counted down', async (method) => {
  const { seen } = await ask(method, 'Max-Forwards: 10\r\n');
  expect(seen.map((request) => fieldsOf(request, 'max-forwards'))).toEqual([['9']]);
});

test('OPTIONS with Max-Forwards 0 is answered here', async () => {
  const { response, seen } = await ask('OPTIONS', 'Max-Forwards: 0\r\n');
  expect(response.status).toBe(200);
  expect(fieldOf(response, 'allow')).toContain('OPTIONS');
  expect(seen).toEqual([]);
});

test('TRACE with Max-Forwards 0 is answered here with the request as it came, secrets left out', async () => {
  const { response, seen } = await ask(
    'TRACE',
    'Max-Forwards: 0\r\nX-A: 1\r\nCookie: secret\r\nAuthorization: secret\r\n',
  );
  expect(fieldOf(response, 'content-type')).toBe('message/http');
  expect(response.body).toBe(
    'TRACE /x HTTP/1.1\r\nHost: app.dev.local\r\nMax-Forwards: 0\r\nX-A: 1\r\n\r\n',
  );
  expect(seen).toEqual([]);
});

test.each([
  ['GET', 'Max-Forwards: 0\r\n', ['0']],
  ['TRACE', '', []],
  ['OPTIONS', 'Max-Forwards: x\r\n', ['x']],
])('%s with "%s" is forwarded as it is', async (method, fields, expected) => {
  const { response, seen } = await ask(method, fields);
  expect(response.status).toBe(200);
  expect(seen.map((request) => fieldsOf(request, 'max-forwards'))).toEqual([expected]);
});
