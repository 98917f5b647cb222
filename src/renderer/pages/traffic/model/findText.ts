/** Where a text was found: from and to. */
type Match = readonly [from: number, to: number];

/** Matches that are marked; what is over is counted as `more`. */
export const maxMatches = 1000;

export interface Found {
  readonly matches: readonly Match[];
  /** Whether there are more than those. */
  readonly isMore: boolean;
}

export const nothingFound: Found = { matches: [], isMore: false };

/** Places of a text in another one, whatever the case of letters. */
export function findText(text: string, sought: string): Found {
  if (sought === '') return nothingFound;
  const pattern = new RegExp(sought.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), 'giu');
  const matches: Match[] = [];
  for (const { index, 0: found } of text.matchAll(pattern)) {
    if (matches.length === maxMatches) return { matches, isMore: true };
    matches.push([index, index + found.length]);
  }
  return { matches, isMore: false };
}

/** As `2 of 17`. */
export const foundWords = ({ matches, isMore }: Found, current: number): string =>
  matches.length === 0
    ? 'not found'
    : `${current + 1} of ${matches.length.toLocaleString('en-GB')}${isMore ? '+' : ''}`;
