import { expect, test } from 'vitest';
import { isChunkedToClient, needsZeroLength, saysItsEnd } from './framing.ts';

test.each(['POST', 'PUT', 'PATCH', 'PROPFIND', 'QUERY', 'REPORT', 'X-ODD'])(
  '%s without a body says that its length is 0',
  (method) => {
    expect(needsZeroLength(method, true, null)).toBe(true);
    expect(needsZeroLength(method, true, '0')).toBe(false);
    expect(needsZeroLength(method, false, null)).toBe(false);
  },
);

test.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'])('%s does not', (method) => {
  expect(needsZeroLength(method, true, null)).toBe(false);
});

test.each([
  ['what came chunked stays so', true, 200, false, true],
  ['what did not does not become so', false, 200, false, false],
  ['204 has no body', true, 204, false, false],
  ['304 has no body', true, 304, false, false],
  ['HTTP/1.0 knows no chunks', true, 200, true, false],
])('%s', (_name, cameChunked, status, http10, chunked) => {
  expect(isChunkedToClient(cameChunked, status, http10)).toBe(chunked);
});

test('a length or chunks say where a response ends', () => {
  expect(saysItsEnd('0', false)).toBe(true);
  expect(saysItsEnd(null, true)).toBe(true);
  expect(saysItsEnd(null, false)).toBe(false);
});
