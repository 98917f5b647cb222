import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { least } from './least.ts';

const compare = (left: number, right: number): number => left - right;

test('the first few are those of a sort', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 12 }), (items, count) => {
      expect(least(items, count, compare)).toEqual(items.toSorted(compare).slice(0, count));
    }),
  );
});

test('equal ones keep their order', () => {
  const items = [
    { key: 1, name: 'a' },
    { key: 0, name: 'b' },
    { key: 1, name: 'c' },
  ];
  const names = least(items, 2, (left, right) => left.key - right.key).map(({ name }) => name);
  expect(names).toEqual(['b', 'a']);
});
