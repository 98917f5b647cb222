/** So many events at once, and so many a second after that. */
export class Allowance {
  readonly #burst: number;
  readonly #perSecond: number;
  #left: number;
  #at: number;

  /** @param now monotonic milliseconds */
  constructor(burst: number, perSecond: number, now: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
    this.#at = now;
  }

  /** @returns false when there were too many */
  take(now: number): boolean {
    const more = ((now - this.#at) * this.#perSecond) / 1000;
    this.#left = Math.min(this.#burst, this.#left + more) - 1;
    this.#at = now;
    return this.#left >= 0;
  }
}
