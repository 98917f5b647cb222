import { expect, test } from 'vitest';
import { areCovered, isPermitted, neededNames } from './names.ts';

test('localhost is needed always, and what another name covers is not', () => {
  expect(neededNames(['dev.local', 'a.dev.local', 'test'], ['app.test', 'example.com'])).toEqual([
    'dev.local',
    'example.com',
    'localhost',
    'test',
  ]);
  expect(neededNames([], [])).toEqual(['localhost']);
});

test('the order and the number of times that names are written change nothing', () => {
  expect(neededNames(['test', 'dev.local', 'test'], ['dev.local'])).toEqual(
    neededNames(['dev.local'], ['test']),
  );
});

test.each([
  ['dev.local', true],
  ['a.b.dev.local', true],
  ['xdev.local', false],
  ['local', false],
  ['dev.local.evil.com', false],
  ['127.0.0.1', false],
  ['[::1]', false],
  ['', false],
])('%s under dev.local: %s', (host, expected) => {
  expect(isPermitted(host, ['dev.local'])).toBe(expected);
});

test('an address is never a name', () => {
  expect(neededNames([], ['127.0.0.1', '[::1]'])).toEqual(['localhost']);
});

test('more names than are needed cover them, fewer do not', () => {
  expect(areCovered(['a.test', 'localhost'], ['localhost', 'test'])).toBe(true);
  expect(areCovered(['localhost', 'test'], ['a.test', 'localhost'])).toBe(false);
});
