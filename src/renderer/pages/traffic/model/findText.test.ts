import { expect, it } from 'vitest';
import { findText, foundWords, maxMatches } from './findText.ts';

it('finds text whatever its case, at its own places', () => {
  expect(findText('İstanbul is in ISTANBUL', 'istanbul').matches).toEqual([[15, 23]]);
  expect(findText('aaa', 'aa').matches).toEqual([[0, 2]]);
});

it('takes what is sought for text', () => {
  expect(findText('a.b [x] a+b', '.').matches).toEqual([[1, 2]]);
  expect(findText('a.b [x] (', '[x]').matches).toEqual([[4, 7]]);
  for (const odd of ['\\', '(', '{1', '^$', '/', '-'])
    expect(findText(odd, odd).matches).toHaveLength(1);
});

it('finds nothing where nothing is sought', () => {
  expect(findText('abc', '')).toEqual({ matches: [], isMore: false });
});

it('is bounded, and says so', () => {
  const found = findText('x'.repeat(maxMatches + 1), 'x');
  expect(found.matches).toHaveLength(maxMatches);
  expect(foundWords(found, 1)).toBe('2 of 1,000+');
  expect(foundWords(findText('a b a', 'a'), 0)).toBe('1 of 2');
  expect(foundWords(findText('a', 'b'), 0)).toBe('not found');
});
