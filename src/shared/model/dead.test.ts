import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDeadMark, parseDeadMark } from './dead.ts';

test('a mark is read back as it was written', () => {
  const mark = { url: 'http://a:1', reason: 'refused', at: 1_700_000_000_000 };
  expect(parseDeadMark(formatDeadMark(mark))).toEqual(mark);
});

test.each(['', 'x', 'null', '1', '[]', '{}', '{"url":1}'])('%s is no mark', (text) => {
  expect(parseDeadMark(text)).toBeNull();
});

test('any text is read without throwing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      parseDeadMark(text);
    }),
  );
});
