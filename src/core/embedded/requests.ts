import { limits } from '../../shared/limits.ts';

/** The bytes are not a request. `offset` counts from the first byte ever given; the message is Redis' own. */
export class ProtocolError extends Error {
  readonly offset: number;
  override readonly name = 'ProtocolError';

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const cr = 0x0d;
const lf = 0x0a;
const asterisk = 0x2a;
const dollar = 0x24;
const hash = 0x23;
const none = Buffer.alloc(0);

/**
 * Reads requests out of a stream of bytes, however it is cut.
 *
 * The dialect `wire` takes RESP2 arrays of bulk strings and inline commands (a line of words, as telnet sends); `file`
 * takes what stands in an append-only file: arrays, and `#` lines, which are skipped.
 */
export class Requests {
  readonly #dialect: 'wire' | 'file';
  /** Bytes given and not yet read: `#buffer` from `#at` on, then `#waiting`. */
  #buffer: Buffer = none;
  #at = 0;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Bytes that must be there before reading on can succeed. */
  #needed = 1;
  /** How far the present line was searched for its end. */
  #searched = 0;
  /** Offset of `#buffer`'s first byte. */
  #base = 0;
  #words: string[] = [];
  #missingWords = 0;
  #bulkBytes = -1;
  #requestBytes = 0;
  #end = 0;

  constructor(dialect: 'wire' | 'file') {
    this.#dialect = dialect;
  }

  /** Offset behind the last request that `next` returned, or line it skipped. */
  get end(): number {
    return this.#end;
  }

  /** Bytes given and not yet read. */
  get unread(): number {
    return this.#buffer.length - this.#at + this.#waitingBytes;
  }

  /** Bytes kept: those not yet read, and the words of a request that is not whole. */
  get held(): number {
    return this.unread + this.#requestBytes;
  }

  push(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
  }

