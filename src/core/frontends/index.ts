import type { ReachableStore } from '../../shared/model/driver.ts';
import { keysFor } from '../../shared/model/keys.ts';
import { openStore } from '../../store/open.ts';
import type { SharedStore, StoreEvents } from '../../store/store.ts';
import { LiveTable } from './live.ts';
import type { FrontendsTable } from './table.ts';

export interface FrontendsOptions {
  readonly store: ReachableStore;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Unix milliseconds. */
  readonly now: () => number;
}

export interface Frontends {
  readonly table: FrontendsTable;
  /** The connection of the table: it goes with it. For what else is read and written. */
  readonly store: SharedStore;
  /** What that connection says of itself, and of changed keys: those of mappings too. Returns how to stop. */
  listen(events: StoreEvents): () => void;
}

/** Opens the table of a store that may be away. `table.close()` ends all of it. */
export function openFrontends({ store: spec, random, now }: FrontendsOptions): Frontends {
  const { prefix } = spec;
  const keys = keysFor(prefix);
  const listeners = new Set<StoreEvents>();
  const table = new LiveTable({
    store: (events) =>
      openStore(spec, {
        // Of mappings no worker needs to hear.
        watched: [...keys.watched, keys.mappings('')],
        events: {
          invalidated: (changed) => {
            events.invalidated(changed);
            for (const listener of [...listeners]) listener.invalidated(changed);
          },
          changed: () => {
            events.changed();
            for (const listener of [...listeners]) listener.changed();
          },
        },
        random,
      }),
    prefix,
    random,
    now,
  });
  return {
    table,
    store: table.store,
    listen: (events) => {
      listeners.add(events);
      return () => {
        listeners.delete(events);
      };
    },
  };
}
