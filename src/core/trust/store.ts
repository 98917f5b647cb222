import type { Step } from '../elevation/step.ts';
import type { Authority } from './authority.ts';

/** A CA certificate of Berth in a store. */
export interface Entry {
  readonly authority: Authority;
  /** Its name there: of a file, or a nickname. */
  readonly name: string;
  /** Whether the store says that it counts for servers. */
  readonly counts: boolean;
  /** Bytes of its file; null where it has none of its own. */
  readonly stored: Buffer | null;
}

/** What was seen of a store. Nothing was changed. */
export type Look =
  | {
      readonly kind: 'seen';
      /** All that bear a name of Berth, also those of another instance. */
      readonly entries: readonly Entry[];
      /** Whether there is anything else in it; true where that was not asked. */
      readonly hasOthers: boolean;
      /** Those that still count although their files are gone, as when somebody was cut off who took them out. */
      readonly lingering?: readonly Entry[];
    }
  /** It cannot be used here. */
  | { readonly kind: 'unavailable'; readonly why: string; readonly isThere: boolean };

/** How a handshake finds out what a store trusts. */
export type Proof =
  | { readonly kind: 'system'; readonly bundle: string | null }
  | { readonly kind: 'nss'; readonly directory: string; readonly isChromium: boolean }
  | { readonly kind: 'keychain' }
  | { readonly kind: 'windows' }
  | { readonly kind: 'none' };

/** How what was there before comes back. */
export type Undo =
  /** What was made goes, with everything in it. */
  | {
      readonly kind: 'delete';
      readonly files: readonly string[];
      readonly directories: readonly string[];
    }
  /** Files get back what they held. */
  | {
      readonly kind: 'restore';
      readonly files: readonly { readonly path: string; readonly copy: string }[];
      /** Files that were not there, and go. */
      readonly made: readonly string[];
      readonly directories: readonly string[];
    }
  /** Certificates are taken out one by one. */
  | { readonly kind: 'entries'; readonly directories: readonly string[] };

/** A place where this machine, or a program on it, keeps whom it trusts. Plans are pure. */
export interface TrustStore {
  /** Stable, as `system` or `firefox:ab12.default`; the part before a colon names all of a kind. */
  readonly id: string;
  readonly title: string;
  /** Whether it is asked for when nobody names it. */
  readonly byDefault: boolean;
  readonly needsRoot: boolean;
  readonly proof: Proof;
  /** Whether its files are those of a database, which is taken as a whole. */
  readonly isDatabase: boolean;
  /** What a change of it writes to, absolute, and of which copies are kept. */
  readonly files: readonly string[];
  /** Directories that adding makes, from the top. */
  readonly making: readonly string[];
  /** What has to be said of it, beside its state; empty for nothing. */
  readonly remark: string;
  look(): Promise<Look>;
  /**
   * @param path of the certificate's PEM file
   * @param old entries of ours that go
   */
  planAdd(look: Look, authority: Authority, path: string, old: readonly Entry[]): readonly Step[];
  planRemove(ours: readonly Entry[], undo: Undo): readonly Step[];
}

/** A store that cannot be used, which is said in its place. */
export const unusable = (
  id: string,
  title: string,
  why: string,
  {
    isThere = false,
    byDefault = true,
  }: { readonly isThere?: boolean; readonly byDefault?: boolean } = {},
): TrustStore => ({
  id,
  title,
  byDefault,
  needsRoot: false,
  proof: { kind: 'none' },
  isDatabase: false,
  files: [],
  making: [],
  remark: '',
  look: async () => ({ kind: 'unavailable', why, isThere }),
  planAdd: () => [],
  planRemove: () => [],
});

/** Whether a certificate is there, and counts. */
export const holds = (look: Look, { fingerprint }: Authority): boolean =>
  look.kind === 'seen' &&
  look.entries.some((entry) => entry.counts && entry.authority.fingerprint === fingerprint);
