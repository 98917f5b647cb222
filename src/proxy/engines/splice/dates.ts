/** The value of Date fields, made once a second. */
export class Dates {
  readonly #wallClock: () => number;
  #second = -1;
  #text = '';

  /** @param wallClock Unix milliseconds */
  constructor(wallClock: () => number) {
    this.#wallClock = wallClock;
  }

  get now(): string {
    const now = this.#wallClock();
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#text = new Date(now).toUTCString();
    }
    return this.#text;
  }
}