  /**
   * The next whole request, or null when bytes are missing.
   *
   * @throws ProtocolError; nothing can be read after it
   */
  next(): string[] | null {
    for (;;) {
      if (!this.#have(this.#needed)) return null;
      const words = this.#missingWords > 0 ? this.#readWord() : this.#readStart();
      if (words === 'incomplete') return null;
      if (words === 'read on') continue;
      return words;
    }
  }

  /** Whether so many unread bytes are in `#buffer`; gathers the waiting ones only then, so that each is copied once. */
  #have(bytes: number): boolean {
    const inBuffer = this.#buffer.length - this.#at;
    if (inBuffer >= bytes) return true;
    if (inBuffer + this.#waitingBytes < bytes) return false;
    const rest = this.#buffer.subarray(this.#at);
    this.#base += this.#at;
    this.#at = 0;
    this.#buffer =
      rest.length === 0 && this.#waiting.length === 1
        ? (this.#waiting[0] ?? none)
        : Buffer.concat([rest, ...this.#waiting]);
    this.#waiting = [];
    this.#waitingBytes = 0;
    return true;
  }

  #fail(message: string, at = this.#at): ProtocolError {
    return new ProtocolError(`Protocol error: ${message}`, this.#base + at);
  }

  /** End of the line at `#at` (index of its LF), or -1 when it is not there yet. */
  #lineEnd(tooLong: string): number {
    const end = this.#buffer.indexOf(lf, this.#at + this.#searched);
    if (end !== -1) {
      this.#searched = 0;
      this.#needed = 1;
      return end;
    }
    this.#searched = this.#buffer.length - this.#at;
    this.#needed = this.#searched + 1;
    if (this.#searched > limits.maxRespLineBytes) throw this.#fail(tooLong);
    return -1;
  }

  /** The number of a `*` or `$` line whose LF is at `end`. */
  #lineNumber(end: number, problem: string): number {
    let number = 0;
    let i = this.#at + 1;
    const negative = this.#buffer[i] === 0x2d;
    if (negative) i++;
    const first = i;
    for (; i < end - 1; i++) {
      const digit = (this.#buffer[i] ?? 0) - 0x30;
      if (digit < 0 || digit > 9 || i - first > 15) throw this.#fail(problem, i);
      number = number * 10 + digit;
    }
    if (i === first || this.#buffer[i] !== cr) throw this.#fail(problem, i);
    return negative ? -number : number;
  }

  #take(end: number): void {
    this.#requestBytes += end - this.#at;
    this.#at = end;
  }

  #finish(words: string[]): string[] {
    this.#words = [];
    this.#requestBytes = 0;
    this.#end = this.#base + this.#at;
    return words;
  }

  #readStart(): string[] | 'incomplete' | 'read on' {
    const first = this.#buffer[this.#at];
    if (first === asterisk) return this.#readArray();
    if (this.#dialect === 'wire') return this.#readInline();
    if (first !== hash) throw this.#fail('expected an array');
    const end = this.#lineEnd('too big inline request');
    if (end === -1) return 'incomplete';
    this.#at = end + 1;
    this.#finish([]);
    return 'read on';
  }

  #readArray(): 'incomplete' | 'read on' {
    const end = this.#lineEnd('too big mbulk count string');
    if (end === -1) return 'incomplete';
    const count = this.#lineNumber(end, 'invalid multibulk length');
    if (count > limits.maxRespWords || (count < 1 && this.#dialect === 'file')) {
      throw this.#fail('invalid multibulk length');
    }
    this.#take(end + 1);
    if (count < 1) this.#finish([]);
    else this.#missingWords = count;
    return 'read on';
  }

  #readWord(): string[] | 'incomplete' | 'read on' {
    if (this.#bulkBytes === -1) {
      const first = this.#buffer[this.#at];
      if (first !== dollar) {
        throw this.#fail(`expected '$', got '${String.fromCharCode(first ?? 0)}'`);
      }
      const end = this.#lineEnd('too big bulk count string');
      if (end === -1) return 'incomplete';
      const bytes = this.#lineNumber(end, 'invalid bulk length');
      if (bytes < 0 || this.#requestBytes + bytes > limits.maxRespRequestBytes) {
        throw this.#fail('invalid bulk length');
      }
      this.#take(end + 1);
      this.#bulkBytes = bytes;
      this.#needed = bytes + 2;
      return 'read on';
    }
    const end = this.#at + this.#bulkBytes;
    for (const [at, byte] of [
      [end, cr],
      [end + 1, lf],
    ] as const) {
      if (this.#buffer[at] !== byte) throw this.#fail('invalid bulk length', at);
    }
    this.#words.push(this.#buffer.toString('latin1', this.#at, end));
    this.#take(end + 2);
    this.#bulkBytes = -1;
    this.#needed = 1;
    this.#missingWords--;
    return this.#missingWords === 0 ? this.#finish(this.#words) : 'read on';
  }

  #readInline(): string[] | 'incomplete' | 'read on' {
    const end = this.#lineEnd('too big inline request');
    if (end === -1) return 'incomplete';
    const stop = end > this.#at && this.#buffer[end - 1] === cr ? end - 1 : end;
    const words = splitWords(this.#buffer.toString('latin1', this.#at, stop));
    if (words === null) throw this.#fail('unbalanced quotes in request');
    this.#at = end + 1;
    this.#finish([]);
    return words.length === 0 ? 'read on' : words;
  }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  a: '\x07',
};

/** Splits an inline command as Redis' `sdssplitargs` does: spaces, "…" with escapes, '…'. Null: unbalanced quotes. */
export function splitWords(line: string): string[] | null {
  const words: string[] = [];
  const space = /[\s\0]/;
  let i = 0;
  for (;;) {
    while (i < line.length && space.test(line.charAt(i))) i++;
    if (i >= line.length) return words;
    let word = '';
    while (i < line.length && !space.test(line.charAt(i))) {
      const quote = line.charAt(i);
      if (quote !== '"' && quote !== "'") {
        word += quote;
        i++;
        continue;
      }
      i++;
      for (;;) {
        if (i >= line.length) return null;
        const char = line.charAt(i);
        const following = line.charAt(i + 1);
        if (char === quote) {
          i++;
          if (i < line.length && !space.test(line.charAt(i))) return null;
          break;
        }
        if (quote === '"' && char === '\\' && /^\\x[0-9a-f]{2}/i.test(line.slice(i, i + 4))) {
          word += String.fromCharCode(Number.parseInt(line.slice(i + 2, i + 4), 16));
          i += 4;
        } else if (quote === '"' && char === '\\' && following !== '') {
          word += escapes[following] ?? following;
          i += 2;
        } else if (quote === "'" && char === '\\' && following === "'") {
          word += "'";
          i += 2;
        } else {
          word += char;
          i++;
        }
      }
    }
    words.push(word);
  }
}
