import type { HttpErrorCode } from '../errors.ts';
import { ownText } from '../ownText.ts';
import type { Attempt, ChosenBy, PassedOver, RequestRecord, RouteSource } from './record.ts';
import { isPlain } from './recordAttempts.ts';
import { type RecordCommon, RecordCommons } from './recordCommon.ts';

/**
 * Records on their way from a worker to the supervisor, as numbers: a row for each record, which points to what it has
 * in common with others, and to texts, so that what many records share travels and is kept once. As objects they would
 * cost both sides several times as much.
 */
export interface RecordBatch {
  /** Unix milliseconds that starts are counted from. */
  readonly base: number;
  readonly texts: readonly string[];
  /** Each in the order of `#common`. */
  readonly commons: readonly (readonly number[])[];
  /** `rowLength` numbers for each record in the order of `add`; durations in microseconds. */
  readonly rows: readonly number[];
  /** Attempts other than one that was answered: index, URL, duration and outcome of each. */
  readonly attempts: readonly (readonly number[])[];
}

/** Stands for null where a text may be null. */
const none = -1;
const rowLength = 14;
const microseconds = (ms: number): number => Math.round(ms * 1000);

/** Makes a batch of records, one by one. */
export class RecordWriter {
  count = 0;
  #base = 0;
  readonly #texts: string[] = [];
  readonly #commons: number[][] = [];
  readonly #rows: number[] = [];
  readonly #attempts: number[][] = [];
  readonly #places = new Map<string, number>();
  readonly #shared = new RecordCommons();
  readonly #commonPlaces = new Map<RecordCommon, number>();
  #common: RecordCommon | null = null;
  #commonPlace = 0;

  add(record: RequestRecord): void {
    if (this.count === 0) this.#base = record.startedAt;
    this.count++;
    const { attempts } = record;
    const [first] = attempts;
    const plain = isPlain(record) ? first : undefined;
    this.#rows.push(
      this.#placeOf(this.#shared.of(record)),
      record.startedAt - this.#base,
      this.#text(record.target),
      record.status,
      record.bytes,
      microseconds(record.totalMs),
      microseconds(record.backendMs),
      microseconds(record.queueMs),
      microseconds(record.connectMs),
      microseconds(record.firstByteMs),
      microseconds(record.bodyMs),
      this.#textOrNull(record.backend),
      plain === undefined ? -1 - this.#attempts.length : plain.index,
      plain === undefined ? 0 : microseconds(plain.ms),
    );
    if (plain === undefined) this.#attempts.push(this.#numbersOf(attempts));
  }

  #numbersOf(attempts: readonly Attempt[]): number[] {
    const numbers: number[] = [];
    for (const { index, url, ms, outcome } of attempts) {
      numbers.push(index, this.#text(url), microseconds(ms), this.#text(outcome));
    }
    return numbers;
  }

  #placeOf(common: RecordCommon): number {
    if (common === this.#common) return this.#commonPlace;
    let place = this.#commonPlaces.get(common);
    if (place === undefined) {
      place = this.#commons.length;
      this.#commons.push(this.#write(common));
      this.#commonPlaces.set(common, place);
    }
    this.#common = common;
    this.#commonPlace = place;
    return place;
  }

  #write(common: RecordCommon): number[] {
    const numbers = [
      this.#text(common.client),
      this.#text(common.protocol),
      this.#text(common.method),
      this.#text(common.httpVersion),
      this.#textOrNull(common.referer),
      this.#textOrNull(common.userAgent),
      this.#text(common.host),
      this.#textOrNull(common.frontend),
      this.#textOrNull(common.identifier),
      this.#textOrNull(common.error),
      this.#textOrNull(common.lookup),
      this.#textOrNull(common.policy),
      this.#textOrNull(common.hint),
      common.considered,
      common.drained,
    ];
    for (const { index, reason } of common.dead) numbers.push(index, this.#text(reason));
    return numbers;
  }

  #textOrNull(text: string | null): number {
    return text === null ? none : this.#text(text);
  }

  #text(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const place = this.#texts.length;
    const own = ownText(text);
    this.#texts.push(own);
    this.#places.set(own, place);
    return place;
  }

  /** What is sent. */
  batch(): RecordBatch {
    return {
      base: this.#base,
      texts: this.#texts,
      commons: this.#commons,
      rows: this.#rows,
      attempts: this.#attempts,
    };
  }
}

