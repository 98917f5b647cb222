import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect } from 'vitest';
import { type LiveRouting, startRouting } from './liveRouting.ts';
import type { RoutableStore } from './routableStore.ts';

/** Route lookup on a store that another client edits. */
export interface EditedRouting {
  readonly live: LiveRouting;
  readonly editor: Redis;
}

/** Starts all of it before the first test of a suite, and ends it after the last; there is nothing of it before. */
export function editedRouting(start: () => Promise<RoutableStore>): EditedRouting {
  let store: RoutableStore;
  let live: LiveRouting;
  let editor: Redis;
  beforeAll(async () => {
    store = await start();
    editor = new Redis(store.port, store.host);
    live = startRouting(store.spec);
    expect(await live.routing.ready(20_000)).toBe(true);
  });
  afterAll(async () => {
    await live[Symbol.asyncDispose]();
    editor.disconnect();
    await store.stop();
  });
  return {
    get live() {
      return live;
    },
    get editor() {
      return editor;
    },
  };
}
