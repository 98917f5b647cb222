import type { NumberedRecord } from '../../shared/contract/traffic.ts';
import type { RecordPredicate } from '../../shared/filter/index.ts';
import { charsOf } from '../../shared/model/recordChars.ts';

export interface StillBounds {
  readonly maxRecords: number;
  /** Characters of text in them: long fields count, so that they cannot fill the page. */
  readonly maxChars: number;
}

/**
 * Records that stand still, from the newest to the oldest, and which of them match, as far as they were looked at: step
 * by step, so that nothing waits for all.
 */
export class StillRecords {
  readonly #bounds: StillBounds;
  readonly #records: NumberedRecord[] = [];
  #chars = 0;
  /** Indices of those that match. */
  #matches: number[] = [];
  #looked = 0;

  constructor(bounds: StillBounds) {
    this.#bounds = bounds;
  }

  get length(): number {
    return this.#records.length;
  }

  get matched(): number {
    return this.#matches.length;
  }

  get isSearching(): boolean {
    return this.#looked < this.#records.length;
  }

  get newestId(): number | null {
    return this.#records[0]?.id ?? null;
  }

  get oldestId(): number | null {
    return this.#records.at(-1)?.id ?? null;
  }

  /** From the newest to the oldest. */
  [Symbol.iterator](): Iterator<NumberedRecord> {
    return this.#records.values();
  }

  /** @param index 0 is the newest that matches */
  row(index: number): NumberedRecord | undefined {
    const at = this.#matches[index];
    return at === undefined ? undefined : this.#records[at];
  }

  /** Takes a record that is older than all. @returns false when there is no room for it */
  add(record: NumberedRecord): boolean {
    const chars = this.#chars + charsOf(record);
    if (this.#records.length === this.#bounds.maxRecords || chars > this.#bounds.maxChars) {
      return false;
    }
    this.#records.push(record);
    this.#chars = chars;
    return true;
  }

  /** Forgets what matched: it is looked for anew. */
  searchAnew(): void {
    this.#matches = [];
    this.#looked = 0;
  }

  /** Looks at one record. @returns false when all were looked at */
  step(matching: RecordPredicate): boolean {
    const record = this.#records[this.#looked];
    if (record === undefined) return false;
    if (matching(record)) this.#matches.push(this.#looked);
    this.#looked++;
    return true;
  }
}
