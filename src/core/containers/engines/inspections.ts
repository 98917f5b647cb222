import { limits } from '../../../shared/limits.ts';

export interface InspectionsOptions {
  /** Looks at one container. Never rejects. */
  readonly inspect: (id: string) => Promise<void>;
}

/**
 * Which containers are to be looked at. However often one is named, it waits once and is looked at once at a time; it is
 * looked at again when it was named meanwhile. So a storm of events costs as many looks as there are containers.
 */
export class Inspections {
  readonly #options: InspectionsOptions;
  readonly #waiting = new Set<string>();
  readonly #underWay = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #idle: (() => void)[] = [];
  #closed = false;

  constructor(options: InspectionsOptions) {
    this.#options = options;
  }

  /** Containers that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** A look at this container begins within `containerEventsMs`, if there is room. */
  want(id: string): void {
    if (this.#closed) return;
    this.#waiting.add(id);
    this.#timer ??= setTimeout(() => this.#begin(), limits.containerEventsMs);
  }

  /** Looks at these now; resolves when nothing waits any more. */
  async all(ids: Iterable<string>): Promise<void> {
    for (const id of ids) this.#waiting.add(id);
    this.#next();
    if (this.#closed || this.#isIdle) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#tellIdle();
  }

  get #isIdle(): boolean {
    return this.#waiting.size === 0 && this.#underWay.size === 0;
  }

  #begin(): void {
    this.#timer = null;
    this.#next();
  }

  #next(): void {
    if (this.#closed) return;
    for (const id of this.#waiting) {
      if (this.#underWay.size >= limits.maxInspections) return;
      if (this.#underWay.has(id)) continue;
      this.#waiting.delete(id);
      this.#underWay.add(id);
      void this.#options.inspect(id).finally(() => {
        this.#underWay.delete(id);
        this.#next();
        if (this.#isIdle) this.#tellIdle();
      });
    }
  }

  #tellIdle(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }
}
