import { parseFilter } from '../../../../shared/filter/index.ts';
import type { FilterProblem } from '../../../../shared/filter/problem.ts';

/** The line of a filter: terms that stand for themselves, and what is being written behind them. */
export interface FilterLine {
  /** Each a term of the grammar, as it was written. */
  readonly chips: readonly string[];
  readonly draft: string;
}

/** A text as chips; what cannot be read is left to be corrected. */
export function lineOf(text: string): FilterLine {
  const trimmed = text.trim();
  const chips = termsOf(trimmed);
  return chips === null ? { chips: [], draft: trimmed } : { chips, draft: '' };
}

export const textOfLine = ({ chips, draft }: FilterLine): string =>
  [...chips, draft.trim()].filter((part) => part !== '').join(' ');

/** What is written becomes chips, but for what is one already; null where it cannot be read. */
export function withDraftAsChips(line: FilterLine): FilterLine | null {
  const terms = termsOf(line.draft.trim());
  if (terms === null || termsOf(textOfLine(line)) === null) return null;
  return { chips: [...new Set([...line.chips, ...terms])], draft: '' };
}

/** A space ends a term, unless it stands between quotes. */
export function isEndOfTerm(draft: string): boolean {
  return /\S\s+$/.test(draft) && termsOf(draft) !== null;
}

/** With a term added, or without it where it is there. */
export function toggleTerm(text: string, term: string): string {
  const { chips, draft } = lineOf(text);
  const rest = chips.filter((chip) => chip !== term);
  return textOfLine({ chips: rest.length < chips.length ? rest : [...rest, term], draft });
}

export const hasTerm = (text: string, term: string): boolean => lineOf(text).chips.includes(term);

/** A term for one value of a key, with quotes where it needs them. */
export function termFor(key: string, value: string): string {
  const isPlain = /^[^\s",*][^\s,*]*$/.test(value);
  return `${key}${isNumber(key) ? ':' : '='}${isPlain ? value : `"${value.replace(/["\\]/g, '\\$&')}"`}`;
}

const isNumber = (key: string): boolean =>
  ['status', 'dur', 'size', 'tries', 'method', 'protocol', 'policy', 'lookup', 'error'].includes(
    key,
  );

/** Whether nothing is wrong with a draft but that it is not written to its end: `status:`, `path:"a`. */
export const isUnfinished = (
  draft: string,
  { code, column, length }: Pick<FilterProblem, 'code' | 'column' | 'length'>,
): boolean =>
  (code === 'MISSING_VALUE' || code === 'UNCLOSED_QUOTE') && column - 1 + length >= draft.length;

function termsOf(text: string): readonly string[] | null {
  const parsed = parseFilter(text);
  if (!parsed.ok) return null;
  return parsed.filter.terms.map(({ column, length }) =>
    text.slice(column - 1, column - 1 + length),
  );
}
