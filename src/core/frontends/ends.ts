import { limits } from '../../shared/limits.ts';
import type { FrontendEntry } from './table.ts';

/** When the first mark of a frontend ends, in Unix milliseconds; Infinity when none does. */
function endOf(entry: FrontendEntry): number {
  let end = Number.POSITIVE_INFINITY;
  for (const marks of [entry.dead, entry.staleDead]) {
    for (const { endsAt } of marks.values()) if (endsAt !== null) end = Math.min(end, endsAt);
  }
  return end;
}

interface EndsOptions {
  readonly entries: () => ReadonlyMap<string, FrontendEntry>;
  /** Marks of these have come to their end. */
  readonly ended: (names: readonly string[]) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The longest that a timer can be set to. */
const maxTimerMs = 2 ** 31 - 1;

/** Notices that dead marks end by themselves, which the store does not tell. */
export class Ends {
  readonly #options: EndsOptions;
  #timer: NodeJS.Timeout | null = null;
  #at = Number.POSITIVE_INFINITY;

  constructor(options: EndsOptions) {
    this.#options = options;
  }

  /** A frontend has changed. */
  notice(entry: FrontendEntry): void {
    this.#wake(endOf(entry));
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #wake(at: number): void {
    if (at >= this.#at) return;
    this.close();
    this.#at = at;
    const ms = Math.max(limits.tableDelayMs, at - this.#options.now());
    this.#timer = setTimeout(() => this.#look(), Math.min(ms, maxTimerMs)).unref();
  }

  #look(): void {
    this.#at = Number.POSITIVE_INFINITY;
    const now = this.#options.now();
    const ended: string[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const entry of this.#options.entries().values()) {
      const end = endOf(entry);
      if (end <= now) ended.push(entry.name);
      else next = Math.min(next, end);
    }
    this.#wake(next);
    if (ended.length > 0) this.#options.ended(ended);
  }
}
