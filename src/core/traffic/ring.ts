import type { NumberedRecord } from '../../shared/contract/traffic.ts';
import type { Attempt, RequestRecord } from '../../shared/model/record.ts';
import { isPlain } from '../../shared/model/recordAttempts.ts';
import { charsOf } from '../../shared/model/recordChars.ts';
import { type RecordCommon, RecordCommons } from '../../shared/model/recordCommon.ts';

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

/** What a slot holds of a record beside its numbers. */
interface Texts {
  readonly common: RecordCommon;
  readonly target: string;
  readonly backend: string | null;
  /** Null for one that was answered, which is in the numbers. */
  readonly attempts: readonly Attempt[] | null;
}

/** Numbers of a slot: id, characters, and those of a record. */
const columns = 13;

/**
 * Records are held as numbers in one array and few objects: whole ones would live just long enough for the garbage
 * collector to carry each of them twice, for as much as all else that is done with a record.
 */
export function createRing({ maxHeldRecords, maxHeldRecordChars }: RingBounds): Ring {
  const slots: (Texts | undefined)[] = new Array(maxHeldRecords).fill(undefined);
  const numbers = new Float64Array(maxHeldRecords * columns);
  const commons = new RecordCommons();
  let first = 0;
  let next = 0;
  let chars = 0;

  function forgetOldest(): void {
    const slot = first % maxHeldRecords;
    chars -= numbers[slot * columns + 1] ?? 0;
    slots[slot] = undefined;
    first++;
  }

  function textsAt(place: number): Texts | undefined {
    return place >= first && place < next ? slots[place % maxHeldRecords] : undefined;
  }

  function at(place: number): RequestRecord | undefined {
    const texts = textsAt(place);
    if (texts === undefined) return undefined;
    const from = (place % maxHeldRecords) * columns;
    const number = (column: number): number => numbers[from + column] ?? 0;
    const { common, target, backend } = texts;
    const url = backend ?? '';
    return {
      startedAt: number(2),
      client: common.client,
      protocol: common.protocol,
      method: common.method,
      target,
      httpVersion: common.httpVersion,
      status: number(3),
      bytes: number(4),
      referer: common.referer,
      userAgent: common.userAgent,
      host: common.host,
      frontend: common.frontend,
      identifier: common.identifier,
      backend,
      totalMs: number(5),
      backendMs: number(6),
      queueMs: number(7),
      connectMs: number(8),
      firstByteMs: number(9),
      bodyMs: number(10),
      error: common.error,
      attempts: texts.attempts ?? [{ index: number(11), url, ms: number(12), outcome: 'answered' }],
      lookup: common.lookup,
      policy: common.policy,
      hint: common.hint,
      considered: common.considered,
      drained: common.drained,
      dead: common.dead,
    };
  }

  const idAt = (place: number): number | undefined =>
    textsAt(place) && numbers[(place % maxHeldRecords) * columns];

  return {
    get first() {
      return first;
    },
    get next() {
      return next;
    },
    push: (record, id) => {
      if (next - first === maxHeldRecords) forgetOldest();
      const slot = next % maxHeldRecords;
      const { target, backend, attempts } = record;
      const [attempt] = attempts;
      const held = charsOf(record);
      const plain = isPlain(record);
      slots[slot] = {
        common: commons.of(record),
        target,
        backend,
        attempts: plain ? null : attempts,
      };
      let column = slot * columns;
      numbers[column++] = id;
      numbers[column++] = held;
      numbers[column++] = record.startedAt;
      numbers[column++] = record.status;
      numbers[column++] = record.bytes;
      numbers[column++] = record.totalMs;
      numbers[column++] = record.backendMs;
      numbers[column++] = record.queueMs;
      numbers[column++] = record.connectMs;
      numbers[column++] = record.firstByteMs;
      numbers[column++] = record.bodyMs;
      numbers[column++] = attempt?.index ?? 0;
      numbers[column++] = attempt?.ms ?? 0;
      chars += held;
      next++;
      while (chars > maxHeldRecordChars) forgetOldest();
    },
    at,
    numbered: (place) => {
      const id = idAt(place);
      const record = at(place);
      return id === undefined || record === undefined ? undefined : { id, ...record };
    },
    idAt,
    placeOf: (id) => {
      let from = first;
      let to = next;
      while (from < to) {
        const middle = Math.floor((from + to) / 2);
        if ((numbers[(middle % maxHeldRecords) * columns] ?? 0) < id) from = middle + 1;
        else to = middle;
      }
      return from;
    },
  };
}
