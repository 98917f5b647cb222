import type { StoreState } from '../../shared/messages.ts';
import type { FrontendOptions } from '../../shared/model/options.ts';

/** One dead mark. It counts only while the URL at its index is the one that was marked. */
export interface DeadEntry {
  /** What was marked; null where a plain Hipache or another checker left the index alone. */
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
  /** Indexes that are marked and whose mark counts no more: another URL stands there, or none. */
  readonly staleDead: readonly number[];
  /** Changes with every change of list or options, and with nothing else. */
  readonly revision: string;
}

export type TableEvent =
  /** Everything was read; also after the store was away. */
  | { readonly kind: 'all' }
  | { readonly kind: 'changed'; readonly entry: FrontendEntry }
  | { readonly kind: 'removed'; readonly name: string }
  | { readonly kind: 'state'; readonly state: StoreState };

/** The frontends of the store, kept true by what the store pushes. */
export interface FrontendsTable {
  readonly state: StoreState;
  /** Why the state is not `live`; null when it is. */
  readonly reason: string | null;
  /** The last good ones while the store is away. */
  readonly entries: ReadonlyMap<string, FrontendEntry>;
  /** Frontends beyond `limits.maxListedFrontends`: in none of `entries`, and editable by name all the same. */
  readonly left: number;
  /** Resolves when everything was read once, or the store could not be reached. Never rejects. */
  readonly ready: Promise<void>;
  /** Listeners are called in the order of the events, and must not throw. Returns how to stop. */
  subscribe(listener: (event: TableEvent) => void): () => void;
  close(): void;
}
