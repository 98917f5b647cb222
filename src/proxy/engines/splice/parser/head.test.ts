import { expect, test } from 'vitest';
import { readFields, readRequestLine, readStatusLine } from './head.ts';

const request = (text: string) => {
  const { end, ...line } = readRequestLine(text);
  return { ...line, raw: readFields(text, end) };
};
const response = (text: string) => {
  const { end, ...line } = readStatusLine(text);
  return { ...line, raw: readFields(text, end) };
};

test('a head is read as it came, without the blanks around values', () => {
  expect(request('GET /a  HTTP/1.1\r\nHost: a\r\nX-B:\tb c \r\nX-Empty:\r\n\r\n')).toEqual({
    first: 'GET',
    rest: '/a',
    version: '1.1',
    raw: ['Host', 'a', 'X-B', 'b c', 'X-Empty', ''],
  });
});

// llhttp takes two carriage returns for the end of a status line.
test('a status line ends where the parser has it end', () => {
  expect(response('HTTP/1.1 200 OK\r\rContent-Length: 3\r\nX: 1\r\n\r\n')).toEqual({
    first: 'HTTP/1.1',
    rest: '200 OK',
    version: '',
    raw: ['Content-Length', '3', 'X', '1'],
  });
});

// llhttp takes such a line for one of HTTP/0.9, and what follows for a field.
test('a bare line feed ends a request line, which then has no version', () => {
  expect(request('CONNECT a.\nb:80 HTTP/1.1\r\nHost: a\r\n\r\n')).toEqual({
    first: 'CONNECT',
    rest: 'a.',
    version: '',
    raw: ['b', '80 HTTP/1.1', 'Host', 'a'],
  });
});

test.each([
  ['GET /a HTTP/1.1', '/a', '1.1'],
  ['GET /a  HTTP/1.1', '/a', '1.1'],
  ['GET  /a HTTP/1.1', '/a', '1.1'],
  ['GET /a HTTP/1.0', '/a', '1.0'],
  ['GET /a HTTP/1.1 HTTP/1.1', '/a HTTP/1.1', '1.1'],
  ['GET HTTP/1.1', 'HTTP/1.1', ''],
  ['GET  HTTP/1.1', 'HTTP/1.1', ''],
  ['GET   /a b  HTTP/1.0', '/a b', '1.0'],
])('%s asks for %j', (line, rest, version) => {
  expect(readRequestLine(`${line}\r\n\r\n`)).toMatchObject({ first: 'GET', rest, version });
});
