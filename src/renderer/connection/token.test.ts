import { expect, it } from 'vitest';
import { codeIn } from './token.ts';

it.each([
  ['abc-DEF_123', 'abc-DEF_123'],
  ['  abc-DEF_123\n', 'abc-DEF_123'],
  ['#code=abc', 'abc'],
  ['http://127.0.0.1:8190/#code=abc-DEF_123\n', 'abc-DEF_123'],
])('the code in %j is %s', (text, code) => {
  expect(codeIn(text)).toBe(code);
});
