import type { NumberedRecord } from '../../shared/contract/traffic.ts';
import type { RecordPredicate } from '../../shared/filter/index.ts';
import { Matches } from './trafficMatches.ts';
import { RecordRing, type RingBounds } from './trafficRing.ts';

/** Records, and which of them match, as far as they were looked at: step by step, so that none waits for all. */
export class SearchedRing {
  readonly ring: RecordRing;
  #matches = new Matches();
  /** The records from the first to before the second place were looked at. */
  #seenFrom = 0;
  #seenTo = 0;

  constructor(bounds: RingBounds) {
    this.ring = new RecordRing(bounds);
  }

  get matched(): number {
    return this.#matches.length;
  }

  get isSearching(): boolean {
    return this.#seenTo < this.ring.next || this.#seenFrom > this.ring.first;
  }

  /** @param index 0 is the newest that matches */
  row(index: number): NumberedRecord | undefined {
    const place = this.#matches.at(index);
    return place === undefined ? undefined : this.ring.at(place);
  }

  /** Forgets what matched: it is looked for anew, from the newest on. */
  searchAnew(): void {
    this.#matches = new Matches();
    this.#seenFrom = this.ring.next;
    this.#seenTo = this.ring.next;
  }

  /** To be called after records came, before rows are read: what went for them is no row any more. */
  forgetGone(): void {
    const { first } = this.ring;
    this.#seenFrom = Math.max(this.#seenFrom, first);
    this.#seenTo = Math.max(this.#seenTo, first);
    this.#matches.forgetBefore(first);
  }

  /** Looks at one record: what came since, then from the newest to the oldest. @returns false when all were looked at */
  step(matching: RecordPredicate): boolean {
    if (this.#seenTo < this.ring.next) {
      const record = this.ring.at(this.#seenTo);
      if (record !== undefined && matching(record)) this.#matches.addNewer(this.#seenTo);
      this.#seenTo++;
      return true;
    }
    if (this.#seenFrom <= this.ring.first) return false;
    this.#seenFrom--;
    const record = this.ring.at(this.#seenFrom);
    if (record !== undefined && matching(record)) this.#matches.addOlder(this.#seenFrom);
    return true;
  }
}
