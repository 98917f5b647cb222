import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { replaySchema } from './replay.ts';

const input = { host: 'app.test', method: 'GET', path: '/' };
const problemOf = (changed: object): string => {
  const read = replaySchema.safeParse({ ...input, ...changed });
  return read.success ? '' : (read.error.issues[0]?.message ?? '');
};

test('what is left out is plain HTTP, without headers and body', () => {
  expect(replaySchema.parse(input)).toEqual({
    ...input,
    secure: false,
    headers: [],
    body: null,
  });
});

test.each([
  { method: 'M-SEARCH' },
  { path: '*', method: 'OPTIONS' },
  { path: '/a?b=%20#c|"{}' },
  { path: '/\xe4\xff' },
  { host: 'app.test:8080' },
  { host: '[::1]:80' },
  { headers: [['X-A', 'tab\there \xe4']] },
  { headers: [['X-A', '']] },
  { body: { encoding: 'utf8', data: 'ä\u0000' } },
  { body: { encoding: 'base64', data: 'AAE=' } },
])('%j can be sent', (changed) => {
  expect(problemOf(changed)).toBe('');
});

test.each([
  'Host',
  'content-length',
  'Transfer-Encoding',
  'connection',
  'upgrade',
  'keep-alive',
  'te',
  'trailer',
  'expect',
  'proxy-connection',
  'X-Debug',
])('%s cannot be set', (name) => {
  expect(problemOf({ headers: [[name, '1']] })).toBe(`${name} is set by Berth; leave it out`);
});

test.each<[object, string]>([
  [{ method: 'GE T' }, 'is no method'],
  [{ method: '' }, 'is no method'],
  [{ method: 'CONNECT' }, 'CONNECT is not served by a reverse proxy'],
  [{ path: '' }, 'begins with /'],
  [{ path: 'http://app.test/' }, 'begins with /'],
  [{ path: '/a b' }, 'neither spaces'],
  [{ path: '/a\r\nX: y' }, 'neither spaces'],
  [{ path: '/\u20ac' }, 'neither spaces'],
  [{ host: '' }, 'is not a host name'],
  [{ host: 'a\r\nX: y' }, 'is not a host name'],
  [{ host: 'user@app.test' }, 'is not a host name'],
  [{ headers: [['X A', '1']] }, 'is no name of a header: "X A"'],
  [{ headers: [['X-A', 'a\r\nX-B: c']] }, 'stays on one line'],
  [{ headers: [['X-A', '\u20ac']] }, 'in Latin-1'],
  [
    {
      headers: [
        ['X-A', 'x'.repeat(9000)],
        ['X-B', 'x'.repeat(9000)],
      ],
    },
    'are longer than',
  ],
  [{ headers: Array.from({ length: limits.maxReplayHeaders + 1 }, () => ['X', '']) }, 'Too big'],
  [{ body: { encoding: 'base64', data: 'AAE' } }, 'is not base64'],
  [{ url: 'http://elsewhere.test/' }, 'Unrecognized key'],
])('%j is refused', (changed, why) => {
  expect(problemOf(changed)).toContain(why);
});
