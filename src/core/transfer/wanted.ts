import type { FrontendOptions } from '../../shared/model/options.ts';

/** A frontend as an imported document asks for it. */
export interface Wanted {
  /** Lower case, without trailing dot. */
  readonly name: string;
  /** Null where the document says nothing of it: what is there stays, and a new one gets its name. */
  readonly identifier: string | null;
  /** Usable URLs in the order of the document; one may come twice, as Hipache's users gave it more weight. */
  readonly backends: readonly string[];
  /** Null where the document says nothing of them: what is there stays. */
  readonly options: FrontendOptions | null;
  /** Counted from 1; null where the source has no lines. */
  readonly line: number | null;
}

/** Something of a document that is not imported, and why. */
export interface Problem {
  /** Counted from 1; null where the source has no lines, or all of it is meant. */
  readonly line: number | null;
  /** One sentence without a full stop. */
  readonly text: string;
}

/** What a document comes to. */
export interface Parsed {
  /** Sorted by name, each name once. */
  readonly frontends: readonly Wanted[];
  /** In the order of the document, at most `limits.maxImportProblems`. */
  readonly problems: readonly Problem[];
  /** Problems beyond those. */
  readonly moreProblems: number;
}

/** Formats that are read. */
export const formats = ['berth', 'hipache', 'hosts', 'hotel', 'localias', 'portless'] as const;

export type Format = (typeof formats)[number];

/** Formats that are written. */
export const documentFormats = ['yaml', 'json'] as const;

export type DocumentFormat = (typeof documentFormats)[number];

/** A text from outside within a sentence: in quotes, on one line, and not without end. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
