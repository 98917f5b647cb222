import type { StoreState } from '../shared/messages.ts';
import type { Reply, StoreCommand } from './command.ts';
import type { Edit, EditOutcome } from './edit.ts';
import type { Trust } from './tracking.ts';

/** What became of one read. */
export type Answer =
  | {
      readonly kind: 'reply';
      readonly reply: Reply;
      /** While it is live and no invalidation of the key came, the reply holds; null: it holds for this request only. */
      readonly trust: Trust | null;
    }
  /** No server answered. */
  | { readonly kind: 'away'; readonly reason: string };

/** A write: commands that belong together, all on one key, or a PUBLISH alone. */
export type Write = readonly StoreCommand[];

export interface StoreEvents {
  /** These keys changed; null: all of them did. */
  invalidated(keys: readonly string[] | null): void;
  /** `state`, `reason` or `readable` may have changed. */
  changed(): void;
}

/** A Redis, a replica with its primary, a sentinel group or a cluster: read from, written to, and heard. */
export interface Store {
  readonly state: StoreState;
  /** Why the state is not `live`; null when it is. */
  readonly reason: string | null;
  /** Whether a read has a chance to be answered. */
  readonly readable: boolean;
  /** One answer for each command, in one round trip. Never rejects, never queues. The key is the first argument. */
  read(commands: readonly StoreCommand[]): Promise<readonly Answer[]>;
  /**
   * Each write as a transaction; all of them as one where all is on one server. Rejects with StoreAway, with a part
   * perhaps done, and with the first error reply when there was one.
   */
  write(writes: readonly Write[]): Promise<void>;
  close(): void;
}

/** A store that can be listed, and edited without losing what others write. */
export interface SharedStore extends Store {
  /**
   * The keys that begin with this, in steps of which none holds the store up; one may come twice, and one that is made
   * or moved meanwhile may be missing. Throws StoreAway, and the error reply of the server.
   */
  scan(prefix: string): AsyncIterable<readonly string[]>;
  /**
   * Edits of one instance are made one after the other. Rejects with StoreAway, the first error reply, or what `decide`
   * throws.
   */
  edit<Result>(edit: Edit<Result>): Promise<EditOutcome<Result>>;
}

/** What every kind of store needs to know. */
export interface StoreOptions {
  /** Prefixes of the keys whose changes are heard. */
  readonly watched: readonly string[];
  readonly events: StoreEvents;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}
