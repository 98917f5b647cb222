import { limits } from '../../limits.ts';
import { alphabetOf } from './alphabet.ts';
import { includes } from './charset.ts';
import { closureOf, type Reached } from './closure.ts';
import type { Program } from './program.ts';

/** What is looked at of a text. */
type Text = Pick<string, 'length' | 'charCodeAt'>;

/** States that are followed together: one lookup tells where all combinations of them lead. */
const groupStates = 8;
const groups = limits.maxRegexStates / groupStates;
const combinations = 2 ** groupStates;

/**
 * Whether a program matches somewhere in a text. All ways are followed at once, as bits of two words, and nothing is
 * remembered between two texts: each unit of the text is read once, and takes a fixed number of lookups, whatever the
 * program and the text are. What lies behind `limits.maxRegexTextChars` is not looked at; `$` does not hold there.
 */
export function createMatcher(program: Program): (text: Text) => boolean {
  const sets = program.steps.flatMap((step, index) =>
    step.kind === 'set' ? [{ index, set: step.set, next: step.next }] : [],
  );
  const stateOf = new Map(sets.map(({ index }, state) => [index, state]));
  const reach = (index: number, where: { atStart?: boolean; atEnd?: boolean } = {}): Bits => {
    const reached = closureOf(program, index, { atStart: false, atEnd: false, ...where });
    return bitsOf(reached, stateOf);
  };

  const atBegin = reach(program.first, { atStart: true });
  const inside = reach(program.first);
  const matchesEmpty = reach(program.first, { atStart: true, atEnd: true }).matches;
  const matchesAnyEnd = reach(program.first, { atEnd: true }).matches;

  const afters = sets.map(({ next }) => reach(next));
  const follows = followTables(afters);
  const accepting = wordsOf(afters, (after) => after.matches);
  const acceptingAtEnd = wordsOf(sets, ({ next }) => reach(next, { atEnd: true }).matches);

  const { usual, find, samples } = alphabetOf(sets.map(({ set }) => set));
  const takes = samples.map((unit) => wordsOf(sets, ({ set }) => includes(set, unit)));
  const takesLow = Int32Array.from(takes, ({ low }) => low);
  const takesHigh = Int32Array.from(takes, ({ high }) => high);

  return (text) => {
    if (atBegin.matches) return true;
    if (text.length === 0) return matchesEmpty;
    if (inside.matches) return true;
    const length = Math.min(text.length, limits.maxRegexTextChars);
    let { low, high } = atBegin;
    let takenLow = 0;
    let takenHigh = 0;
    for (let at = 0; at < length; at++) {
      const unit = text.charCodeAt(at);
      const unitClass = usual[unit] ?? find(unit);
      takenLow = low & (takesLow[unitClass] ?? 0);
      takenHigh = high & (takesHigh[unitClass] ?? 0);
      if (((takenLow & accepting.low) | (takenHigh & accepting.high)) !== 0) return true;
      low = inside.low;
      high = inside.high;
      if (takenLow !== 0) {
        low |= follows.low(takenLow, 0);
        high |= follows.high(takenLow, 0);
      }
      if (takenHigh !== 0) {
        low |= follows.low(takenHigh, groups / 2);
        high |= follows.high(takenHigh, groups / 2);
      }
    }
    if (length < text.length) return false;
    const taken = (takenLow & acceptingAtEnd.low) | (takenHigh & acceptingAtEnd.high);
    return matchesAnyEnd || taken !== 0;
  };
}

/** A set of states, 32 to a word. */
interface Words {
  readonly low: number;
  readonly high: number;
}

interface Bits extends Words {
  readonly matches: boolean;
}

function wordsOf<T>(all: readonly T[], belongs: (one: T) => boolean): Words {
  let low = 0;
  let high = 0;
  all.forEach((one, state) => {
    if (!belongs(one)) return;
    if (state < 32) low |= 1 << state;
    else high |= 1 << (state - 32);
  });
  return { low, high };
}

function bitsOf({ waiting, matches }: Reached, stateOf: ReadonlyMap<number, number>): Bits {
  const states = new Set(waiting.map((index) => stateOf.get(index)));
  const all = Array.from(stateOf.values());
  return { ...wordsOf(all, (state) => states.has(state)), matches };
}

interface Follows {
  /** Where the states of a word lead, of which the first stands in `group`. */
  low(states: number, group: number): number;
  high(states: number, group: number): number;
}

function followTables(afters: readonly Words[]): Follows {
  const table = (word: (after: Words) => number): Int32Array => {
    const leads = new Int32Array(groups * combinations);
    for (let group = 0; group < groups; group++) {
      for (let states = 1; states < combinations; states++) {
        const lowest = 31 - Math.clz32(states & -states);
        const after = afters[group * groupStates + lowest];
        const rest = leads[group * combinations + (states & (states - 1))] ?? 0;
        leads[group * combinations + states] = rest | (after === undefined ? 0 : word(after));
      }
    }
    return leads;
  };
  const look = (leads: Int32Array) => (states: number, group: number) => {
    const from = group * combinations;
    return (
      (leads[from + (states & 255)] ?? 0) |
      (leads[from + combinations + ((states >>> 8) & 255)] ?? 0) |
      (leads[from + 2 * combinations + ((states >>> 16) & 255)] ?? 0) |
      (leads[from + 3 * combinations + (states >>> 24)] ?? 0)
    );
  };
  return { low: look(table(({ low }) => low)), high: look(table(({ high }) => high)) };
}
