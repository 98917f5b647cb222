/** Places of the records that a filter lets through, the newest first. Both ends grow, and the old end shrinks. */
export class Matches {
  /** Newest last; the first `#gone` of them are not there any more. */
  #newer: number[] = [];
  #gone = 0;
  /** All older than `#newer`; newest first. */
  #older: number[] = [];

  get length(): number {
    return this.#newer.length - this.#gone + this.#older.length;
  }

  /** @param index 0 is the newest */
  at(index: number): number | undefined {
    const newer = this.#newer.length - this.#gone;
    return index < newer ? this.#newer[this.#newer.length - 1 - index] : this.#older[index - newer];
  }

  addNewer(place: number): void {
    this.#newer.push(place);
  }

  addOlder(place: number): void {
    this.#older.push(place);
  }

  /** Forgets what stands before this place. */
  forgetBefore(place: number): void {
    while ((this.#older.at(-1) ?? place) < place) this.#older.pop();
    if (this.#older.length > 0) return;
    while ((this.#newer[this.#gone] ?? place) < place) this.#gone++;
    if (this.#gone > 1000 && this.#gone * 2 > this.#newer.length) {
      this.#newer = this.#newer.slice(this.#gone);
      this.#gone = 0;
    }
  }
}
