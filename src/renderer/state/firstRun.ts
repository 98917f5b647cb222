import { z } from 'zod';
import type { Live } from './live.ts';
import { createPreference } from './preferences.ts';
import { createStore, type Readable } from './store.ts';
import { isReached } from './storeReached.ts';

/** The first steps with an instance that has no host: shown once, and again when a person asks. */
export interface FirstRun {
  readonly isShown: Readable<boolean>;
  show(): void;
  /** All was done or skipped: it does not come by itself again. */
  end(): void;
}

/** Shows itself with the first list of hosts, when that is empty. */
export function createFirstRun({ hosts, status }: Pick<Live, 'hosts' | 'status'>): FirstRun {
  const isDone = createPreference('firstRun.1', z.boolean(), false);
  const isShown = createStore(false);
  const look = (): void => {
    const list = hosts.get();
    const store = status.get()?.store.state;
    if (list === null || store === undefined) return;
    for (const end of ends) end();
    // While the store is away, nobody knows what it has.
    if (list.size === 0 && isReached(store) && !isDone.get()) isShown.set(true);
  };
  const ends = [hosts.subscribe(look), status.subscribe(look)];
  return {
    isShown,
    show: () => isShown.set(true),
    end: () => {
      isDone.set(true);
      isShown.set(false);
    },
  };
}
