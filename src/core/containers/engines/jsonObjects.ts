import { limits } from '../../../shared/limits.ts';

export interface JsonObjectsOptions {
  /** How deep the objects stand: 0 for one object, or many in a row; 1 for those of an array. */
  readonly depth: 0 | 1;
  /** Bytes of one text, of one member of an object, and of an object, that are kept. */
  readonly maxTextBytes: number;
  readonly maxMemberBytes: number;
  readonly maxObjectBytes: number;
  /** Gets each object as it ends; `isCut` when some of its members or items were left out. */
  readonly onObject: (text: string, isCut: boolean) => void;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const letterU = 0x75;
const isOpening = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number): boolean => byte === 0x7d || byte === 0x5d;

/**
 * Takes JSON apart into its objects, as it arrives, and cuts what is too large: a long text is shortened, and of a large
 * member the rest is left out, in a way that stays JSON. So nobody's text costs another one's object, or the memory.
 * What is no JSON comes out as it is, for whoever parses it to refuse.
 */
export class JsonObjects {
  readonly #options: JsonObjectsOptions;
  #kept: Buffer = Buffer.alloc(4096);
  #size = 0;
  #depth = 0;
  #isCut = false;
  #inText = false;
  #textBytes = 0;
  /** Bytes of an escape sequence that are to come. */
  #escape = 0;
  #isTextCut = false;
  /** Where in `#kept` the present member of the object began. */
  #memberStart = 0;
  /** The depth at which the rest is left out; null while nothing is. */
  #skipsAt: number | null = null;

  constructor(options: JsonObjectsOptions) {
    this.#options = options;
  }

  /** Whether an object has begun and not ended. */
  get isOpen(): boolean {
    return this.#depth > 0;
  }

  write(chunk: Buffer): void {
    const { length } = chunk;
    for (let at = 0; at < length; ) {
      const byte = chunk[at] ?? 0;
      if (!this.#inText) {
        this.#structure(byte);
        at++;
      } else if (this.#escape > 0 || byte === quote || byte === backslash) {
        this.#text(byte);
        at++;
      } else {
        const from = at;
        while (at < length && chunk[at] !== quote && chunk[at] !== backslash) at++;
        this.#plain(chunk, from, at);
      }
    }
  }

  /** Characters of a text that mean themselves. */
  #plain(chunk: Buffer, from: number, to: number): void {
    const room = this.#options.maxTextBytes - this.#textBytes;
    this.#textBytes += to - from;
    if (this.#isTextCut) return;
    if (to - from > room) this.#isTextCut = true;
    this.#keep(chunk, from, Math.min(to, from + room));
  }

  #text(byte: number): void {
    if (this.#escape > 0) {
      this.#escape += byte === letterU && this.#escape === 1 ? 3 : -1;
      if (!this.#isTextCut) this.#keepByte(byte);
      return;
    }
    if (byte === quote) {
      this.#inText = false;
      this.#keepByte(byte);
      return;
    }
    this.#textBytes++;
    if (this.#textBytes > this.#options.maxTextBytes) this.#isTextCut = true;
    this.#escape = 1;
    if (!this.#isTextCut) this.#keepByte(byte);
  }

  #structure(byte: number): void {
    const { depth } = this.#options;
    if (byte === quote) {
      this.#inText = true;
      this.#isTextCut = false;
      this.#textBytes = 0;
      this.#keepByte(byte);
    } else if (isOpening(byte)) {
      this.#depth++;
      if (this.#depth === depth + 1) this.#begin();
      this.#keepByte(byte);
    } else if (isClosing(byte)) {
      if (this.#skipsAt === this.#depth) this.#skipsAt = null;
      this.#keepByte(byte);
      this.#depth = Math.max(0, this.#depth - 1);
      if (this.#depth === depth) this.#end();
    } else if (byte === comma) {
      if (this.#depth === depth + 1) this.#memberStart = this.#size;
      else this.#considerSkipping();
      this.#keepByte(byte);
    } else {
      this.#keepByte(byte);
    }
  }

  /** Between two items of something inside a member: the only place where the rest can be left out. */
  #considerSkipping(): void {
    const { maxMemberBytes, maxObjectBytes, depth } = this.#options;
    if (this.#skipsAt !== null || this.#depth <= depth + 1) return;
    const isLarge = this.#size - this.#memberStart > maxMemberBytes;
    if (!isLarge && this.#size <= maxObjectBytes) return;
    this.#skipsAt = this.#depth;
    this.#isCut = true;
  }

  #begin(): void {
    this.#size = 0;
    this.#memberStart = 0;
    this.#isCut = false;
    this.#skipsAt = null;
  }

  #end(): void {
    if (this.#size === 0) return;
    const text = this.#kept.toString('utf8', 0, this.#size);
    this.#size = 0;
    // What was large once need not be kept for what is small.
    if (this.#kept.length > limits.maxEngineTextBytes) this.#kept = Buffer.alloc(4096);
    this.#options.onObject(text, this.#isCut);
  }

  #keepByte(byte: number): void {
    if (this.#isLeftOut || !this.#makeRoom(1)) return;
    this.#kept[this.#size++] = byte;
  }

  #keep(chunk: Buffer, from: number, to: number): void {
    if (this.#isLeftOut || !this.#makeRoom(to - from)) return;
    this.#size += chunk.copy(this.#kept, this.#size, from, to);
  }

  get #isLeftOut(): boolean {
    return this.#skipsAt !== null || this.#depth <= this.#options.depth;
  }

  #makeRoom(bytes: number): boolean {
    const { maxObjectBytes, maxTextBytes } = this.#options;
    const needed = this.#size + bytes;
    if (needed <= this.#kept.length) return true;
    // Members without end, or one that is no list: past all bounds it need not stay JSON.
    if (needed > 2 * maxObjectBytes + maxTextBytes) {
      this.#isCut = true;
      return false;
    }
    const larger = Buffer.alloc(Math.max(this.#kept.length * 2, needed));
    this.#kept.copy(larger, 0, 0, this.#size);
    this.#kept = larger;
    return true;
  }
}
