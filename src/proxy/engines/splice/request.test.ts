import { expect, test } from 'vitest';
import { RequestReader } from './request.ts';

const fields = 'Host: a.localhost\r\nCookie: one\r\n\r\n';
const read = (reader: RequestReader, text: string) => reader.read(text, true, false);

test('the same fields are read once, whatever is asked for', () => {
  const reader = new RequestReader();
  const first = read(reader, `GET /1 HTTP/1.1\r\n${fields}`);
  const second = read(reader, `PUT /2 HTTP/1.1\r\n${fields}`);
  expect(second.fields).toBe(first.fields);
  expect(second).toMatchObject({ method: 'PUT', url: '/2', httpVersion: '1.1' });
});

test.each([
  ['a field more', `GET /1 HTTP/1.1\r\nX: 1\r\n${fields}`],
  ['another value', `GET /1 HTTP/1.1\r\n${fields.replace('one', 'two')}`],
  ['another version', `GET /1 HTTP/1.0\r\n${fields}`],
])('%s is read anew', (_what, text) => {
  const reader = new RequestReader();
  const first = read(reader, `GET /1 HTTP/1.1\r\n${fields}`);
  const second = read(reader, text);
  expect(second.fields).not.toBe(first.fields);
  expect(second.fields).toEqual(read(new RequestReader(), text).fields);
});

test('neither long fields nor those of a client that rests are remembered', () => {
  const reader = new RequestReader();
  const long = `GET / HTTP/1.1\r\nX: ${'x'.repeat(5000)}\r\n${fields}`;
  expect(read(reader, long).fields).not.toBe(read(reader, long).fields);
  const short = `GET / HTTP/1.1\r\n${fields}`;
  const first = read(reader, short);
  reader.forget();
  expect(read(reader, short).fields).not.toBe(first.fields);
});
