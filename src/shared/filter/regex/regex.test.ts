import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../limits.ts';
import { compileRegex, RegexProblem } from './index.ts';
import { createMatcher } from './matcher.ts';
import { programOf } from './program.ts';
import { type Node, parseRegex } from './syntax.ts';

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
const pattern = choice(group(group(atom))).filter(
  (source) => source.length <= 60 && accepted(source) !== null,
);
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', 'A', 'B', '1', '.', '/', ' ', '-', '\n', 'é', '€'),
  // JavaScript takes time for some of these patterns that grows with a power of the length.
  maxLength: 8,
});

const tooManyStates = 'with its repetitions this comes to more than 64 characters to match';
const tooMuch = 'the repetitions come to too much';

/** The node of a pattern, or null when it is refused. */
function accepted(source: string): Node | null {
  try {
    return parseRegex(source, false);
  } catch (error) {
    if (error instanceof RegexProblem) return null;
    throw error;
  }
}

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

  it.each([
    ['(a+)+b', 'a'.repeat(2000)],
    ['.*.*.*.*x', 'a'.repeat(2000)],
    ['(a|a)*c', 'a'.repeat(2000)],
    ['(a|b)*a(a|b){30}c', 'ab'.repeat(1000)],
    ['a.{8}b.{8}c', 'ab'.repeat(1000)],
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
    ['x(ab){33}', 5, tooManyStates],
    [`${'x'.repeat(64)}y`, 64, tooManyStates],
    ['(a|b)*a(a|b){90}c', 12, tooManyStates],
    ['((((a{99}){99}){99}){99})', 5, tooManyStates],
    ['/((((((){99}){99}){99}){99}){99}){99}/', 13, tooMuch],
    ['((()|(^$|){9}){99}){9}', 14, tooMuch],
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

  const anyCount = fc.constantFrom('', '*', '+', '?', '{0}', '{9}', '{2,7}', '{99}', '{0,60}');
  const anyPattern = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('', 'a', '.', '[ab]', '()', '(|)', '(^)', '(^|$|)'),
      fc.tuple(tie('node'), anyCount).map(([inside, count]) => `(${inside})${count}`),
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => a + b),
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => `${a}|${b}`),
    ),
  })).node;

  it('take no more to compile than their bounds, whatever they repeat', () => {
    fc.assert(
      fc.property(anyPattern, (source) => {
        const node = accepted(source);
        if (node === null) return;
        const { looked, steps } = programOf(node);
        const states = steps.filter(({ kind }) => kind === 'set').length;
        expect([looked, states]).toEqual([node.nodes, node.states]);
        expect(looked).toBeLessThanOrEqual(limits.maxRegexNodes);
        expect(states).toBeLessThanOrEqual(limits.maxRegexStates);
      }),
      { numRuns: 2000 },
    );
  });

  it('read each character of a text at most once, and no more of them than their bound', () => {
    const worst = fc.constantFrom(
      '.{63}~',
      '(a|b)*a(a|b){29}~',
      '(.*)*$~',
      '(a?b?){30}~',
      '(.|a)+~',
    );
    const length = fc.integer({ min: 0, max: 2 * limits.maxRegexTextChars });
    fc.assert(
      fc.property(fc.oneof(worst, anyPattern), length, (source, size) => {
        const node = accepted(source);
        if (node === null) return;
        const sample = 'ab'.repeat(limits.maxRegexTextChars);
        let reads = 0;
        createMatcher(programOf(node))({
          length: size,
          charCodeAt: (at) => {
            reads++;
            return sample.charCodeAt(at);
          },
        });
        expect(reads).toBeLessThanOrEqual(Math.min(size, limits.maxRegexTextChars));
      }),
    );
  });

  it('see no end of a text that is longer than they look', () => {
    const long = 'a'.repeat(limits.maxRegexTextChars);
    const matches = (source: string, sample: string) => compileRegex(source, false)(sample);
    expect(matches('a$', long)).toBe(true);
    expect(matches('a$', `${long}a`)).toBe(false);
    expect(matches('b', `${long}b`)).toBe(false);
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
