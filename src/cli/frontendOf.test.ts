import { expect, test } from 'vitest';
import { nameAdvice } from './frontendOf.ts';

test.each(['app.localhost', 'localhost', '*'])(
  '%s is found by browsers, and nothing is said',
  (name) => {
    expect(nameAdvice(name)).toBeNull();
  },
);

test('a single word is kept as it is, and the name is said that browsers find', () => {
  expect(nameAdvice('app')).toBe(
    'A browser does not find app by itself; it would find app.localhost.',
  );
});

test('another name has to lead to this machine', () => {
  expect(nameAdvice('app.test')).toBe(
    'A browser finds app.test when the name leads to this machine; names under .localhost always do.',
  );
});
