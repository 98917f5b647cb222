import { limits } from '../../shared/limits.ts';

/** What the first bytes of a TLS client say. */
export type Hello =
  /** The host that it asks for by SNI; null where it names none. */
  | { readonly kind: 'hello'; readonly name: string | null }
  /** With fewer than `needs` bytes it is not worth looking again. */
  | { readonly kind: 'part'; readonly needs: number }
  /** No TLS. */
  | { readonly kind: 'other' };

/** Bytes before the payload of a record. */
const recordHead = 5;
const handshakeRecord = 22;
const clientHello = 1;
const serverName = 0;
const hostName = 0;
const other: Hello = { kind: 'other' };
const nameless: Hello = { kind: 'hello', name: null };

/** Reads past the end tell that bytes are missing. */
class Reader {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  number(length: 1 | 2 | 3): number {
    const value = this.left < length ? -1 : this.#bytes.readUIntBE(this.#at, length);
    this.#at += length;
    return value;
  }

  bytes(length: number): Buffer {
    const found = this.#bytes.subarray(this.#at, this.#at + Math.max(0, length));
    this.#at += found.length;
    return found;
  }
}

/** Reads the host of SNI from the beginning of a connection, RFC 8446 section 4.1.2 and RFC 6066 section 3. */
export function readHello(bytes: Buffer): Hello {
  const records = handshakeOf(bytes);
  if (records === null) return other;
  const { payload, end } = records;
  const part: Hello = { kind: 'part', needs: end };
  const reader = new Reader(payload);
  if (reader.left > 0 && reader.number(1) !== clientHello) return other;
  const length = reader.number(3);
  if (length === -1 || reader.left < length) return part;
  const hello = new Reader(reader.bytes(length));
  // Version and random; then what it has of sessions, ciphers and compressions.
  hello.bytes(2 + 32);
  for (const size of [1, 2, 1] as const) hello.bytes(hello.number(size));
  // A client without extensions is older than SNI: nothing is left then.
  const extensions = new Reader(hello.bytes(hello.number(2)));
  while (extensions.left >= 4) {
    const kind = extensions.number(2);
    const body = extensions.bytes(extensions.number(2));
    if (kind === serverName) return { kind: 'hello', name: firstName(body) };
  }
  return nameless;
}

/**
 * The payload of the handshake records at the beginning, as far as it is there, and where the next look may find more;
 * null when they are none. That is nowhere where the pieces are so many that no client cuts its hello so: each would have
 * all of it read again.
 */
function handshakeOf(bytes: Buffer): { readonly payload: Buffer; readonly end: number } | null {
  const parts: Buffer[] = [];
  let end = recordHead;
  const reader = new Reader(bytes);
  while (reader.left > 0) {
    if (reader.number(1) !== handshakeRecord) {
      if (parts.length === 0) return null;
      break;
    }
    reader.bytes(2);
    const length = reader.number(2);
    if (length === -1) break;
    // An empty one is forbidden (RFC 8446 section 5.1).
    if (length === 0) return null;
    if (parts.length === limits.maxHelloRecords) {
      end = Number.POSITIVE_INFINITY;
      break;
    }
    parts.push(reader.bytes(length));
    end += length;
    if (bytes.length >= end) end += recordHead;
  }
  return { payload: Buffer.concat(parts), end };
}

function firstName(list: Buffer): string | null {
  const reader = new Reader(list);
  reader.bytes(2);
  if (reader.number(1) !== hostName) return null;
  const length = reader.number(2);
  return length <= 0 || reader.left < length ? null : reader.bytes(length).toString('latin1');
}
