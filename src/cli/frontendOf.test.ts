import { expect, test } from 'vitest';
import { frontendOf, nameAdvice } from './frontendOf.ts';

test.each(['app.localhost', 'localhost', '*'])(
  '%s is found by browsers, and nothing is said',
  (name) => {
    expect(nameAdvice(name, 'localhost', [])).toBeNull();
  },
);

test('a single word is kept as it is, and the name is said that browsers find', () => {
  expect(nameAdvice('app', 'dev.local', [])).toBe(
    'app is kept as it is written, and no browser finds it by itself; for the name that the window gives it, write app.dev.local.',
  );
});

test('another name has to lead to this machine', () => {
  expect(nameAdvice('app.test', 'localhost', [])).toBe(
    'A browser finds app.test when the name leads to this machine; names under .localhost always do.',
  );
});

test('where it is found under another suffix, that is said', () => {
  expect(nameAdvice('app.test', 'test', ['app.dev.local', 'app.localhost'])).toBe(
    'A browser finds app.test when the name leads to this machine; as app.localhost it always finds it.',
  );
});

test('a host gets the frontend that the proxy would find, under whichever suffix', () => {
  const hosts = [{ name: 'app.localhost' }, { name: '*.dev.local' }];
  const shared = ['localhost', 'dev.local'];
  expect(frontendOf('app.dev.local', hosts, shared)?.name).toBe('app.localhost');
  expect(frontendOf('app.dev.local', hosts, [])?.name).toBe('*.dev.local');
  expect(frontendOf('x.localhost', hosts, shared)?.name).toBe('*.dev.local');
  expect(frontendOf('x.localhost', hosts, [])).toBeNull();
});
