import { limits } from '../../../../shared/limits.ts';

/** Bytes that a head may take at most; how many fields and how long a target is judged when it is whole. */
const most = limits.maxHeadBytes + limits.maxTargetBytes;

/** Collects a head that comes in parts. */
export class HeadParts {
  #parts: Buffer[] = [];
  #bytes = 0;

  /** A part of a head is here. */
  get begun(): boolean {
    return this.#bytes > 0;
  }

  /** It is longer than any that is taken. */
  get tooLong(): boolean {
    return this.#bytes > most;
  }

  /** Nothing of it but its first line has come. */
  get isFirstLine(): boolean {
    return !this.#parts.some((part) => part.includes(0x0a));
  }

  add(part: Buffer): void {
    this.#parts.push(part);
    this.#bytes += part.length;
  }

  /** Takes it out whole, with what came of it in `chunk`; null when it is longer than any that is taken. */
  take(chunk: Buffer, from: number, end: number): string | null {
    if (this.#bytes + end - from > most) {
      this.clear();
      return null;
    }
    if (this.#bytes === 0) return chunk.toString('latin1', from, end);
    const text = Buffer.concat([...this.#parts, chunk.subarray(from, end)]).toString('latin1');
    this.clear();
    return text;
  }

  clear(): void {
    this.#parts = [];
    this.#bytes = 0;
  }
}
