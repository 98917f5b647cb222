import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Bytes up to which a head and what follows it are copied into one piece: cheaper than a write of several. */
const copiedBytes = 16 * 1024;
const copiedParts = 8;
/** Bytes of the memory that pieces are put together in: one that is copied, with its head. */
const memoryBytes = 32 * 1024;
const nothing = Buffer.alloc(0);

/** What of a message goes out at once. */
export interface Piece {
  /** Its head, with the empty line; empty behind the head. Latin1. */
  readonly head: string;
  /** Parts of its body. They are not written to any more by anybody. */
  readonly parts: readonly Buffer[];
  readonly chunked: boolean;
  /** Pairs that follow the last chunk, or null where this is not the end. */
  readonly trailers: readonly (readonly [string, string])[] | null;
}

export const noTrailers: readonly (readonly [string, string])[] = [];
export const noParts: readonly Buffer[] = [];

/**
 * Writes pieces of messages. What consists of several parts is put together in memory that is used again once the system
 * has all of it; where it does not take all at once, that memory is given away.
 */
export class PieceWriter {
  #memory: Buffer = nothing;

  /** @returns false when no more is to be written until `drain` */
  write(socket: Socket, { head, parts, chunked, trailers }: Piece): boolean {
    let bytes = 0;
    for (const part of parts) bytes += part.length;
    let before = head;
    let after = '';
    if (chunked) {
      if (bytes > 0) {
        before += `${bytes.toString(16)}\r\n`;
        after = '\r\n';
      }
      if (trailers !== null) {
        after += '0\r\n';
        for (const [name, value] of trailers) after += `${name}: ${value}\r\n`;
        after += '\r\n';
      }
    }
    if (bytes === 0) {
      const text = before + after;
      return text === '' ? !socket.writableNeedDrain : socket.write(text, 'latin1');
    }
    const [only] = parts;
    if (parts.length === 1 && only !== undefined && before === '' && after === '') {
      return socket.write(only);
    }
    if (bytes <= copiedBytes || parts.length > copiedParts) {
      return this.#writeJoined(socket, before, parts, after, before.length + bytes + after.length);
    }
    socket.cork();
    if (before !== '') socket.write(before, 'latin1');
    for (const part of parts) socket.write(part);
    if (after !== '') socket.write(after, 'latin1');
    socket.uncork();
    return !socket.writableNeedDrain;
  }

  #writeJoined(
    socket: Socket,
    before: string,
    parts: readonly Buffer[],
    after: string,
    bytes: number,
  ): boolean {
    // What is encrypted is never taken at once.
    const isAgain = bytes <= memoryBytes && !(socket instanceof TLSSocket);
    if (isAgain && this.#memory === nothing) this.#memory = Buffer.allocUnsafeSlow(memoryBytes);
    const whole = isAgain ? this.#memory : Buffer.allocUnsafe(bytes);
    let at = whole.write(before, 0, 'latin1');
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    whole.write(after, at, 'latin1');
    const more = socket.write(isAgain ? whole.subarray(0, bytes) : whole);
    if (isAgain && socket.writableLength > 0) this.#memory = nothing;
    return more;
  }
}

/** The parts of a chunk that a parser found to be body. @param spans from, to, from, to */
export function partsOf(chunk: Buffer, spans: readonly number[]): readonly Buffer[] {
  if (spans.length === 0) return noParts;
  const parts: Buffer[] = [];
  for (let i = 0; i + 1 < spans.length; i += 2) parts.push(chunk.subarray(spans[i], spans[i + 1]));
  return parts;
}
