import type { Backend } from '../../shared/model/backend.ts';

interface LocalMark {
  readonly url: string;
  /** Monotonic milliseconds. */
  readonly until: number;
  /** Reads with this number or a later one know better; Infinity while the store has not confirmed the mark. */
  landed: number;
}

/**
 * Deaths that this worker saw itself. They hold at once, also while the store is away, and give way to the store as
 * soon as something was read from it after the mark was written there: whoever revives a backend is believed.
 */
export class LocalMarks {
  readonly #byFrontend = new Map<string, Map<number, LocalMark>>();
  readonly #maxMarks: number;
  readonly #now: () => number;
  #size = 0;

  constructor(maxMarks: number, now: () => number) {
    this.#maxMarks = maxMarks;
    this.#now = now;
  }

  get size(): number {
    return this.#size;
  }

  add(frontend: string, backend: Backend, until: number): void {
    let marks = this.#byFrontend.get(frontend);
    if (marks === undefined) {
      marks = new Map();
    } else {
      // To the end: the frontend that was marked longest ago is forgotten first.
      this.#byFrontend.delete(frontend);
    }
    this.#byFrontend.set(frontend, marks);
    if (!marks.has(backend.index)) this.#size++;
    marks.set(backend.index, { url: backend.url, until, landed: Number.POSITIVE_INFINITY });
    while (this.#size > this.#maxMarks) this.#forgetOldest();
  }

  has(frontend: string, backend: Backend): boolean {
    return this.endOf(frontend, backend) !== null;
  }

  /** Monotonic milliseconds at which the mark of a backend ends; null when it has none. */
  endOf(frontend: string, backend: Backend): number | null {
    if (this.#size === 0) return null;
    const mark = this.#byFrontend.get(frontend)?.get(backend.index);
    if (mark === undefined || mark.url !== backend.url) return null;
    if (this.#now() < mark.until) return mark.until;
    this.remove(frontend, backend.index);
    return null;
  }

  /** The mark is in the store: reads from number `read` on tell what became of it. */
  landed(frontend: string, backend: Backend, read: number): void {
    const mark = this.#byFrontend.get(frontend)?.get(backend.index);
    if (mark !== undefined && mark.url === backend.url) mark.landed = read;
  }

  /** The dead marks of `frontend` were read from the store, by read number `read`. */
  settle(frontend: string, read: number): void {
    if (this.#size === 0) return;
    const marks = this.#byFrontend.get(frontend);
    if (marks === undefined) return;
    for (const [index, mark] of marks) if (mark.landed <= read) this.remove(frontend, index);
  }

  remove(frontend: string, index: number): void {
    const marks = this.#byFrontend.get(frontend);
    if (marks?.delete(index) !== true) return;
    this.#size--;
    if (marks.size === 0) this.#byFrontend.delete(frontend);
  }

  #forgetOldest(): void {
    for (const [frontend, marks] of this.#byFrontend) {
      for (const index of marks.keys()) {
        this.remove(frontend, index);
        return;
      }
    }
  }
}
