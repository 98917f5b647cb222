import { type FilterLine, lineOf } from './filterText.ts';

/** The line, and the text in the address that it goes with. */
export interface KeptLine {
  readonly line: FilterLine;
  /** What the line last took from the address or put there. */
  readonly text: string;
}

/**
 * The line for what the address says now: the same object while that comes from the line itself, so that what is being
 * written stays as it is; otherwise (a link, a quick filter, the way back) the line is taken from the address.
 */
export const keptFor = (kept: KeptLine, text: string): KeptLine =>
  text === kept.text ? kept : { line: lineOf(text), text };
