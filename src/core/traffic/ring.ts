import type { NumberedRecord } from '../../shared/contract/traffic.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { charsOf } from '../../shared/model/recordChars.ts';

export interface RingBounds {
  readonly maxHeldRecords: number;
  readonly maxHeldRecordChars: number;
}

/**
 * The last records, bounded in number and in text. Places count up by one with each record and are never used again,
 * so that a reader remembers a place and sees by `first` what it missed.
 */
export interface Ring {
  /** Place of the oldest record that is held. */
  readonly first: number;
  /** Place of the record that comes next. */
  readonly next: number;
  push(record: RequestRecord, id: number): void;
  /** Undefined outside of `first` to `next`. */
  at(place: number): RequestRecord | undefined;
  numbered(place: number): NumberedRecord | undefined;
  /** Id of the record at this place; undefined as `at`. */
  idAt(place: number): number | undefined;
  /** Place of the first record with this id or a larger one; `next` where all are smaller. */
  placeOf(id: number): number;
}

export function createRing({ maxHeldRecords, maxHeldRecordChars }: RingBounds): Ring {
  const slots: (RequestRecord | undefined)[] = new Array(maxHeldRecords).fill(undefined);
  const ids = new Float64Array(maxHeldRecords);
  let first = 0;
  let next = 0;
  let chars = 0;

  function forgetOldest(): void {
    const slot = first % maxHeldRecords;
    const oldest = slots[slot];
    if (oldest !== undefined) chars -= charsOf(oldest);
    slots[slot] = undefined;
    first++;
  }

  const at = (place: number): RequestRecord | undefined =>
    place >= first && place < next ? slots[place % maxHeldRecords] : undefined;

  return {
    get first() {
      return first;
    },
    get next() {
      return next;
    },
    push: (record, id) => {
      if (next - first === maxHeldRecords) forgetOldest();
      chars += charsOf(record);
      const slot = next % maxHeldRecords;
      slots[slot] = record;
      ids[slot] = id;
      next++;
      while (chars > maxHeldRecordChars) forgetOldest();
    },
    at,
    numbered: (place) => {
      const record = at(place);
      return record && { id: ids[place % maxHeldRecords] ?? 0, ...record };
    },
    idAt: (place) => (at(place) === undefined ? undefined : ids[place % maxHeldRecords]),
    placeOf: (id) => {
      let from = first;
      let to = next;
      while (from < to) {
        const middle = Math.floor((from + to) / 2);
        if ((ids[middle % maxHeldRecords] ?? 0) < id) from = middle + 1;
        else to = middle;
      }
      return from;
    },
  };
}
