import { limits } from '../limits.ts';
import type { Comparison, Filter, FilterKey, Pattern, Range, Term, Test } from './ast.ts';
import { filterKeys, isFilterKey, keyNames, nearestKey } from './keys.ts';
import type { FilterProblem, FilterProblemCode } from './problem.ts';
import { checkRegex, RegexProblem } from './regex/index.ts';
import {
  momentExamples,
  numberExamples,
  readFlag,
  readMoment,
  readNumber,
  readRange,
} from './values.ts';

export type FilterParse =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly problem: FilterProblem };

type Operator = ':' | '=' | '!=' | Comparison;

interface Value extends Pattern {
  /** Where it stands, from 0. */
  readonly at: number;
  readonly length: number;
  readonly quoted: boolean;
}

class Refused extends Error {
  readonly problem: FilterProblem;

  constructor(code: FilterProblemCode, message: string, at: number, length: number) {
    super(message);
    this.problem = { code, message, column: at + 1, length };
  }
}

const keyAndOperator = /([A-Za-z][A-Za-z-]*)(:|!=|>=|<=|=|>|<)/y;
const comparison = /(>=|<=|>|<)/y;
const spaces = /\s*/y;
const word = /\S+/y;
const regexWord = /^\/(.+)\/(i?)$/s;

/** Reads a filter; the grammar is in docs/FILTER.md. Never throws. */
export function parseFilter(text: string): FilterParse {
  try {
    return { ok: true, filter: { terms: readTerms(text) } };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, problem: error.problem };
    throw error;
  }
}

