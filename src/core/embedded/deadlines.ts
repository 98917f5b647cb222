/** Keys in the order of their expiry: a binary heap whose outdated entries are passed over when they come up. */
export class Deadlines {
  #heap: { readonly key: string; readonly at: number }[] = [];
  readonly #current: (key: string) => number | null;

  /** @param current the deadline a key has now (unix milliseconds), or null */
  constructor(current: (key: string) => number | null) {
    this.#current = current;
  }

  /** `live` is the number of keys with a deadline: outdated entries may be as many, then they are swept out. */
  add(key: string, at: number, live: number): void {
    this.#heap.push({ key, at });
    this.#up(this.#heap.length - 1);
    if (this.#heap.length > 2 * live + 1000) {
      const seen = new Set<string>();
      this.#heap = this.#heap
        .filter((entry) => {
          if (this.#current(entry.key) !== entry.at || seen.has(entry.key)) return false;
          seen.add(entry.key);
          return true;
        })
        .sort((a, b) => a.at - b.at);
    }
  }

  /** The earliest deadline, or null. */
  next(): number | null {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined) return null;
      if (this.#current(first.key) === first.at) return first.at;
      this.#pop();
    }
  }

  /** Takes out one key whose deadline is at or before `now`, or null. */
  takeDue(now: number): string | null {
    const at = this.next();
    if (at === null || at > now) return null;
    const first = this.#heap[0];
    this.#pop();
    return first === undefined ? null : first.key;
  }

  #up(start: number): void {
    let i = start;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#swapIfEarlier(i, parent)) return;
      i = parent;
    }
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    let i = 0;
    for (;;) {
      const left = 2 * i + 1;
      const right = left + 1;
      let child = left;
      if (this.#at(right) < this.#at(left)) child = right;
      if (!this.#swapIfEarlier(child, i)) return;
      i = child;
    }
  }

  #at(i: number): number {
    return this.#heap[i]?.at ?? Number.POSITIVE_INFINITY;
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const lower = this.#heap[child];
    const upper = this.#heap[parent];
    if (lower === undefined || upper === undefined || lower.at >= upper.at) return false;
    this.#heap[child] = upper;
    this.#heap[parent] = lower;
    return true;
  }
}
