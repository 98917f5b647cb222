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

/** The filter with a line of carets below what is wrong; control characters are shown as spaces. */
export function pointAt(text: string, problem: FilterProblem): string {
  const shown = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
  return `${shown}\n${' '.repeat(problem.column - 1)}${'^'.repeat(Math.max(1, problem.length))} ${problem.message}`;
}