function readTerms(text: string): Term[] {
  if (text.length > limits.maxFilterChars) {
    const over = text.length - limits.maxFilterChars;
    const message = `a filter has at most ${limits.maxFilterChars} characters`;
    throw new Refused('TOO_LONG', message, limits.maxFilterChars, over);
  }
  let at = 0;
  let regexes = 0;

  /** What the expression matches here; moves behind it. */
  function take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = at;
    const found = expression.exec(text);
    if (found !== null) at = expression.lastIndex;
    return found;
  }

  const atWordEnd = (): boolean => at >= text.length || /\s/.test(text.charAt(at));

  function term(): Term {
    const begin = at;
    const minus = text.charAt(at) === '-';
    if (minus) at++;
    if (atWordEnd()) throw new Refused('MISSING_VALUE', 'nothing follows this -', begin, 1);
    const { test, inverted } = testHere();
    return { negated: minus !== inverted, test, column: begin + 1, length: at - begin };
  }

  function testHere(): { readonly test: Test; readonly inverted: boolean } {
    if (text.charAt(at) === '"') {
      const { text: phrase, wildcard } = quoted(true);
      if (!atWordEnd()) {
        throw new Refused('MISSING_SPACE', 'a space is missing before this', at, 1);
      }
      return { test: { kind: 'words', pattern: { text: phrase, wildcard } }, inverted: false };
    }
    const begin = at;
    const pair = take(keyAndOperator);
    if (pair !== null) return keyed(pair[1] ?? '', (pair[2] ?? ':') as Operator, begin);
    return { test: bare(take(word)?.[0] ?? '', begin), inverted: false };
  }

  function bare(found: string, begin: number): Test {
    const regex = regexWord.exec(found);
    const source = regex?.[1];
    if (source === undefined || /(^|[^\\])(\\\\)*\\$/.test(source)) {
      return { kind: 'words', pattern: { text: found, wildcard: found.includes('*') } };
    }
    const ignoreCase = regex?.[2] === 'i';
    regexes++;
    if (regexes > limits.maxFilterRegexes) {
      const message = `a filter has at most ${limits.maxFilterRegexes} regular expressions; join them with |, or write words`;
      throw new Refused('TOO_LONG', message, begin, at - begin);
    }
    try {
      checkRegex(source);
    } catch (error) {
      if (!(error instanceof RegexProblem)) throw error;
      throw new Refused('BAD_REGEX', error.message, begin + 1 + error.at, error.length);
    }
    return { kind: 'regex', source, ignoreCase };
  }

  function keyed(
    name: string,
    operator: Operator,
    begin: number,
  ): { readonly test: Test; readonly inverted: boolean } {
    const key = name.toLowerCase();
    if (!isFilterKey(key)) throw unknownKey(name, begin, text);
    const afterKey = at - operator.length;
    const compares = operator !== ':' && operator !== '=' && operator !== '!=';
    if (compares && filterKeys[key].kind !== 'number') {
      throw new Refused(
        'UNKNOWN_OPERATOR',
        `${key} cannot be compared; write ${key}: or ${key}=`,
        afterKey,
        operator.length,
      );
    }
    if (atWordEnd()) {
      throw new Refused('MISSING_VALUE', `a value is missing after ${name}${operator}`, at - 1, 1);
    }
    return { test: testOf(key, operator), inverted: operator === '!=' };
  }

  function testOf(key: FilterKey, operator: Operator): Test {
    switch (key) {
      case 'status':
      case 'dur':
      case 'size':
      case 'tries': {
        const compare = operator === ':' ? take(comparison)?.[0] : operator;
        if (compare === undefined || compare === '=' || compare === '!=' || compare === ':') {
          return { kind: 'ranges', key, any: values(false).map((value) => rangeOf(key, value)) };
        }
        const value = onlyValue(key);
        const number = readNumber(key, value.text);
        if (number === null || value.quoted) throw badNumber(key, value);
        return { kind: 'compare', key, operator: compare as Comparison, value: number };
      }
      case 'method':
      case 'protocol':
      case 'policy':
      case 'lookup':
        return { kind: 'word', key, any: patterns(values(false)) };
      case 'ws':
      case 'retried': {
        const value = onlyValue(key);
        const flag = value.quoted ? null : readFlag(value.text);
        if (flag === null) throw badValue(`${key} is true or false`, value);
        return { kind: 'flag', key, value: flag };
      }
      case 'error': {
        const all = values(false);
        const [first] = all;
        const flag = all.length === 1 && first?.quoted === false ? readFlag(first.text) : null;
        return { kind: 'error', is: flag ?? patterns(all) };
      }
      case 'before':
      case 'after': {
        const value = onlyValue(key);
        const moment = readMoment(value.text);
        if (moment === null) throw badValue(`a time is like ${momentExamples}`, value);
        return { kind: 'time', key, moment };
      }
      default: {
        const exact = operator !== ':';
        return { kind: 'text', key, exact, any: patterns(values(exact)) };
      }
    }
  }

  const patterns = (all: readonly Value[]): Pattern[] =>
    all.map(({ text: pattern, wildcard }) => ({ text: pattern, wildcard }));

  function rangeOf(key: keyof typeof numberExamples, value: Value): Range {
    const range = value.quoted ? null : readRange(key, value.text);
    if (range === null) throw badNumber(key, value);
    return range;
  }

  function onlyValue(key: FilterKey): Value {
    const [first, second] = values(false);
    if (second !== undefined) throw badValue(`${key} takes one value`, second);
    return first;
  }

  /** One or more values with commas between. */
  function values(mayBeEmpty: boolean): [Value, ...Value[]] {
    const all: [Value, ...Value[]] = [value(mayBeEmpty)];
    while (!atWordEnd()) {
      if (text.charAt(at) !== ',') {
        throw new Refused('MISSING_SPACE', 'a space or a comma is missing before this', at, 1);
      }
      at++;
      all.push(value(mayBeEmpty));
    }
    return all;
  }

  function value(mayBeEmpty: boolean): Value {
    if (text.charAt(at) === '"') return quoted(!mayBeEmpty);
    const begin = at;
    while (!atWordEnd() && text.charAt(at) !== ',') at++;
    const found = text.slice(begin, at);
    if (found === '') {
      throw new Refused('MISSING_VALUE', 'a value is missing after this', at - 1, 1);
    }
    const wildcard = found.includes('*');
    return { text: found, wildcard, quoted: false, at: begin, length: at - begin };
  }

  function quoted(mustHaveText: boolean): Value {
    const begin = at;
    let found = '';
    for (at++; text.charAt(at) !== '"'; at++) {
      // A backslash before anything but these two is a character like others.
      if (text.charAt(at) === '\\' && /["\\]/.test(text.charAt(at + 1))) at++;
      if (at >= text.length) {
        const length = text.length - begin;
        throw new Refused('UNCLOSED_QUOTE', 'this quote is never closed', begin, length);
      }
      found += text.charAt(at);
    }
    at++;
    if (found === '' && mustHaveText) {
      throw new Refused('MISSING_VALUE', 'there is nothing between the quotes', begin, 2);
    }
    return { text: found, wildcard: false, quoted: true, at: begin, length: at - begin };
  }

  const terms: Term[] = [];
  for (take(spaces); at < text.length; take(spaces)) terms.push(term());
  return terms;
}

const badValue = (message: string, { at, length }: Value): Refused =>
  new Refused('BAD_VALUE', message, at, length);

const badNumber = (key: keyof typeof numberExamples, value: Value): Refused =>
  badValue(`${key} takes ${numberExamples[key]}`, value);

function unknownKey(name: string, at: number, text: string): Refused {
  const nearest = nearestKey(name.toLowerCase());
  const [word = name] = /^[^\s"]{1,40}/.exec(text.slice(at)) ?? [];
  const advice =
    nearest === null
      ? `known are ${keyNames.join(', ')}; to search for it as text, write it with quotes around it: "${word}"`
      : `did you mean ${nearest}?`;
  return new Refused('UNKNOWN_KEY', `"${name}" is no key; ${advice}`, at, name.length);
}
