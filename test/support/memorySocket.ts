import { syncBuiltinESMExports } from 'node:module';
import net, { type OnReadOpts, type Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** What the other end of a connection hears. */
export interface FarEnd {
  heard(bytes: Buffer): void;
  /** No more will be heard. */
  ended(): void;
}

/** A connection without a system behind it, as engines use sockets: what is written is heard at once. */
export class MemorySocket extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  bytesRead = 0;
  bytesWritten = 0;
  readonly #far: FarEnd;
  readonly #onread: OnReadOpts | null;
  /** What came while nobody wanted to read into memory of his own; null for the end. */
  readonly #waiting: (Buffer | null)[] = [];

  /** @param onread takes what comes in place of `data` events */
  constructor(far: FarEnd, onread: OnReadOpts | null = null) {
    super({ allowHalfOpen: false });
    this.#far = far;
    this.#onread = onread;
  }

  /** Bytes come from the other end; null for the end. */
  receive(bytes: Buffer | null): void {
    if (this.destroyed || this.readableEnded) return;
    if (this.#onread === null) {
      this.bytesRead += bytes?.length ?? 0;
      this.push(bytes);
    } else if (this.isPaused()) {
      this.#waiting.push(bytes);
    } else {
      this.#read(bytes, this.#onread);
    }
  }

  #read(bytes: Buffer | null, { buffer, callback }: OnReadOpts): void {
    if (bytes === null) {
      this.push(null);
      this.read(0);
      return;
    }
    for (let at = 0; at < bytes.length && !this.destroyed; ) {
      const memory = typeof buffer === 'function' ? buffer() : buffer;
      const end = Math.min(bytes.length, at + memory.length);
      memory.set(bytes.subarray(at, end));
      this.bytesRead += end - at;
      callback(end - at, memory);
      at = end;
    }
  }

  override resume(): this {
    super.resume();
    const onread = this.#onread;
    if (onread === null) return this;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#read(next, onread);
      if (this.isPaused()) break;
    }
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: unknown, done: () => void): void {
    this.bytesWritten += chunk.length;
    // What was handed over may be used again by whoever wrote it, once this is done.
    this.#far.heard(Buffer.from(chunk));
    done();
  }

  override _final(done: () => void): void {
    this.#far.ended();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#far.ended();
    done(error);
  }

  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  resetAndDestroy(): this {
    return this.destroy();
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** As what it stands for. */
  get asSocket(): Socket {
    return this as unknown as Socket;
  }
}

/** Never an address of a machine (RFC 5737). */
export const memoryAddress = '192.0.2.1';

/**
 * Connections to `memoryAddress` are given to `accept`, by their port.
 *
 * @returns ends that
 */
export function interceptConnections(
  accept: (port: number, onread: OnReadOpts | null) => MemorySocket,
): () => void {
  const real = net.connect;
  net.connect = ((...args: Parameters<typeof net.connect>) => {
    const [options] = args as unknown as [net.TcpNetConnectOpts];
    if (options.host !== memoryAddress) return real(...args);
    const socket = accept(options.port, options.onread ?? null);
    setImmediate(() => {
      if (!socket.destroyed) socket.emit('connect');
    });
    return socket.asSocket;
  }) as typeof net.connect;
  syncBuiltinESMExports();
  return () => {
    net.connect = real;
    syncBuiltinESMExports();
  };
}
