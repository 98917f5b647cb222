import type { OnReadOpts, Socket } from 'node:net';

/** Bytes up to which what was read is copied, and not the memory given away that it was read into. */
const copiedBytes = 16 * 1024;

const nobody = (): boolean => false;

/** Bytes below which it costs next to nothing to copy them. */
const smallBytes = 4 * 1024;

/** Reads after which a connection gets memory of its own; those of small pieces that somebody gathers do not count. */
const readsInCommon = 4;

interface ReadMemoryOptions {
  /** Bytes that are read at a time. */
  readonly most: number;
  /** Bytes of them until a read has brought as many. */
  readonly first?: number;
  /** Where connections read that have not brought much: what comes there is copied. */
  readonly common?: Buffer;
}

/**
 * The memory that a connection is read into. It is used again and again, since to allocate for each read costs as much as
 * to parse it; whoever still needs what was read gets to keep it until `free`, and the next read goes elsewhere.
 */
export class ReadMemory {
  /** Hears what came. @returns whether bytes of it are needed any longer */
  hear: (chunk: Buffer) => boolean = nobody;
  readonly onread: OnReadOpts;
  readonly #most: number;
  readonly #common: Buffer | null;
  /** Bytes of memory of its own. */
  #size: number;
  /** Reads since it rested. */
  #reads = 0;
  /** Bytes that came last are needed any longer. */
  #held = false;
  #buffer: Buffer | null = null;
  /** What somebody keeps of what came last, and what nobody keeps any longer. */
  #kept: Buffer | null = null;
  #spare: Buffer | null = null;
  #stream: Socket | null = null;

  constructor({ most, first = most, common }: ReadMemoryOptions) {
    this.#most = most;
    this.#size = first;
    this.#common = common ?? null;
    this.onread = {
      buffer: () => this.#next(),
      callback: (bytes, buffer) => this.#take(bytes, buffer),
    };
  }

  #next(): Buffer {
    if (this.#common !== null && this.#reads < readsInCommon) {
      this.#buffer = null;
      return this.#common;
    }
    if (this.#buffer === null) {
      this.#buffer = this.#spare ?? Buffer.allocUnsafeSlow(this.#size);
      this.#spare = null;
    }
    return this.#buffer;
  }

  #take(bytes: number, buffer: Uint8Array): boolean {
    const came = Buffer.from(buffer.buffer, buffer.byteOffset, bytes);
    if (buffer === this.#common) {
      if (bytes === buffer.length) this.#reads = readsInCommon;
      const chunk = Buffer.from(came);
      if (this.#stream !== null) return this.#stream.push(chunk);
      if (!this.hear(chunk) || bytes >= smallBytes) this.#reads++;
      return true;
    }
    if (bytes === this.#size && this.#size < this.#most) {
      this.#size = this.#most;
      this.#buffer = null;
      this.#spare = null;
    }
    if (this.#stream !== null) return this.#stream.push(this.#own(came));
    // Who gathers what comes in small pieces would else hold memory of a whole read for each of them.
    const isCopied = this.#held && bytes <= copiedBytes;
    this.#held = this.hear(isCopied ? Buffer.from(came) : came);
    if (this.#held && !isCopied) {
      this.#kept = buffer.length === this.#size ? this.#buffer : null;
      this.#buffer = null;
    }
    return true;
  }

  /** What comes from now on is `data` of this socket, whose memory this is. */
  streamTo(socket: Socket): void {
    this.#stream = socket;
  }

  /** Nobody needs any longer what was kept so far. */
  free(): void {
    if (this.#kept !== null) this.#spare = this.#kept;
    this.#kept = null;
    this.#held = false;
  }

  /** Nothing is expected for a while: keeps no more than it needs to wait. */
  rest(): void {
    this.#kept = null;
    this.#spare = null;
    this.#reads = 0;
  }

  #own(chunk: Buffer): Buffer {
    if (chunk.length <= copiedBytes) return Buffer.from(chunk);
    this.#buffer = null;
    return chunk;
  }
}
