import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { limits } from '../../../shared/limits.ts';

/**
 * A stream and a connection that became one stream each way (RFC 8441). Each way ends by itself: what was sent before the
 * end still arrives, and the other way stays open.
 */
export class StreamTunnel {
  readonly #client: ServerHttp2Stream;
  readonly #backend: Socket;
  /** Bytes of both ways. */
  bytes = 0;
  /** Those of them that went to the client. */
  sentBytes = 0;
  #activity = 0;
  #activeAt: number;

  /** @param now monotonic milliseconds */
  constructor(client: ServerHttp2Stream, backend: Socket, now: number) {
    this.#client = client;
    this.#backend = backend;
    this.#activeAt = now;
    backend.allowHalfOpen = true;
    client.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      if (backend.writable && !backend.write(chunk)) client.pause();
    });
    client.on('drain', () => backend.resume());
    client.on('end', () => backend.end());
    client.on('close', () => this.#clientGone());
    backend.on('data', (chunk: Buffer) => this.toClient(chunk));
    backend.on('drain', () => client.resume());
    backend.on('end', () => client.end());
    backend.on('error', () => {});
    backend.on('close', () => this.#backendGone());
    backend.resume();
  }

  toClient(chunk: Buffer): void {
    if (this.#client.destroyed || !this.#client.writable) return;
    this.bytes += chunk.length;
    this.sentBytes += chunk.length;
    if (!this.#client.write(chunk)) this.#backend.pause();
  }

  /** Breaks it when no byte moved for `idleMs`. */
  sweep(now: number, idleMs: number): void {
    const activity = this.bytes - this.#client.writableLength - this.#backend.writableLength;
    if (activity !== this.#activity) {
      this.#activity = activity;
      this.#activeAt = now;
    } else if (now - this.#activeAt >= idleMs) {
      this.break();
    }
  }

  break(): void {
    this.#client.close(constants.NGHTTP2_CANCEL);
    this.#backend.destroy();
  }

  /** Delivers what arrived before, then goes too. */
  #clientGone(): void {
    const backend = this.#backend;
    if (backend.destroyed) return;
    backend.setTimeout(limits.closeLingerMs, () => backend.destroy());
    backend.destroySoon();
  }

  #backendGone(): void {
    const client = this.#client;
    if (client.destroyed) return;
    client.end();
    client.setTimeout(limits.closeLingerMs, () => client.close(constants.NGHTTP2_CANCEL));
  }
}
