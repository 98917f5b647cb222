import type { Client } from './client.ts';

/** Who has a stake in which keys not being touched (WATCH). */
export class Watchers {
  readonly #byKey = new Map<string, Set<Client>>();

  watch(client: Client, keys: readonly string[]): void {
    for (const key of keys) {
      client.watched.add(key);
      const watchers = this.#byKey.get(key);
      if (watchers === undefined) this.#byKey.set(key, new Set([client]));
      else watchers.add(client);
    }
  }

  unwatch(client: Client): void {
    for (const key of client.watched) {
      const watchers = this.#byKey.get(key);
      watchers?.delete(client);
      if (watchers?.size === 0) this.#byKey.delete(key);
    }
    client.watched.clear();
    client.watchIsBroken = false;
  }

  touched(keys: Iterable<string>): void {
    for (const key of keys) {
      for (const watcher of this.#byKey.get(key) ?? []) watcher.watchIsBroken = true;
    }
  }
}
