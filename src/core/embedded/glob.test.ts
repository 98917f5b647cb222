import { expect, it } from 'vitest';
import { globMatches } from './glob.ts';

it.each([
  ['*', '', true],
  ['*', 'frontend:a', true],
  ['frontend:*', 'frontend:', true],
  ['frontend:*', 'dead:a', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['[a-c]x', 'bx', true],
  ['[c-a]x', 'bx', true],
  ['[^a-c]x', 'bx', false],
  ['[^a-c]x', 'dx', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['frontend:\\*.dev', 'frontend:*.dev', true],
  ['a*b*c', 'aXbYbZc', true],
  ['a*b*c', 'aXbYbZ', false],
  ['[', '[', false],
  ['a\\', 'a\\', true],
])('says of %s and %s: %s', (pattern, name, matches) => {
  expect(globMatches(pattern, name)).toBe(matches);
});

it('takes no more than a moment for a pattern of many stars', () => {
  const began = performance.now();
  expect(globMatches('*a'.repeat(40), 'a'.repeat(20_000).concat('b'))).toBe(false);
  expect(performance.now() - began).toBeLessThan(2000);
});
