import { describe, expect, test } from 'vitest';
import { cut, cutMiddle, oneLine, padEnd, padStart, printable, widthOf, wrap } from './text.ts';

test('no control character of others reaches a terminal, and no line feed gets into a line', () => {
  expect(printable('a\u001b[2J\u0007\r\u009b\nb')).toBe('a\ufffd[2J\ufffd\ufffd\ufffd\nb');
  expect(oneLine('a\nb\u202ec\u2028d\u200be')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde');
});

test.each([
  ['', 0],
  ['abc', 3],
  ['ä·…', 3],
  ['日本', 4],
  ['🚀', 2],
  ['e\u0301', 1],
])('%j takes %i columns', (text, columns) => {
  expect(widthOf(text)).toBe(columns);
});

describe('a line is made to fit', () => {
  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['abcdef', 1, '…'],
    ['abcdef', 0, ''],
    ['日本語', 4, '日…'],
  ])('by its beginning: %j in %i columns', (text, width, expected) => {
    expect(cut(text, width)).toBe(expected);
  });

  test.each([
    ['/api/users/42/orders/99', 23, '/api/users/42/orders/99'],
    ['/api/users/42/orders/99', 16, '/api/users…rs/99'],
    ['/api/users/42/orders/99', 5, '/api…'],
  ])('by beginning and end: %j in %i columns', (text, width, expected) => {
    expect(cutMiddle(text, width)).toBe(expected);
    expect(widthOf(cutMiddle(text, width))).toBeLessThanOrEqual(width);
  });
});

test('padding counts columns, not characters', () => {
  expect(padEnd('日', 4)).toBe('日  ');
  expect(padStart('日', 4)).toBe('  日');
  expect(padEnd('long', 2)).toBe('long');
});

test('a line is wrapped between words, and a word that is too long within itself', () => {
  expect(wrap('one two three', null)).toEqual(['one two three']);
  expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrap('a abcdefghij b', 4)).toEqual(['a', 'abcd', 'efgh', 'ij b']);
  expect(wrap('漢字漢字', 5)).toEqual(['漢字', '漢字']);
  expect(wrap('漢', 1)).toEqual(['漢', '']);
});
