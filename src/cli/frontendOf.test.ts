import { expect, test } from 'vitest';
import { nameAdvice } from './frontendOf.ts';

test.each(['app.localhost', 'localhost', '*'])(
  '%s is found by browsers, and nothing is said',
  (name) => {
    expect(nameAdvice(name, 'localhost')).toBeNull();
  },
);

test('a single word is kept as it is, and the name is said that browsers find', () => {
  expect(nameAdvice('app', 'dev.local')).toBe(
    'app is kept as it is written, and no browser finds it by itself; for the name that the window gives it, write app.dev.local.',
  );
});

test('another name has to lead to this machine', () => {
  expect(nameAdvice('app.test', 'localhost')).toBe(
    'A browser finds app.test when the name leads to this machine; names under .localhost always do.',
  );
});
