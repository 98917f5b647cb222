import type { z } from 'zod';
import { createStore, type Store } from './store.ts';

/** Part of a browser's Storage. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem'>;

/**
 * Something that a person chose, kept in this browser. What cannot be read counts as never chosen, and what cannot be
 * kept is chosen until the page goes.
 *
 * @param key with a version at its end, as `hosts.sort.1`: another shape takes another number
 */
export function createPreference<T>(
  key: string,
  schema: z.ZodType<T>,
  fallback: T,
  shelf: Shelf = localStorage,
): Store<T> {
  const name = `berth.${key}`;
  const store = createStore(read(name, schema, fallback, shelf));
  const keep = (value: T): void => {
    store.set(value);
    try {
      shelf.setItem(name, JSON.stringify(value));
    } catch {
      // Full, or not allowed.
    }
  };
  return { ...store, set: keep, update: (change) => keep(change(store.get())) };
}

function read<T>(name: string, schema: z.ZodType<T>, fallback: T, shelf: Shelf): T {
  try {
    const text = shelf.getItem(name);
    if (text === null) return fallback;
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : fallback;
  } catch {
    return fallback;
  }
}
