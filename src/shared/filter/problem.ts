import type { Span } from './ast.ts';

export type FilterProblemCode =
  | 'UNKNOWN_KEY'
  | 'UNKNOWN_OPERATOR'
  | 'MISSING_VALUE'
  | 'BAD_VALUE'
  | 'BAD_REGEX'
  | 'UNCLOSED_QUOTE'
  | 'MISSING_SPACE'
  | 'TOO_LONG';

/** Why a text is no filter. The span lies inside the text, or just behind its end where something is missing. */
export interface FilterProblem extends Span {
  readonly code: FilterProblemCode;
  /** What is wrong and what to write instead; no full stop at the end. */
  readonly message: string;
}

/** Characters of a filter that are shown, and of them those before what is wrong, where both have more. */
const shownChars = 72;
const shownBefore = 24;

/**
 * The filter with a line of carets below what is wrong; of a long one the part around it. Control characters are shown as
 * spaces.
 */
export function pointAt(text: string, { column, length, message }: FilterProblem): string {
  const begin = Math.max(0, Math.min(column - 1 - shownBefore, text.length - shownChars));
  const end = Math.min(text.length, begin + shownChars);
  const shown = [
    ...(begin > 0 ? ['…'] : []),
    text.slice(begin > 0 ? begin + 1 : 0, end < text.length ? end - 1 : end),
    ...(end < text.length ? ['…'] : []),
  ]
    .join('')
    // Half of a pair, where one was cut, is no character either.
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Cs}/gu, ' ');
  const marked = Math.max(1, Math.min(length, end - (column - 1)));
  return `${shown}\n${' '.repeat(column - 1 - begin)}${'^'.repeat(marked)} ${message}`;
}
