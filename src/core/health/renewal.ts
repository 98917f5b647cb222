export interface RenewalOptions {
  /** Least milliseconds between two runs. */
  readonly everyMs: number;
  readonly run: () => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Does something anew after changes: soon after the first, and of many that follow only once in a while. */
export class Renewal {
  readonly #options: RenewalOptions;
  #ranAt = Number.NEGATIVE_INFINITY;
  #isAsked = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  /** Something has changed: those of the same moment are one. */
  ask(): void {
    if (this.#isAsked || this.#closed) return;
    this.#isAsked = true;
    const { everyMs, now } = this.#options;
    const pause = this.#ranAt + everyMs - now();
    if (pause > 0) this.#timer = setTimeout(() => this.#run(), pause);
    else queueMicrotask(() => this.#run());
  }

  /** Something has changed that cannot wait. */
  hurry(): void {
    clearTimeout(this.#timer);
    this.#isAsked = false;
    this.#ranAt = Number.NEGATIVE_INFINITY;
    this.ask();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #run(): void {
    if (this.#closed || !this.#isAsked) return;
    this.#isAsked = false;
    this.#ranAt = this.#options.now();
    this.#options.run();
  }
}
