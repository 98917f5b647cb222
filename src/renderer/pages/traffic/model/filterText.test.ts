import { describe, expect, it, test } from 'vitest';
import { parseFilter } from '../../../../shared/filter/index.ts';
import {
  hasTerm,
  isEndOfTerm,
  isUnfinished,
  lineOf,
  termFor,
  textOfLine,
  toggleTerm,
  withDraftAsChips,
} from './filterText.ts';
import { quickFilters } from './quickFilters.ts';

describe('the line of a filter', () => {
  it('has a chip for each term, and is the same text again', () => {
    const text = 'status:5xx -path:/health "a phrase" agent:"Mozilla 5"';
    const line = lineOf(` ${text} `);
    expect(line.chips).toEqual(['status:5xx', '-path:/health', '"a phrase"', 'agent:"Mozilla 5"']);
    expect(textOfLine(line)).toBe(text);
  });

  it('leaves what cannot be read to be corrected', () => {
    expect(lineOf('statsu:5xx a')).toEqual({ chips: [], draft: 'statsu:5xx a' });
    expect(withDraftAsChips({ chips: ['a'], draft: 'dur>' })).toBe(null);
  });

  it('turns what was written into chips at a space that is not between quotes', () => {
    expect(['a ', 'a', '', ' ', '"a b ', '"a b" ', 'dur> '].map(isEndOfTerm)).toEqual([
      true,
      false,
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(withDraftAsChips({ chips: ['a'], draft: 'b host:c ' })).toEqual({
      chips: ['a', 'b', 'host:c'],
      draft: '',
    });
  });

  it('has no chip twice', () => {
    const line = { chips: ['status:5xx', 'a'], draft: 'status:5xx b b' };
    expect(withDraftAsChips(line)).toEqual({ chips: ['status:5xx', 'a', 'b'], draft: '' });
  });
});

describe('a term', () => {
  it('is put in and taken out', () => {
    expect(toggleTerm('a', 'ws:true')).toBe('a ws:true');
    expect(toggleTerm('a ws:true b', 'ws:true')).toBe('a b');
    expect(hasTerm('a ws:true', 'ws:true')).toBe(true);
  });

  it('for a value can be read, whatever the value is', () => {
    for (const [key, value] of [
      ['agent', 'Mozilla/5.0 (X11, "a" \\ *)'],
      ['host', 'app.dev.local'],
      ['referer', ''],
      ['status', '404'],
      ['error', 'BERTH_BACKEND_REFUSED'],
    ] as const) {
      expect(parseFilter(termFor(key, value))).toMatchObject({ ok: true });
    }
    expect(termFor('host', 'app.dev.local')).toBe('host=app.dev.local');
  });
});

it('quick filters are one term of the grammar each', () => {
  for (const { term } of quickFilters) expect(lineOf(term).chips).toEqual([term]);
});

test.each([
  ['status:', true],
  ['a status:', true],
  ['host:a,', true],
  ['path:"a b', true],
  ['-', true],
  ['status: ', false],
  ['statsu:5', false],
  ['status:6000', false],
] as const)('%j is only not written to its end: %s', (draft, expected) => {
  const parsed = parseFilter(draft);
  if (parsed.ok) throw new Error('it is a filter');
  expect(isUnfinished(draft, parsed.problem)).toBe(expected);
});
