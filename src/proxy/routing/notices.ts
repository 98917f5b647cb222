import { LRUCache } from 'lru-cache';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';

const minuteMs = 60_000;

/** Says what is wrong with a key of the store: once for each key and defect, and never a flood. */
export class Notices {
  readonly #said = new LRUCache<string, string>({ max: limits.maxNoticedKeys });
  readonly #log: Log;
  readonly #now: () => number;
  #minuteEndsAt = 0;
  #inThisMinute = 0;
  #unsaid = 0;

  constructor(log: Log, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** @param problem of the key; null when it has none any more */
  about(key: string, problem: string | null): void {
    if (problem === null) {
      if (this.#said.size > 0) this.#said.delete(key);
      return;
    }
    if (this.#said.get(key) === problem) return;
    this.#said.set(key, problem);
    const at = this.#now();
    if (at >= this.#minuteEndsAt) {
      this.#minuteEndsAt = at + minuteMs;
      this.#inThisMinute = 0;
      if (this.#unsaid > 0)
        this.#log('warn', `${this.#unsaid} more keys of the store are defective`);
      this.#unsaid = 0;
    }
    if (this.#inThisMinute >= limits.maxNoticesPerMinute) {
      this.#unsaid++;
      return;
    }
    this.#inThisMinute++;
    this.#log('warn', `${JSON.stringify(key).slice(1, -1)}: ${problem}`);
  }
}
