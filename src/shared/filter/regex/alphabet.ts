import type { Charset } from './charset.ts';

/** The units of text in classes, of which some sets cannot tell the members apart. */
export interface Alphabet {
  /** Classes of the first units: all that an HTTP request can have in its first line and its fields. */
  readonly usual: Uint16Array;
  /** Class of any other unit. */
  find(unit: number): number;
  /** One unit of each class. */
  readonly samples: readonly number[];
}

const usualUnits = 256;

/** Units between two borders of the sets are all alike. */
export function alphabetOf(sets: readonly Charset[]): Alphabet {
  const borders = new Set([0]);
  for (const set of sets) {
    for (const [first, last] of set) borders.add(first).add(last + 1);
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

  const usual = Uint16Array.from({ length: usualUnits }, (_, unit) => find(unit));
  return { usual, find, samples };
}
