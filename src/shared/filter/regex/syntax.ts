import { limits } from '../../limits.ts';
import {
  anyButLineEnd,
  type Charset,
  complement,
  digits,
  foldCase,
  single,
  spaces,
  union,
  wordUnits,
} from './charset.ts';

/** What an expression comes to with its repetitions written out. Known before anything is written out. */
interface Extent {
  /** Sets: what the matcher can wait for. */
  readonly states: number;
  /** Nodes, those that match nothing included: what compiling takes. */
  readonly nodes: number;
}

export type Node = Extent &
  (
    | { readonly kind: 'set'; readonly set: Charset }
    | { readonly kind: 'sequence'; readonly items: readonly Node[] }
    | { readonly kind: 'choice'; readonly items: readonly Node[] }
    /** `max` may be Infinity. */
    | {
        readonly kind: 'repeat';
        readonly item: Node;
        readonly min: number;
        readonly max: number;
      }
    | { readonly kind: 'start' }
    | { readonly kind: 'end' }
  );

const one: Extent = { states: 0, nodes: 1 };

/** Times that a repetition writes its item out: without an end, the last one is gone round. */
export const copiesOf = (min: number, max: number): number =>
  Number.isFinite(max) ? max : Math.max(1, min);

/** Why a regular expression is refused, and where in it. `at` counts from 0. */
export class RegexProblem extends Error {
  readonly at: number;
  readonly length: number;

  constructor(message: string, at: number, length = 1) {
    super(message);
    this.at = at;
    this.length = length;
  }
}

const classEscapes: Readonly<Record<string, Charset>> = {
  d: digits,
  D: complement(digits),
  w: wordUnits,
  W: complement(wordUnits),
  s: spaces,
  S: complement(spaces),
};

const controlEscapes: Readonly<Record<string, number>> = {
  t: 0x09,
  n: 0x0a,
  v: 0x0b,
  f: 0x0c,
  r: 0x0d,
};

/**
 * Reads JavaScript's notation, as far as an automaton can follow it in one pass over the text: no backreference, no
 * look-around, no `\b`. Lazy repetitions are taken as they match the same texts.
 *
 * @throws RegexProblem
 */
