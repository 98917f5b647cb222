import type { HttpErrorCode } from '../errors.ts';
import type { Attempt, ChosenBy, PassedOver, RequestRecord, RouteSource } from './record.ts';

/**
 * Records on their way from a worker to the supervisor: numbers beside the texts they point to, so that a text that
 * many records share travels and is kept once. As objects they would cost both sides three times as much.
 */
export interface RecordBatch {
  readonly count: number;
  /** Unix milliseconds that starts are counted from. */
  readonly base: number;
  readonly texts: readonly string[];
  /** One record after another, in the order of `RecordWriter.add`; durations in microseconds. */
  readonly numbers: readonly number[];
}

/** Stands for null where a text may be null. */
const none = -1;
const microseconds = (ms: number): number => Math.round(ms * 1000);

/** Makes a batch of records, one by one. */
export class RecordWriter implements RecordBatch {
  count = 0;
  base = 0;
  readonly texts: string[] = [];
  readonly numbers: number[] = [];
  readonly #places = new Map<string, number>();

  add(record: RequestRecord): void {
    if (this.count === 0) this.base = record.startedAt;
    this.count++;
    const { attempts, dead } = record;
    this.numbers.push(
      record.startedAt - this.base,
      this.#text(record.client),
      this.#text(record.protocol),
      this.#text(record.method),
      this.#text(record.target),
      this.#text(record.httpVersion),
      record.status,
      record.bytes,
      this.#textOrNull(record.referer),
      this.#textOrNull(record.userAgent),
      this.#text(record.host),
      this.#textOrNull(record.frontend),
      this.#textOrNull(record.identifier),
      this.#textOrNull(record.backend),
      microseconds(record.totalMs),
      microseconds(record.backendMs),
      microseconds(record.queueMs),
      microseconds(record.connectMs),
      microseconds(record.firstByteMs),
      microseconds(record.bodyMs),
      this.#textOrNull(record.error),
      this.#textOrNull(record.lookup),
      this.#textOrNull(record.policy),
      this.#textOrNull(record.hint),
      record.considered,
      record.drained,
      attempts.length,
      dead.length,
    );
    for (const { index, url, ms, outcome } of attempts) {
      this.numbers.push(index, this.#text(url), microseconds(ms), this.#text(outcome));
    }
    for (const { index, reason } of dead) this.numbers.push(index, this.#text(reason));
  }

  #textOrNull(text: string | null): number {
    return text === null ? none : this.#text(text);
  }

  #text(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const place = this.texts.length;
    this.texts.push(text);
    this.#places.set(text, place);
    return place;
  }

  /** What is sent. */
  batch(): RecordBatch {
    const { count, base, texts, numbers } = this;
    return { count, base, texts, numbers };
  }
}

/** The records of a batch that this program's own worker made; what is missing reads as empty. */
export function readRecords({ count, base, texts, numbers }: RecordBatch): RequestRecord[] {
  const records: RequestRecord[] = [];
  let at = 0;
  const number = (): number => numbers[at++] ?? 0;
  const milliseconds = (): number => number() / 1000;
  const text = (): string => texts[number()] ?? '';
  const textOrNull = (): string | null => {
    const place = number();
    return place === none ? null : (texts[place] ?? '');
  };
  for (let i = 0; i < count; i++) {
    const startedAt = base + number();
    const client = text();
    const protocol = text() as RequestRecord['protocol'];
    const method = text();
    const target = text();
    const httpVersion = text();
    const status = number();
    const bytes = number();
    const referer = textOrNull();
    const userAgent = textOrNull();
    const host = text();
    const frontend = textOrNull();
    const identifier = textOrNull();
    const backend = textOrNull();
    const totalMs = milliseconds();
    const backendMs = milliseconds();
    const queueMs = milliseconds();
    const connectMs = milliseconds();
    const firstByteMs = milliseconds();
    const bodyMs = milliseconds();
    const error = textOrNull() as HttpErrorCode | null;
    const lookup = textOrNull() as RouteSource | null;
    const policy = textOrNull() as ChosenBy | null;
    const hint = textOrNull();
    const considered = number();
    const drained = number();
    const tries = number();
    const passed = number();
    const attempts: Attempt[] = [];
    for (let n = 0; n < tries; n++) {
      const index = number();
      const url = text();
      const ms = milliseconds();
      attempts.push({ index, url, ms, outcome: text() as Attempt['outcome'] });
    }
    const dead: PassedOver[] = passed === 0 ? noneDead : [];
    for (let n = 0; n < passed; n++) {
      const index = number();
      dead.push({ index, reason: text() });
    }
    records.push({
      startedAt,
      client,
      protocol,
      method,
      target,
      httpVersion,
      status,
      bytes,
      referer,
      userAgent,
      host,
      frontend,
      identifier,
      backend,
      totalMs,
      backendMs,
      queueMs,
      connectMs,
      firstByteMs,
      bodyMs,
      error,
      attempts,
      lookup,
      policy,
      hint,
      considered,
      drained,
      dead,
    });
  }
  return records;
}

const noneDead: PassedOver[] = [];
