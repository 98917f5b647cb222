import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredMarks } from '../frontends/replies.ts';
import { deadCommands, moveMarks, reasonsCommands } from './marks.ts';

/** `1:b` is a mark of index 1 about b; `1` one that does not say. */
const marks = (...texts: readonly string[]): StoredMarks => {
  const parts = texts.map((text) => text.split(':'));
  return {
    indexes: parts.map(([index]) => Number(index)),
    lifetimeMs: 9000,
    reasons: new Map(
      parts.flatMap(([index, url]) =>
        url === undefined ? [] : [[Number(index), { url, reason: 'refused', at: 1 }]],
      ),
    ),
  };
};

const told = ({ indexes, reasons }: StoredMarks): readonly string[] =>
  indexes.map((index) => [index, reasons.get(index)?.url].filter((x) => x !== undefined).join(':'));

test.each([
  ['a backend before it goes', ['1:b'], 'abc', 'bc', ['0:b']],
  ['a backend behind it goes', ['1:b'], 'abc', 'ab', ['1:b']],
  ['its backend goes', ['1:b'], 'abc', 'ac', []],
  ['a backend comes', ['1:b'], 'ab', 'abc', ['1:b']],
  ['backends change places', ['0:a', '1:b'], 'ab', 'ba', ['0:b', '1:a']],
  ['it does not say its URL', ['1'], 'abc', 'bc', ['0']],
  ['it is about one that stood there before', ['0:x'], 'ab', 'abc', []],
  ['it is about no index at all', ['7'], 'ab', 'abcdefgh', []],
  ['its backend is listed twice and one of them goes', ['2:a'], 'aba', 'ab', []],
  ['its backend is listed twice and both stay', ['2:a'], 'aba', 'baa', ['2:a']],
  ['everything goes', ['0:a', '1:b'], 'ab', '', []],
  ['the frontend is new', ['0'], '', 'ab', []],
])('a mark goes with its backend when %s', (_what, texts, before, after, expected) => {
  expect(told(moveMarks(marks(...texts), [...before], [...after]))).toEqual(expected);
});

test('marks that stay where they are need no write', () => {
  const same = marks('0:a', '1');
  expect(moveMarks(same, ['a', 'b'], ['a', 'b', 'c'])).toBe(same);
});

test('no backend inherits a mark, and none that stays loses one, whatever becomes of the list', () => {
  const url = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const urls = fc.uniqueArray(url);
  fc.assert(
    fc.property(urls, urls, fc.uniqueArray(url), (before, after, dead) => {
      const indexes = before.flatMap((one, i) => (dead.includes(one) ? [i] : []));
      const moved = moveMarks({ indexes, lifetimeMs: 1, reasons: new Map() }, before, after);
      const isDead = new Set(moved.indexes.map((index) => after[index]));
      for (const one of after) {
        expect(isDead.has(one)).toBe(before.includes(one) && dead.includes(one));
      }
    }),
  );
});

test('what is written ends when the marks ended before', () => {
  expect(deadCommands('d', marks('0:a', '2'))).toEqual([
    ['del', 'd'],
    ['sadd', 'd', 0, 2],
    ['pexpire', 'd', 9000],
  ]);
  expect(reasonsCommands('r', marks('0:a', '2'))).toEqual([
    ['del', 'r'],
    ['hset', 'r', '0', '{"url":"a","reason":"refused","at":1}'],
    ['pexpire', 'r', 9000],
  ]);
  expect(deadCommands('d', { ...marks('0'), lifetimeMs: null })).toEqual([
    ['del', 'd'],
    ['sadd', 'd', 0],
  ]);
  expect(reasonsCommands('r', marks('0'))).toEqual([['del', 'r']]);
});
