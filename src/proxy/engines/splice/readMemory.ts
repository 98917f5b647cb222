import type { OnReadOpts, Socket } from 'node:net';

/** Bytes up to which what was read is copied, and not the memory given away that it was read into. */
const copiedBytes = 16 * 1024;

const nobody = (): boolean => false;

/**
 * The memory that a connection is read into. It is used again and again, since to allocate for each read costs as much as
 * to parse it; whoever still needs what was read gets to keep it until `free`, and the next read goes elsewhere.
 */
export class ReadMemory {
  /** Hears what came. @returns whether bytes of it are needed any longer */
  hear: (chunk: Buffer) => boolean = nobody;
  readonly onread: OnReadOpts;
  #buffer: Buffer | null = null;
  /** What somebody keeps of what came last, and what nobody keeps any longer. */
  #kept: Buffer | null = null;
  #spare: Buffer | null = null;
  #stream: Socket | null = null;

  /**
   * @param most bytes that are read at a time
   * @param first bytes of them until a read has brought as many
   */
  constructor(most: number, first = most) {
    let size = first;
    this.onread = {
      buffer: () => {
        if (this.#buffer === null) {
          this.#buffer = this.#spare ?? Buffer.allocUnsafeSlow(size);
          this.#spare = null;
        }
        return this.#buffer;
      },
      callback: (bytes, buffer) => {
        const chunk = Buffer.from(buffer.buffer, buffer.byteOffset, bytes);
        if (bytes === size && size < most) {
          size = most;
          this.#buffer = null;
          this.#spare = null;
        }
        if (this.#stream !== null) return this.#stream.push(this.#own(chunk));
        if (this.hear(chunk)) {
          this.#kept = buffer.length === size ? this.#buffer : null;
          this.#buffer = null;
        }
        return true;
      },
    };
  }

  /** What comes from now on is `data` of this socket, whose memory this is. */
  streamTo(socket: Socket): void {
    this.#stream = socket;
  }

  /** Nobody needs any longer what was kept so far. */
  free(): void {
    if (this.#kept !== null) this.#spare = this.#kept;
    this.#kept = null;
  }

  /** Keeps no more than it needs to wait for what comes next. */
  rest(): void {
    this.#spare = null;
  }

  #own(chunk: Buffer): Buffer {
    if (chunk.length <= copiedBytes) return Buffer.from(chunk);
    this.#buffer = null;
    return chunk;
  }
}
