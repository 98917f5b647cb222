import type { NumberedRecord } from '../../shared/contract/traffic.ts';
import { charsOf } from '../../shared/model/recordChars.ts';

export interface RingBounds {
  readonly maxRecords: number;
  /** Characters of text in them: long fields count, so that they cannot fill the page. */
  readonly maxChars: number;
}

/**
 * Records in the order of their ids. Places count up by one from the oldest to the newest and are never used again, so
 * that who remembers one sees by `first` and `next` whether it is still there.
 */
export class RecordRing {
  readonly #bounds: RingBounds;
  readonly #slots: (NumberedRecord | undefined)[];
  #first = 0;
  #next = 0;
  #chars = 0;

  constructor(bounds: RingBounds) {
    this.#bounds = bounds;
    this.#slots = new Array<NumberedRecord | undefined>(bounds.maxRecords).fill(undefined);
  }

  /** Place of the oldest record. */
  get first(): number {
    return this.#first;
  }

  /** Place of the record that comes next. */
  get next(): number {
    return this.#next;
  }

  get length(): number {
    return this.#next - this.#first;
  }

  get newestId(): number | null {
    return this.at(this.#next - 1)?.id ?? null;
  }

  get oldestId(): number | null {
    return this.at(this.#first)?.id ?? null;
  }

  at(place: number): NumberedRecord | undefined {
    return place >= this.#first && place < this.#next ? this.#slots[this.#slot(place)] : undefined;
  }

  /** From the oldest to the newest. */
  *[Symbol.iterator](): Generator<NumberedRecord, void, undefined> {
    for (let place = this.#first; place < this.#next; place++) {
      const record = this.at(place);
      if (record !== undefined) yield record;
    }
  }

  /** Takes a newer record; the oldest go for it. */
  push(record: NumberedRecord): void {
    if (this.length === this.#bounds.maxRecords) this.#forgetOldest();
    this.#slots[this.#slot(this.#next)] = record;
    this.#next++;
    this.#chars += charsOf(record);
    while (this.#chars > this.#bounds.maxChars) this.#forgetOldest();
  }

  /** Takes an older record. @returns false when there is no room for it */
  unshift(record: NumberedRecord): boolean {
    const chars = charsOf(record);
    if (this.length === this.#bounds.maxRecords || this.#chars + chars > this.#bounds.maxChars) {
      return false;
    }
    this.#first--;
    this.#slots[this.#slot(this.#first)] = record;
    this.#chars += chars;
    return true;
  }

  #slot(place: number): number {
    const { maxRecords } = this.#bounds;
    return ((place % maxRecords) + maxRecords) % maxRecords;
  }

  #forgetOldest(): void {
    const slot = this.#slot(this.#first);
    const oldest = this.#slots[slot];
    if (oldest !== undefined) this.#chars -= charsOf(oldest);
    this.#slots[slot] = undefined;
    this.#first++;
  }
}