/** The records of a batch that this program's own worker made; what is missing reads as empty. */
export function readRecords({
  base,
  texts,
  commons,
  rows,
  attempts,
}: RecordBatch): RequestRecord[] {
  const shared = commons.map((numbers) => readCommon(numbers, texts));
  const records: RequestRecord[] = [];
  for (let at = 0; at + rowLength <= rows.length; at += rowLength) {
    const number = (column: number): number => rows[at + column] ?? 0;
    const milliseconds = (column: number): number => number(column) / 1000;
    const common = shared[number(0)] ?? nothingCommon;
    const backend = textOrNull(texts, number(11));
    const attempt = number(12);
    records.push({
      startedAt: base + number(1),
      client: common.client,
      protocol: common.protocol,
      method: common.method,
      target: texts[number(2)] ?? '',
      httpVersion: common.httpVersion,
      status: number(3),
      bytes: number(4),
      referer: common.referer,
      userAgent: common.userAgent,
      host: common.host,
      frontend: common.frontend,
      identifier: common.identifier,
      backend,
      totalMs: milliseconds(5),
      backendMs: milliseconds(6),
      queueMs: milliseconds(7),
      connectMs: milliseconds(8),
      firstByteMs: milliseconds(9),
      bodyMs: milliseconds(10),
      error: common.error,
      attempts:
        attempt >= 0
          ? [{ index: attempt, url: backend ?? '', ms: milliseconds(13), outcome: 'answered' }]
          : readAttempts(attempts[-1 - attempt] ?? [], texts),
      lookup: common.lookup,
      policy: common.policy,
      hint: common.hint,
      considered: common.considered,
      drained: common.drained,
      dead: common.dead,
    });
  }
  return records;
}

const textOrNull = (texts: readonly string[], place: number): string | null =>
  place === none ? null : (texts[place] ?? '');

function readCommon(numbers: readonly number[], texts: readonly string[]): RecordCommon {
  const text = (column: number): string => texts[numbers[column] ?? none] ?? '';
  const orNull = (column: number): string | null => textOrNull(texts, numbers[column] ?? none);
  const dead: PassedOver[] = [];
  for (let at = 15; at + 1 < numbers.length; at += 2) {
    dead.push({ index: numbers[at] ?? 0, reason: text(at + 1) });
  }
  return {
    client: text(0),
    protocol: text(1) as RequestRecord['protocol'],
    method: text(2),
    httpVersion: text(3),
    referer: orNull(4),
    userAgent: orNull(5),
    host: text(6),
    frontend: orNull(7),
    identifier: orNull(8),
    error: orNull(9) as HttpErrorCode | null,
    lookup: orNull(10) as RouteSource | null,
    policy: orNull(11) as ChosenBy | null,
    hint: orNull(12),
    considered: numbers[13] ?? 0,
    drained: numbers[14] ?? 0,
    dead,
  };
}

const nothingCommon = readCommon([], []);

function readAttempts(numbers: readonly number[], texts: readonly string[]): Attempt[] {
  const attempts: Attempt[] = [];
  for (let at = 0; at + 3 < numbers.length; at += 4) {
    attempts.push({
      index: numbers[at] ?? 0,
      url: texts[numbers[at + 1] ?? none] ?? '',
      ms: (numbers[at + 2] ?? 0) / 1000,
      outcome: (texts[numbers[at + 3] ?? none] ?? '') as Attempt['outcome'],
    });
  }
  return attempts;
}
