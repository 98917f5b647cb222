import { limits } from '../../../shared/limits.ts';

export interface InspectionsOptions {
  /** Looks at one container; false when there was no answer. Never rejects. */
  readonly inspect: (id: string) => Promise<boolean>;
}

/** Who waits until all of these have been looked at. */
interface Waiter {
  readonly left: Set<string>;
  readonly resolve: () => void;
}

/**
 * Which containers are to be looked at. However often one is named, it waits once and is looked at once at a time; it is
 * looked at again when it was named meanwhile. So a storm of events costs as many looks as there are containers.
 */
export class Inspections {
  readonly #options: InspectionsOptions;
  readonly #waiting = new Set<string>();
  readonly #underWay = new Set<string>();
  /** Those that gave no answer the last time: they get half of the room, so that the others are looked at. */
  readonly #mute = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  readonly #waiters = new Set<Waiter>();
  #closed = false;

  constructor(options: InspectionsOptions) {
    this.#options = options;
  }

  /** Containers that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** A look at this container begins within `containerEventsMs`, if there is room. False when too many wait. */
  want(id: string): boolean {
    if (this.#closed) return true;
    if (this.#waiting.size >= limits.maxContainers && !this.#waiting.has(id)) return false;
    this.#waiting.add(id);
    this.#timer ??= setTimeout(() => this.#begin(), limits.containerEventsMs);
    return true;
  }

  /** Looks at these now; resolves when each has been looked at, or `withinMs` are over. */
  async all(ids: Iterable<string>, withinMs: number): Promise<void> {
    const left = new Set(ids);
    for (const id of left) this.#waiting.add(id);
    this.#next();
    if (this.#closed || left.size === 0) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve();
      };
      const timer = setTimeout(end, withinMs);
      const waiter: Waiter = { left, resolve: end };
      this.#waiters.add(waiter);
    });
  }

  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const { resolve } of [...this.#waiters]) resolve();
  }

  #begin(): void {
    this.#timer = null;
    this.#next();
  }

  #next(): void {
    if (this.#closed) return;
    for (const id of this.#waiting) {
      if (this.#underWay.size >= limits.maxInspections) return;
      if (this.#underWay.has(id) || (this.#mute.has(id) && this.#isFullOfMute)) continue;
      this.#waiting.delete(id);
      this.#underWay.add(id);
      void this.#look(id);
    }
  }

  async #look(id: string): Promise<void> {
    const isAnswered = await this.#options.inspect(id);
    if (isAnswered) this.#mute.delete(id);
    else this.#mute.add(id);
    this.#underWay.delete(id);
    this.#next();
    for (const { left, resolve } of [...this.#waiters]) {
      if (left.delete(id) && left.size === 0) resolve();
    }
  }

  get #isFullOfMute(): boolean {
    let mute = 0;
    for (const id of this.#underWay) if (this.#mute.has(id)) mute++;
    return mute >= limits.maxInspections / 2;
  }
}
