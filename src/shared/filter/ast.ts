/** A place in the text of a filter. Counted in UTF-16 units, as a JavaScript string is. */
export interface Span {
  /** From 1. */
  readonly column: number;
  readonly length: number;
}

/** A filter that was read: every term has to hold. No term lets everything through. */
export interface Filter {
  readonly terms: readonly Term[];
}

export interface Term extends Span {
  /** Written with a leading `-`. */
  readonly negated: boolean;
  readonly test: Test;
}

/** Text to look for. Case does not count. */
export interface Pattern {
  readonly text: string;
  /** `*` stands for any characters; else it is a character like others. */
  readonly wildcard: boolean;
}

export type TextKey = 'host' | 'path' | 'backend' | 'frontend' | 'ip' | 'agent' | 'referer';
export type WordKey = 'method' | 'protocol' | 'policy' | 'lookup';
export type NumberKey = 'status' | 'dur' | 'size' | 'tries';
export type FlagKey = 'ws' | 'retried';
export type TimeKey = 'before' | 'after';
export type FilterKey = TextKey | WordKey | NumberKey | FlagKey | TimeKey | 'error';

/** Inclusive at both ends. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export type Comparison = '>' | '>=' | '<' | '<=';

export type Moment =
  /** Unix milliseconds. */
  | { readonly kind: 'instant'; readonly at: number }
  /** Seconds into the day on which the filter is used, local time or UTC. */
  | { readonly kind: 'clock'; readonly seconds: number; readonly utc: boolean }
  /** So long before the filter is used. */
  | { readonly kind: 'ago'; readonly ms: number };

export type Test =
  /** Bare words and "phrases": stands somewhere in host and path. */
  | { readonly kind: 'words'; readonly pattern: Pattern }
  /** Matches somewhere in host and path. */
  | { readonly kind: 'regex'; readonly source: string; readonly ignoreCase: boolean }
  /** One of the patterns: stands somewhere, or with a wildcard fits the whole; with `exact` is the whole. */
  | {
      readonly kind: 'text';
      readonly key: TextKey;
      readonly exact: boolean;
      readonly any: readonly Pattern[];
    }
  /** Is one of these, wildcards allowed. */
  | { readonly kind: 'word'; readonly key: WordKey; readonly any: readonly Pattern[] }
  /** Durations in ms, sizes in bytes. */
  | { readonly kind: 'ranges'; readonly key: NumberKey; readonly any: readonly Range[] }
  | {
      readonly kind: 'compare';
      readonly key: NumberKey;
      readonly operator: Comparison;
      readonly value: number;
    }
  | { readonly kind: 'flag'; readonly key: FlagKey; readonly value: boolean }
  /** Failed at all, or with a code that contains one of the patterns. */
  | { readonly kind: 'error'; readonly is: boolean | readonly Pattern[] }
  | { readonly kind: 'time'; readonly key: TimeKey; readonly moment: Moment };
