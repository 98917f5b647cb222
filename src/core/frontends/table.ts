import type { StoreState } from '../../shared/messages.ts';
import type { FrontendOptions } from '../../shared/model/options.ts';

/** One dead mark. It counts only while the URL at its index is the one that was marked. */
export interface DeadEntry {
  /** What was marked; null where the mark does not say, and nothing stood at its index. */
  readonly url: string | null;
  /** Empty where none was given. */
  readonly reason: string;
  /** Unix milliseconds; 0 where none was given. */
  readonly at: number;
  /** Unix milliseconds at which it expires; null for a mark that stays. */
  readonly endsAt: number | null;
}

/** All that the store has under the name of a frontend. Immutable: a change makes another one. */
export interface FrontendEntry {
  readonly name: string;
  /** Identifier and backend URLs, as stored; null when what is there cannot be a frontend. */
  readonly list: readonly string[] | null;
  /** Why `list` is null: one phrase that follows the name; else null. */
  readonly problem: string | null;
  /** The defaults where they cannot be read. */
  readonly options: FrontendOptions;
  readonly optionsProblem: string | null;
  /** Marks that count, by index without the identifier. */
  readonly dead: ReadonlyMap<number, DeadEntry>;
  /** Marks that count no more: another URL stands at their index, or none. */
  readonly staleDead: ReadonlyMap<number, DeadEntry>;
  /** Changes with every change of list or options, and with nothing else. */
  readonly revision: string;
}

export type TableEvent =
  /** Everything was read; also after the store was away. */
  | { readonly kind: 'all' }
  /** `previous` is null for a frontend that was not there. */
  | {
      readonly kind: 'changed';
      readonly entry: FrontendEntry;
      readonly previous: FrontendEntry | null;
    }
  | { readonly kind: 'removed'; readonly name: string }
  | { readonly kind: 'state'; readonly state: StoreState };

/** The frontends of the store, kept true by what the store pushes. */
export interface FrontendsTable {
  readonly state: StoreState;
  /** Why the state is not `live`; null when it is. */
  readonly reason: string | null;
  /** The last good ones while the store is away. */
  readonly entries: ReadonlyMap<string, FrontendEntry>;
  /** Grows with every change of `entries`. */
  readonly version: number;
  /** Frontends beyond `limits.maxListedFrontends`: in none of `entries`, and editable by name all the same. */
  readonly left: number;
  /** Resolves when everything was read once, or the store could not be reached. Never rejects. */
  readonly ready: Promise<void>;
  /**
   * Resolves when `entries` are no older than `limits.tablePollMs`, as they always are while changes are pushed; while
   * the store is away, at once. Never rejects.
   */
  fresh(): Promise<void>;
  /**
   * What the store has under this name now, also beyond what is listed; null when there is no such frontend.
   *
   * @throws BerthError BERTH_STORE_UNREACHABLE
   */
  read(name: string): Promise<FrontendEntry | null>;
  /** Listeners are called in the order of the events, and must not throw. Returns how to stop. */
  subscribe(listener: (event: TableEvent) => void): () => void;
  close(): void;
}
