import { limits } from '../../shared/limits.ts';

/**
 * Collects the names of known frontends that changed, to read them a moment later: when the store goes away then, what
 * the change made of them is known, although nobody has asked for them since.
 */
export class Refresher {
  readonly #read: (names: ReadonlySet<string>) => void;
  #names = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(read: (names: ReadonlySet<string>) => void) {
    this.#read = read;
  }

  add(name: string): void {
    if (this.#closed || this.#names.size >= limits.maxRefreshedKeys) return;
    this.#names.add(name);
    this.#timer ??= setTimeout(() => {
      const names = this.#names;
      this.#names = new Set();
      this.#timer = null;
      this.#read(names);
    }, limits.refreshDelayMs).unref();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
