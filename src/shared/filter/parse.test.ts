import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFilter } from '../../../test/support/filters.ts';
import type { Filter, Test } from './ast.ts';
import { formatFilter } from './format.ts';
import { parseFilter } from './parse.ts';
import { type FilterProblem, pointAt } from './problem.ts';

function parsed(text: string): Filter {
  const result = parseFilter(text);
  if (!result.ok) throw new Error(`${text}: ${result.problem.message}`);
  return result.filter;
}

function problemOf(text: string): FilterProblem {
  const result = parseFilter(text);
  if (result.ok) throw new Error(`${text} was read as ${formatFilter(result.filter)}`);
  return result.problem;
}

const placeless = ({ terms }: Filter) => terms.map(({ negated, test }) => ({ negated, test }));

const plain = (...texts: string[]) => texts.map((text) => ({ text, wildcard: text.includes('*') }));

const tooManyRegexes =
  'a filter has at most 4 regular expressions; join them with |, or write words';

const timeLike = 'a time is like 10:30, 5m (ago), 2026-11-22 or 2026-11-22T10:30:00Z';

describe('a filter', () => {
  it.each<[string, Test]>([
    ['login', { kind: 'words', pattern: { text: 'login', wildcard: false } }],
    ['"exact phrase"', { kind: 'words', pattern: { text: 'exact phrase', wildcard: false } }],
    ['"a\\"b\\\\c\\d"', { kind: 'words', pattern: { text: 'a"b\\c\\d', wildcard: false } }],
    ['127.0.0.1:3000', { kind: 'words', pattern: { text: '127.0.0.1:3000', wildcard: false } }],
    ['/v1/users', { kind: 'words', pattern: { text: '/v1/users', wildcard: false } }],
    ['/v\\d+/', { kind: 'regex', source: 'v\\d+', ignoreCase: false }],
    ['/a/b/i', { kind: 'regex', source: 'a/b', ignoreCase: true }],
    ['/a\\/', { kind: 'words', pattern: { text: '/a\\/', wildcard: false } }],
    ['host:api.*', { kind: 'text', key: 'host', exact: false, any: plain('api.*') }],
    ['HOST=a.b', { kind: 'text', key: 'host', exact: true, any: plain('a.b') }],
    ['backend::3001', { kind: 'text', key: 'backend', exact: false, any: plain(':3001') }],
    [
      'agent:"a, b",c',
      {
        kind: 'text',
        key: 'agent',
        exact: false,
        any: [{ text: 'a, b', wildcard: false }, ...plain('c')],
      },
    ],
    ['referer=""', { kind: 'text', key: 'referer', exact: true, any: plain('') }],
    ['method:POST,PUT', { kind: 'word', key: 'method', any: plain('POST', 'PUT') }],
    [
      'status:5xx,404,200-204',
      {
        kind: 'ranges',
        key: 'status',
        any: [
          { from: 500, to: 599 },
          { from: 404, to: 404 },
          { from: 200, to: 204 },
        ],
      },
    ],
    ['status>=400', { kind: 'compare', key: 'status', operator: '>=', value: 400 }],
    ['status:>=400', { kind: 'compare', key: 'status', operator: '>=', value: 400 }],
    ['dur>500', { kind: 'compare', key: 'dur', operator: '>', value: 500 }],
    ['dur<1.5s', { kind: 'compare', key: 'dur', operator: '<', value: 1500 }],
    ['size>10k', { kind: 'compare', key: 'size', operator: '>', value: 10_240 }],
    ['tries=2', { kind: 'ranges', key: 'tries', any: [{ from: 2, to: 2 }] }],
    ['ws:true', { kind: 'flag', key: 'ws', value: true }],
    ['retried:no', { kind: 'flag', key: 'retried', value: false }],
    ['error:true', { kind: 'error', is: true }],
    ['error:refused,timeout', { kind: 'error', is: plain('refused', 'timeout') }],
    ['after:5m', { kind: 'time', key: 'after', moment: { kind: 'ago', ms: 300_000 } }],
    [
      'before:9:30',
      { kind: 'time', key: 'before', moment: { kind: 'clock', seconds: 34_200, utc: false } },
    ],
    [
      'before:2026-11-22T10:30:00Z',
      {
        kind: 'time',
        key: 'before',
        moment: { kind: 'instant', at: Date.UTC(2026, 10, 22, 10, 30) },
      },
    ],
    [
      'after:2024-02-29T00:00Z',
      { kind: 'time', key: 'after', moment: { kind: 'instant', at: Date.UTC(2024, 1, 29) } },
    ],
    [
      'after:2026-11-22',
      {
        kind: 'time',
        key: 'after',
        moment: { kind: 'instant', at: new Date(2026, 10, 22).getTime() },
      },
    ],
  ])('reads %s', (text, test) => {
    const whole = { column: 1, length: text.length };
    expect(parsed(text).terms).toEqual([{ negated: false, test, ...whole }]);
    expect(parsed(`-${text}`).terms).toEqual([
      { negated: true, test, ...whole, length: text.length + 1 },
    ]);
  });

  it('is a list of terms, each with its place', () => {
    const { terms } = parsed('  status:5xx   -path:/health\tx ');
    expect(terms.map(({ column, length }) => [column, length])).toEqual([
      [3, 10],
      [16, 13],
      [30, 1],
    ]);
  });

  it('may be empty', () => {
    expect(parsed('').terms).toEqual([]);
    expect(parsed(' \t\n').terms).toEqual([]);
  });

  it('takes != for a minus', () => {
    expect(placeless(parsed('status!=200'))).toEqual(placeless(parsed('-status:200')));
    expect(placeless(parsed('-host!=a'))).toEqual(placeless(parsed('host=a')));
  });

  it('is printed and read back as the same filter', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        const text = formatFilter(filter);
        fc.pre(text.length <= 1000);
        expect(placeless(parsed(text))).toEqual(placeless(filter));
        expect(formatFilter(parsed(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Texts that are nearly filters. */
const almost = fc
  .array(
    fc.constantFrom(
      ...['host', 'status', 'dur', 'ws', 'error', 'after', 'type', 'a', '5xx', '10k', '1-2'],
      ...[':', '=', '!=', '>', '>=', '<', '-', '/', '"', '\\', ',', '*', ' ', '(', '[', '+', '{9'],
      ...['\n', '\u2028', '€', '\ud800', '\u0000', '9'.repeat(20), '2026-13-45', '25:00'],
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('a text that is no filter', () => {
  it.each([
    ['hots:a', 1, 4, '"hots" is no key; did you mean host?'],
    ['a statsu>=5', 3, 6, '"statsu" is no key; did you mean status?'],
    ['host>a', 5, 1, 'host cannot be compared; write host: or host='],
    ['host:', 5, 1, 'a value is missing after host:'],
    ['host: a', 5, 1, 'a value is missing after host:'],
    ['host:a,', 7, 1, 'a value is missing after this'],
    ['host:""', 6, 2, 'there is nothing between the quotes'],
    ['host:"a"b', 9, 1, 'a space or a comma is missing before this'],
    ['"a"b', 4, 1, 'a space is missing before this'],
    ['x "a b', 3, 4, 'this quote is never closed'],
    ['x -', 3, 1, 'nothing follows this -'],
    ['status:6000', 8, 4, 'status takes 404, 5xx or 200-299'],
    ['status:299-200', 8, 7, 'status takes 404, 5xx or 200-299'],
    ['status>5xx', 8, 3, 'status takes 404, 5xx or 200-299'],
    ['dur>fast', 5, 4, 'dur takes 500, 1.5s or 100-200'],
    ['size>10q', 6, 3, 'size takes 2000, 10k or 1k-1m'],
    ['dur>1,2', 7, 1, 'dur takes one value'],
    ['ws:maybe', 4, 5, 'ws is true or false'],
    ['after:25:00', 7, 5, timeLike],
    ...['2026-02-30', '2026-04-31', '2025-02-29', '2026-13-01', '2026-00-10', '2026-01-00'].flatMap(
      (day): [string, number, number, string][] => [
        [`before:${day}`, 8, 10, timeLike],
        [`before:${day}T10:30Z`, 8, 17, timeLike],
      ],
    ),
    ['x /a(b/', 5, 1, 'this ( has no )'],
    ['x'.repeat(1001), 1001, 1, 'a filter has at most 1000 characters'],
    ['/a/ /b/i -/c/ /d/ /e/', 19, 3, tooManyRegexes],
    ['a /((((((){99}){99}){99}){99}){99}){99}/', 16, 4, 'the repetitions come to too much'],
  ])('is refused where it is wrong: %s', (text, column, length, message) => {
    expect(problemOf(text)).toMatchObject({ column, length, message });
  });

  it('names the known keys when nothing is near', () => {
    expect(problemOf('type:json').message).toMatch(
      /^"type" is no key; known are host, path, method, .*; to search for it as text, write it with quotes around it: "type:json"$/,
    );
  });

  it.each(['type:json', 'a type>=3 b', 'error>"x y"'])('takes what it advises to: %s', (text) => {
    const advised = /around it: (".*")$/.exec(problemOf(text).message)?.[1] ?? '';
    expect(parseFilter(advised).ok).toBe(true);
  });

  it('is shown with carets below the place', () => {
    const text = 'host:a statsu:5xx\tpath:/x';
    expect(pointAt(text, problemOf(text))).toBe(
      'host:a statsu:5xx path:/x\n       ^^^^^^ "statsu" is no key; did you mean status?',
    );
  });

  it('is shown around the place when it is long', () => {
    const shown = (text: string) => pointAt(text, problemOf(text)).split('\n');
    const ones = '1 '.repeat(100);
    expect(shown(`${ones}hots:x`)).toEqual([
      `…${ones.slice(-65)}hots:x`,
      `${' '.repeat(66)}^^^^ "hots" is no key; did you mean host?`,
    ]);
    expect(shown(`hots:x ${ones}`)).toEqual([
      `hots:x ${ones.slice(0, 64)}…`,
      '^^^^ "hots" is no key; did you mean host?',
    ]);
    expect(shown(`${ones}hots:x ${ones}`)).toEqual([
      `…${ones.slice(-23)}hots:x ${ones.slice(0, 40)}…`,
      `${' '.repeat(24)}^^^^ "hots" is no key; did you mean host?`,
    ]);
    expect(shown(`a "${'b'.repeat(300)}`)).toEqual([
      `a "${'b'.repeat(68)}…`,
      `  ${'^'.repeat(70)} this quote is never closed`,
    ]);
    expect(shown('x'.repeat(3000))).toEqual([
      `…${'x'.repeat(70)}…`,
      `${' '.repeat(24)}${'^'.repeat(48)} a filter has at most 1000 characters`,
    ]);
    expect(shown(`${'😀'.repeat(99)} hots:x`)[0]).not.toMatch(/\p{Cs}/u);
  });

  it('is always refused at a place inside it', () => {
    fc.assert(
      fc.property(fc.oneof(almost, fc.string({ unit: 'binary', maxLength: 1100 })), (text) => {
        const result = parseFilter(text);
        if (result.ok) return;
        const { column, length } = result.problem;
        expect(column).toBeGreaterThanOrEqual(1);
        expect(length).toBeGreaterThanOrEqual(1);
        expect(column + length - 1).toBeLessThanOrEqual(text.length);
        const lines = pointAt(text, result.problem).split('\n');
        expect(lines).toHaveLength(2);
        expect(lines[0]?.length).toBeLessThanOrEqual(72);
      }),
      { numRuns: 5000 },
    );
  });

  it('or printed as a filter that is the same', () => {
    fc.assert(
      fc.property(almost, (text) => {
        const result = parseFilter(text);
        if (!result.ok) return;
        expect(placeless(parsed(formatFilter(result.filter)))).toEqual(placeless(result.filter));
      }),
      { numRuns: 5000 },
    );
  });
});
