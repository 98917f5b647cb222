/** What was tried after a change, and what came of it. */
export interface Proof {
  readonly kind: 'name' | 'trust' | 'page';
  /** A host, a store or an address. */
  readonly title: string;
  /** `untried` is neither: nothing says that it is well. */
  readonly status: 'well' | 'wrong' | 'untried';
  /** What was seen, as one sentence without its end. */
  readonly says: string;
}

/** Whether the set-up has what it is for, by what was tried. */
export interface SetupOutcome {
  /** Of a page over HTTPS; `untried` is neither. */
  readonly opens: 'well' | 'wrong' | 'untried';
  /** One or two sentences without the last full stop. */
  readonly says: string;
  /** A command line that brings it further; null where there is none. */
  readonly command: string | null;
}

/** Why addresses have a port in them, and what changes that. */
export interface PortAdvice {
  /** One sentence without a full stop. */
  readonly says: string;
  /** Null where a person has to see to it. */
  readonly command: string | null;
}
