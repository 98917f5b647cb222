/** A set of UTF-16 units: pairs of first and last, both inside, in order, with gaps between. */
export type Charset = readonly (readonly [first: number, last: number])[];

const lastUnit = 0xffff;

/** The set of all these ranges, in whatever order they come. */
export function union(...sets: readonly Charset[]): Charset {
  const sorted = sets.flat().sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [first, last] of sorted) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

export function complement(set: Charset): Charset {
  const inverse: [number, number][] = [];
  let next = 0;
  for (const [first, last] of set) {
    if (first > next) inverse.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= lastUnit) inverse.push([next, lastUnit]);
  return inverse;
}

/** With the other case of each ASCII letter in it. */
export function foldCase(set: Charset): Charset {
  return union(set, shift(set, 0x41, 0x5a, 0x20), shift(set, 0x61, 0x7a, -0x20));
}

function shift(set: Charset, from: number, to: number, by: number): Charset {
  return set
    .map(([first, last]) => [Math.max(first, from) + by, Math.min(last, to) + by] as const)
    .filter(([first, last]) => first <= last);
}

export const includes = (set: Charset, unit: number): boolean =>
  set.some(([first, last]) => first <= unit && unit <= last);

export const single = (unit: number): Charset => [[unit, unit]];

export const digits: Charset = [[0x30, 0x39]];
export const wordUnits: Charset = union(digits, [
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]);
export const spaces: Charset = union([
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]);
const lineEnds: Charset = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];
export const anyButLineEnd: Charset = complement(lineEnds);
