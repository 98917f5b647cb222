import { limits } from '../../shared/limits.ts';

interface RefresherOptions {
  readonly read: (names: ReadonlySet<string>) => void;
  /** More changed than can be read again. */
  readonly overflowed: () => void;
}

/**
 * Collects the names of known frontends that changed, to read them a moment later: when the store goes away then, what
 * the change made of them is known, although nobody has asked for them since.
 */
export class Refresher {
  readonly #options: RefresherOptions;
  readonly #names = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: RefresherOptions) {
    this.#options = options;
  }

  add(names: Iterable<string>): void {
    if (this.#closed) return;
    for (const name of names) this.#names.add(name);
    if (this.#names.size > limits.maxQueuedRefreshes) {
      this.#names.clear();
      this.#options.overflowed();
    }
    if (this.#names.size > 0) this.#readSoon();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #readSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const names = new Set<string>();
      for (const name of this.#names) {
        if (names.size >= limits.maxRefreshedKeys) break;
        names.add(name);
        this.#names.delete(name);
      }
      this.#options.read(names);
      if (this.#names.size > 0) this.#readSoon();
    }, limits.refreshDelayMs).unref();
  }
}
