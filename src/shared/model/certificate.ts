/** Key and certificate with its chain, PEM, as a worker serves them. Times are Unix milliseconds. */
export interface ServedPair {
  readonly key: string;
  readonly cert: string;
  /** Its beginning: a clock that was ahead when it was made, and is right since, makes it one of the future. */
  readonly from: number;
  /** Another one is asked for from then on; until `to` this one goes on meanwhile. */
  readonly freshUntil: number;
  /** Its end. */
  readonly to: number;
}

/** What a worker asks the supervisor about: a name of SNI, or '' for clients that name none. */
export interface CertificateQuestion {
  readonly name: string;
  /** The listener has no certificate of its own. */
  readonly managed: boolean;
  /** Address of the client; empty where it is not known. */
  readonly client: string;
}

export type CertificateAnswer =
  | {
      readonly kind: 'pair';
      readonly pair: ServedPair;
      /** The host has a frontend of its own; others can be made up without end. */
      readonly isOwn: boolean;
    }
  /** None of its own: what the listener has for everybody serves. */
  | { readonly kind: 'none' }
  /** This client asks for too many: another one, or a moment later, may be answered otherwise. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** There should be one, and there is none now. */
  | { readonly kind: 'failed'; readonly reason: string };
