import type { ControlApi } from '../../client/client.ts';
import { createStore, type Readable } from './store.ts';

/** Something that takes a while to find out, and is as old as the last time that it was. */
export interface Look<T> {
  /** What was found last, and when, in Unix milliseconds; null before the first. */
  readonly found: Readable<{ readonly value: T; readonly at: number } | null>;
  readonly isLooking: Readable<boolean>;
  /** Why the last look came to nothing, as one sentence; null while all is well. */
  readonly failure: Readable<string | null>;
  /** Looks anew; once more behind a look that is under way, which may have passed what has changed. Never rejects. */
  start(api: ControlApi): Promise<void>;
}

type Ask<T> = (api: ControlApi) => Promise<T>;

/** @param preview what is quick to find out, shown until the first whole look has ended */
export function createLook<T>(ask: Ask<T>, preview: Ask<T> | null = null): Look<T> {
  const found = createStore<{ readonly value: T; readonly at: number } | null>(null);
  const isLooking = createStore(false);
  const failure = createStore<string | null>(null);
  let next: ControlApi | null = null;

  async function once(api: ControlApi): Promise<void> {
    try {
      if (preview !== null && found.get() === null) {
        found.set({ value: await preview(api), at: Date.now() });
      }
      found.set({ value: await ask(api), at: Date.now() });
      failure.set(null);
    } catch (error) {
      failure.set(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    found,
    isLooking,
    failure,
    start: async (api) => {
      next = api;
      if (isLooking.get()) return;
      isLooking.set(true);
      while (next !== null) {
        const now: ControlApi = next;
        next = null;
        await once(now);
      }
      isLooking.set(false);
    },
  };
}