export function parseRegex(source: string, ignoreCase: boolean): Node {
  let at = 0;
  const fold = ignoreCase ? foldCase : (set: Charset): Charset => set;
  const peek = (): string => source.charAt(at);
  const setOf = (set: Charset): Node => ({ kind: 'set', set, states: 1, nodes: 1 });

  function choice(): Node {
    const begin = at;
    const first = sequence();
    const items = [first];
    let extent = plus(one, first, begin);
    while (peek() === '|') {
      const bar = at;
      at++;
      const item = sequence();
      items.push(item);
      extent = plus(extent, item, bar);
    }
    return items.length === 1 ? first : { kind: 'choice', items, ...extent };
  }

  function sequence(): Node {
    const items: Node[] = [];
    let extent = one;
    while (at < source.length && peek() !== '|' && peek() !== ')') {
      const begin = at;
      const item = repeated();
      items.push(item);
      extent = plus(extent, item, begin);
    }
    return { kind: 'sequence', items, ...extent };
  }

  /** Both together, when that is not too much; the second stands from `begin` to here. */
  function plus(extent: Extent, more: Extent, begin: number): Extent {
    const states = extent.states + more.states;
    const nodes = extent.nodes + more.nodes;
    if (states > limits.maxRegexStates) {
      throw new RegexProblem(
        `with its repetitions this comes to more than ${limits.maxRegexStates} characters to match`,
        begin,
        at - begin,
      );
    }
    if (nodes > limits.maxRegexNodes) {
      throw new RegexProblem('the repetitions come to too much', begin, at - begin);
    }
    return { states, nodes };
  }

  function repeated(): Node {
    const item = atom();
    const begin = at;
    const counts = quantifier();
    if (counts === null) return item;
    if (item.kind === 'start' || item.kind === 'end') {
      throw new RegexProblem('there is nothing to repeat', begin, at - begin);
    }
    if (peek() === '?') at++;
    const copies = copiesOf(counts.min, counts.max);
    const written = { states: item.states * copies, nodes: item.nodes * copies };
    return { kind: 'repeat', item, ...counts, ...plus(one, written, begin) };
  }

  function quantifier(): { readonly min: number; readonly max: number } | null {
    const begin = at;
    const sign = peek();
    if (sign === '*' || sign === '+' || sign === '?') {
      at++;
      return { min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
    }
    const counts = /^\{(\d{1,9})(,(\d{0,9}))?\}/.exec(source.slice(at));
    if (counts === null) return null;
    at += counts[0].length;
    const min = Number(counts[1]);
    const max =
      counts[2] === undefined
        ? min
        : counts[3] === ''
          ? Number.POSITIVE_INFINITY
          : Number(counts[3]);
    if (max < min) {
      throw new RegexProblem('the counts are the wrong way round', begin, at - begin);
    }
    if (min > limits.maxRegexRepeats || (max > limits.maxRegexRepeats && Number.isFinite(max))) {
      throw new RegexProblem(
        `repeat at most ${limits.maxRegexRepeats} times, or write * or +`,
        begin,
        at - begin,
      );
    }
    return { min, max };
  }

  function atom(): Node {
    const begin = at;
    const sign = peek();
    at++;
    switch (sign) {
      case '^':
        return { kind: 'start', ...one };
      case '$':
        return { kind: 'end', ...one };
      case '.':
        return setOf(anyButLineEnd);
      case '(':
        return group(begin);
      case '[':
        return setOf(characterClass(begin));
      case '\\': {
        const escaped = escapeSequence(begin);
        return setOf(fold(typeof escaped === 'number' ? single(escaped) : escaped));
      }
      case '*':
      case '+':
      case '?':
        throw new RegexProblem(`there is nothing to repeat; \\${sign} is the character`, begin);
      case '{':
        throw new RegexProblem('write \\{ for the character', begin);
      default:
        return setOf(fold(single(sign.charCodeAt(0))));
    }
  }

  function group(begin: number): Node {
    if (peek() === '?') {
      if (source.charAt(at + 1) !== ':') {
        throw new RegexProblem(
          'only plain groups are known, (…) and (?:…)',
          begin,
          Math.min(3, source.length - begin),
        );
      }
      at += 2;
    }
    const inside = choice();
    if (peek() !== ')') throw new RegexProblem('this ( has no )', begin);
    at++;
    return inside;
  }

  function characterClass(begin: number): Charset {
    const negated = peek() === '^';
    if (negated) at++;
    const parts: Charset[] = [];
    while (peek() !== ']') {
      const first = classMember(begin);
      if (peek() !== '-' || source.charAt(at + 1) === ']' || at + 1 >= source.length) {
        parts.push(typeof first === 'number' ? single(first) : first);
        continue;
      }
      at++;
      const rangeEnd = at;
      const last = classMember(begin);
      if (typeof first !== 'number' || typeof last !== 'number' || last < first) {
        throw new RegexProblem('this range goes from nowhere to nowhere', rangeEnd - 1);
      }
      parts.push([[first, last]]);
    }
    at++;
    const set = fold(union(...parts));
    return negated ? complement(set) : set;
  }

  function classMember(begin: number): number | Charset {
    if (at >= source.length) throw new RegexProblem('this [ has no ]', begin);
    const unit = source.charCodeAt(at);
    at++;
    return unit === 0x5c ? escapeSequence(at - 1) : unit;
  }

  /** Behind a backslash. */
  function escapeSequence(begin: number): number | Charset {
    const sign = peek();
    at++;
    if (sign === '') throw new RegexProblem('a \\ at the end escapes nothing', begin);
    const known = classEscapes[sign];
    if (known !== undefined) return known;
    const control = controlEscapes[sign];
    if (control !== undefined) return control;
    if (sign === 'x' || sign === 'u') return codeEscape(begin, sign === 'x' ? 2 : 4);
    if (/[A-Za-z0-9]/.test(sign)) {
      throw new RegexProblem(`\\${sign} is not known`, begin, 2);
    }
    return sign.charCodeAt(0);
  }

  function codeEscape(begin: number, length: number): number {
    const hex = source.slice(at, at + length);
    if (hex.length < length || !/^[0-9A-Fa-f]+$/.test(hex)) {
      throw new RegexProblem(`${length} hexadecimal digits have to follow`, begin, at - begin);
    }
    at += length;
    return Number.parseInt(hex, 16);
  }

  const whole = choice();
  if (at < source.length) throw new RegexProblem('this ) has no (', at);
  return whole;
}
