import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMatcher } from './automaton.ts';
import { compileRegex, RegexProblem } from './index.ts';
import { programOf } from './program.ts';
import { parseRegex } from './syntax.ts';

/** Patterns of everything that is known, and texts of few characters, so that both meet often. */
const atom = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '/', '.', '\\d', '\\W', '\\s', '\\.', '\\x61', '[ab]', '[^a-b]'),
  fc.constantFrom('[^\\w]', '[a-c1-2]', '[-a]', '[a-]', '[]', '[^]', '^', '$', ']', '}', '\\/'),
);
const quantified = (item: fc.Arbitrary<string>) =>
  fc
    .tuple(item, fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,}', '{0,2}', '*?', '{1,3}?'))
    .map(([text, count]) => (text === '^' || text === '$' ? text : text + count));
const sequence = (item: fc.Arbitrary<string>) =>
  fc.array(quantified(item), { maxLength: 3 }).map((items) => items.join(''));
const choice = (item: fc.Arbitrary<string>) =>
  fc.array(sequence(item), { minLength: 1, maxLength: 2 }).map((items) => items.join('|'));
const group = (item: fc.Arbitrary<string>) =>
  fc.oneof(
    atom,
    choice(item).map((inside) => `(${inside})`),
    choice(item).map((inside) => `(?:${inside})`),
  );
const pattern = choice(group(group(atom))).filter((source) => source.length <= 60);
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', 'A', 'B', '1', '.', '/', ' ', '-', '\n', 'é', '€'),
  maxLength: 12,
});

describe('the regular expressions of a filter', () => {
  it("match where JavaScript's do", () => {
    fc.assert(
      fc.property(pattern, fc.boolean(), fc.array(text), (source, ignoreCase, texts) => {
        const matches = compileRegex(source, ignoreCase);
        const expected = new RegExp(source, ignoreCase ? 'i' : '');
        for (const sample of texts) expect(matches(sample)).toBe(expected.test(sample));
      }),
      { numRuns: 2000 },
    );
  });

  it('match the same however little is remembered', () => {
    fc.assert(
      fc.property(pattern, fc.array(text), (source, texts) => {
        const forgetful = createMatcher(programOf(parseRegex(source, false), 0), 2);
        const expected = new RegExp(source);
        for (const sample of texts) expect(forgetful(sample)).toBe(expected.test(sample));
      }),
    );
  });

  it.each([
    ['(a+)+b', 'a'.repeat(2000)],
    ['.*.*.*.*x', 'a'.repeat(2000)],
    ['(a|a)*c', 'a'.repeat(2000)],
    ['(a|b)*a(a|b){90}c', 'ab'.repeat(1000)],
    ['(.*)*$\\n', 'a'.repeat(2000)],
  ])('answer %s over the worst of texts', (source, sample) => {
    const matches = compileRegex(source, false);
    for (let round = 0; round < 20; round++) expect(matches(sample)).toBe(false);
  });

  it.each([
    ['a(b', 1, 'this ( has no )'],
    ['ab)', 2, 'this ) has no ('],
    ['a[b', 1, 'this [ has no ]'],
    ['a[b-', 1, 'this [ has no ]'],
    ['*a', 0, 'there is nothing to repeat; \\* is the character'],
    ['a**', 2, 'there is nothing to repeat; \\* is the character'],
    ['^*', 1, 'there is nothing to repeat'],
    ['a{2,1}', 1, 'the counts are the wrong way round'],
    ['a{1000}', 1, 'repeat at most 100 times, or write * or +'],
    ['a{x', 1, 'write \\{ for the character'],
    ['(a)\\1', 3, '\\1 is not known'],
    ['\\bword', 0, '\\b is not known'],
    ['x(?=a)', 1, 'only plain groups are known, (…) and (?:…)'],
    ['x(?<=a)', 1, 'only plain groups are known, (…) and (?:…)'],
    ['[z-a]', 2, 'this range goes from nowhere to nowhere'],
    ['[\\d-z]', 3, 'this range goes from nowhere to nowhere'],
    ['a\\', 1, 'a \\ at the end escapes nothing'],
    ['\\x4', 0, '2 hexadecimal digits have to follow'],
    ['((((a{99}){99}){99}){99})', 0, 'the repetitions come to too much'],
    ['x'.repeat(201), 200, 'a regular expression has at most 200 characters'],
  ])('refuse %s', (source, at, message) => {
    let caught: unknown;
    try {
      compileRegex(source, false);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(RegexProblem);
    expect(caught).toMatchObject({ at, message });
  });

  it('take any text as a pattern, or refuse it at a place inside', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 250 }), (source) => {
        try {
          compileRegex(source, true)('some text');
        } catch (error) {
          if (!(error instanceof RegexProblem)) throw error;
          expect(error.at).toBeGreaterThanOrEqual(0);
          expect(error.at).toBeLessThan(source.length);
          expect(error.at + error.length).toBeLessThanOrEqual(source.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
