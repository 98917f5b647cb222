import { expect, test } from 'vitest';
import { defaultOptions } from '../../../../shared/model/options.ts';
import { indexOfPlace, movedBackend, withWeight } from './backendEdit.ts';
import { duplicateLine } from './duplicate.ts';

const backends = ['http://a:1', 'http://b:1'];

test('weight and draining of a backend go with it to its new address', () => {
  const options = {
    ...defaultOptions,
    weights: { 'http://a:1': 3, 'http://b:1': 2 },
    drained: ['http://a:1'],
  };
  expect(
    movedBackend({ backends, options }, { index: 0, url: 'http://a:1' }, 'http://c:1'),
  ).toEqual({
    backends: ['http://c:1', 'http://b:1'],
    options: { weights: { 'http://b:1': 2, 'http://c:1': 3 }, drained: ['http://c:1'] },
  });
});

test('options are left alone where there is nothing to take along, or where the address is still listed', () => {
  expect(
    movedBackend(
      { backends, options: defaultOptions },
      { index: 1, url: 'http://b:1' },
      'http://c:1',
    ),
  ).toEqual({
    backends: ['http://a:1', 'http://c:1'],
  });
  const options = { ...defaultOptions, weights: { 'http://a:1': 3 } };
  const twice = ['http://a:1', 'http://a:1'];
  expect(
    movedBackend({ backends: twice, options }, { index: 1, url: 'http://a:1' }, 'http://c:1'),
  ).toEqual({
    backends: ['http://a:1', 'http://c:1'],
  });
});

test('a backend is found where others have moved it, and never another in its place', () => {
  const place = { index: 0, url: 'http://a:1' };
  expect(indexOfPlace(['http://new:1', ...backends], place)).toBe(1);
  expect(
    movedBackend(
      { backends: ['http://new:1', ...backends], options: defaultOptions },
      place,
      'http://c:1',
    ),
  ).toEqual({ backends: ['http://new:1', 'http://c:1', 'http://b:1'] });
  expect(
    movedBackend({ backends: ['http://b:1'], options: defaultOptions }, place, 'http://c:1'),
  ).toBeNull();
});

test('a weight of 1 is not kept', () => {
  expect(withWeight({ a: 2 }, 'b', 3)).toEqual({ a: 2, b: 3 });
  expect(withWeight({ a: 2, b: 3 }, 'b', 1)).toEqual({ a: 2 });
});

test.each([
  ['app.dev.local', 'app-2.dev.local http://a:1 http://b:1'],
  ['pr-41.dev.local', 'pr-42.dev.local http://a:1 http://b:1'],
  ['*.app.dev.local', '*.app-2.dev.local http://a:1 http://b:1'],
  ['*', 'copy http://a:1 http://b:1'],
])('a duplicate of %s begins as %s', (name, line) => {
  expect(duplicateLine({ name, backends })).toBe(line);
});
