import { limits } from '../../limits.ts';
import { includes } from './charset.ts';
import type { Program } from './program.ts';

/** All that the program could be at, at one place of the text. */
interface State {
  /** Indexes of the steps that wait for a unit, in order. */
  readonly waiting: readonly number[];
  readonly matches: boolean;
  readonly matchesAtEnd: boolean;
  /** By class of the next unit. */
  readonly nexts: (State | undefined)[];
}

/**
 * Whether a program matches somewhere in a text, in time that grows with the text and never with its square: all ways
 * are followed at once, and what that comes to is remembered (a lazy deterministic automaton).
 */
export function createMatcher(
  program: Program,
  maxStates: number = limits.maxRegexCachedStates,
): (text: string) => boolean {
  const { steps } = program;
  const alphabet = alphabetOf(program);
  const hasEnd = steps.some((step) => step.kind === 'end');
  const accepts = steps.map((step) =>
    step.kind === 'set' ? alphabet.samples.map((unit) => includes(step.set, unit)) : null,
  );
  let states = new Map<string, State>();
  let initial = stateOf([program.first], true);

  function stateOf(seeds: readonly number[], atStart: boolean): State {
    const inside = closure(seeds, atStart, false);
    const matchesAtEnd = inside.matches || (hasEnd && closure(seeds, atStart, true).matches);
    const key = `${inside.waiting.join()}${inside.matches ? 'm' : ''}${matchesAtEnd ? 'e' : ''}`;
    const known = states.get(key);
    if (known !== undefined) return known;
    const state: State = { ...inside, matchesAtEnd, nexts: [] };
    if (states.size >= maxStates) {
      states = new Map();
      initial = stateOf([program.first], true);
    }
    states.set(key, state);
    return state;
  }

  /** What can be reached without a unit. */
  function closure(
    seeds: readonly number[],
    atStart: boolean,
    atEnd: boolean,
  ): { readonly waiting: readonly number[]; readonly matches: boolean } {
    const seen = new Set<number>();
    const open = [...seeds];
    const waiting: number[] = [];
    let matches = false;
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const step = steps[index];
      if (step === undefined || seen.has(index)) continue;
      seen.add(index);
      if (step.kind === 'set') waiting.push(index);
      else if (step.kind === 'fork') open.push(...step.nexts);
      else if (step.kind === 'match') matches = true;
      else if (step.kind === 'start' ? atStart : atEnd) open.push(step.next);
    }
    return { waiting: waiting.sort((a, b) => a - b), matches };
  }

  function after(state: State, unitClass: number): State {
    const seeds = [program.first];
    for (const index of state.waiting) {
      const step = steps[index];
      if (step?.kind === 'set' && accepts[index]?.[unitClass]) seeds.push(step.next);
    }
    const next = stateOf(seeds, false);
    state.nexts[unitClass] = next;
    return next;
  }

  return (text) => {
    let state = initial;
    for (let at = 0; at < text.length; at++) {
      if (state.matches) return true;
      const unitClass = alphabet.classOf(text.charCodeAt(at));
      state = state.nexts[unitClass] ?? after(state, unitClass);
    }
    return state.matchesAtEnd;
  };
}

interface Alphabet {
  classOf(unit: number): number;
  /** One unit of each class. */
  readonly samples: readonly number[];
}

/** Units between two borders of the program's sets are all alike to it. */
function alphabetOf({ steps }: Program): Alphabet {
  const borders = new Set([0]);
  for (const step of steps) {
    if (step.kind !== 'set') continue;
    for (const [first, last] of step.set) borders.add(first).add(last + 1);
  }
  const samples = [...borders].sort((a, b) => a - b);

  function find(unit: number): number {
    let low = 0;
    let high = samples.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((samples[middle] ?? 0) <= unit) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  const usual = Uint16Array.from({ length: 128 }, (_, unit) => find(unit));
  return { samples, classOf: (unit) => usual[unit] ?? find(unit) };
}
