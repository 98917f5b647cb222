import { expect, test } from 'vitest';
import { alpnProtocols } from './alpn.ts';

test.each([
  ['1.61.0', true],
  ['1.70.0', true],
  ['2.0.0', true],
  ['1.60.0', false],
  ['1.51.0', false],
  [undefined, false],
])('with nghttp2 %s, HTTP/2 is offered: %s', (version, offered) => {
  expect(alpnProtocols(version)).toEqual(offered ? ['h2', 'http/1.1'] : ['http/1.1']);
});
