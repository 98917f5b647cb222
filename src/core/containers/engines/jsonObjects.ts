import { limits } from '../../../shared/limits.ts';

export interface JsonObjectsOptions {
  /** How deep the objects stand: 0 for one object, or many in a row; 1 for those of an array. */
  readonly depth: 0 | 1;
  /** Bytes of one text, of one member of an object, and of an object, that are kept. */
  readonly maxTextBytes: number;
  readonly maxMemberBytes: number;
  readonly maxObjectBytes: number;
  /** Gets each object as it ends; `isCut` when something of it was left out. */
  readonly onObject: (text: string, isCut: boolean) => void;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const letterU = 0x75;
const opens = new Set([0x7b, 0x5b]);
const closes = new Set([0x7d, 0x5d]);

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
    for (const byte of chunk) {
      if (this.#inText) this.#text(byte);
      else this.#structure(byte);
    }
  }

  #text(byte: number): void {
    if (this.#escape > 0) {
      this.#escape += byte === letterU && this.#escape === 1 ? 3 : -1;
      if (!this.#isTextCut) this.#keep(byte);
      return;
    }
    if (byte === quote) {
      this.#inText = false;
      this.#keep(byte);
      return;
    }
    this.#textBytes++;
    if (this.#textBytes > this.#options.maxTextBytes && this.#skipsAt === null) {
      this.#isTextCut = true;
      this.#isCut = true;
    }
    if (byte === backslash) this.#escape = 1;
    if (!this.#isTextCut) this.#keep(byte);
  }

  #structure(byte: number): void {
    const { depth } = this.#options;
    if (byte === quote) {
      this.#inText = true;
      this.#isTextCut = false;
      this.#textBytes = 0;
      this.#keep(byte);
    } else if (opens.has(byte)) {
      this.#depth++;
      if (this.#depth === depth + 1) this.#begin();
      this.#keep(byte);
    } else if (closes.has(byte)) {
      if (this.#skipsAt === this.#depth) this.#skipsAt = null;
      this.#keep(byte);
      this.#depth = Math.max(0, this.#depth - 1);
      if (this.#depth === depth) this.#end();
    } else if (byte === comma) {
      if (this.#depth === depth + 1) this.#memberStart = this.#size;
      else this.#considerSkipping();
      this.#keep(byte);
    } else {
      this.#keep(byte);
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

  #keep(byte: number): void {
    if (this.#skipsAt !== null || this.#depth <= this.#options.depth) return;
    if (this.#size === this.#kept.length) {
      // Members without end, or one that is no list: past all bounds it need not stay JSON.
      if (this.#size > 2 * this.#options.maxObjectBytes + this.#options.maxTextBytes) {
        this.#isCut = true;
        return;
      }
      const larger = Buffer.alloc(this.#kept.length * 2);
      this.#kept.copy(larger, 0, 0, this.#size);
      this.#kept = larger;
    }
    this.#kept[this.#size++] = byte;
  }
}
