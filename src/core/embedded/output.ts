import type { Socket } from 'node:net';
import { Fifo } from './fifo.ts';

/** The place of one answer among those of a client. */
export interface Slot {
  fill(bytes: string): void;
}

export interface OutputLimits {
  /** Bytes a client may leave unread before it is cut off: reached by what is pushed to it only. */
  readonly maxBytes: number;
  /** Bytes, and answers that are not ready, above which no more commands should be executed for it. */
  readonly pauseBytes: number;
  readonly pauseAnswers: number;
}

/** Answers to one client, in the order of its commands, whatever order they become ready in. */
export class Output {
  readonly #socket: Socket;
  readonly #limits: OutputLimits;
  /** Answers that are not due yet; null is one that is not ready. */
  readonly #slots = new Fifo<{ bytes: string | null }>();
  readonly #onProgress: () => void;
  #parts: string[] = [];
  #partBytes = 0;
  #heldBytes = 0;
  #flushing = false;

  /** @param onProgress called when answers have become due */
  constructor(socket: Socket, limits: OutputLimits, onProgress: () => void) {
    this.#socket = socket;
    this.#limits = limits;
    this.#onProgress = onProgress;
  }

  /** Answers wait for something. */
  get isWaiting(): boolean {
    return this.#slots.length > 0;
  }

  get isFull(): boolean {
    return (
      this.#backlog > this.#limits.pauseBytes || this.#slots.length > this.#limits.pauseAnswers
    );
  }

  reserve(): Slot {
    const slot: { bytes: string | null } = { bytes: null };
    this.#slots.push(slot);
    return {
      fill: (bytes) => {
        slot.bytes = bytes;
        this.#heldBytes += bytes.length;
        this.#advance();
      },
    };
  }

  /** Adds something that no command asked for, behind every answer reserved so far. */
  push(bytes: string): void {
    this.reserve().fill(bytes);
    if (this.#backlog > this.#limits.maxBytes) this.#socket.destroy();
  }

  /** Hands over what is due. */
  flush(): void {
    this.#flushing = false;
    if (this.#parts.length === 0) return;
    const bytes = this.#parts.join('');
    this.#parts = [];
    this.#partBytes = 0;
    if (this.#socket.writable) this.#socket.write(bytes, 'latin1');
  }

  get #backlog(): number {
    return this.#socket.writableLength + this.#partBytes + this.#heldBytes;
  }

  #advance(): void {
    let advanced = false;
    for (;;) {
      const bytes = this.#slots.first?.bytes;
      if (bytes === null || bytes === undefined) break;
      this.#slots.shift();
      this.#parts.push(bytes);
      this.#partBytes += bytes.length;
      this.#heldBytes -= bytes.length;
      advanced = true;
    }
    if (!advanced || this.#flushing) return;
    this.#flushing = true;
    // What becomes due together goes out in one write.
    process.nextTick(() => {
      this.flush();
      this.#onProgress();
    });
  }
}
