import type { Socket } from 'node:net';
import { limits } from '../../../shared/limits.ts';
import { activityOf } from './activity.ts';

/**
 * Two connections that became one stream each way (RFC 9110 section 7.8). Each way ends by itself: what was sent before
 * the end still arrives, and the other way stays open.
 */
export class Tunnel {
  readonly #client: Socket;
  readonly #backend: Socket;
  #activity = 0;
  #activeAt: number;

  /** @param now monotonic milliseconds */
  constructor(client: Socket, backend: Socket, now: number) {
    this.#client = client;
    this.#backend = backend;
    this.#activeAt = now;
    client.allowHalfOpen = true;
    backend.allowHalfOpen = true;
    client.setNoDelay(true);
    pour(client, backend);
    pour(backend, client);
  }

  /** Breaks it when no byte moved for `idleMs`. */
  sweep(now: number, idleMs: number): void {
    const activity = activityOf(this.#client) + activityOf(this.#backend);
    if (activity !== this.#activity) {
      this.#activity = activity;
      this.#activeAt = now;
    } else if (now - this.#activeAt >= idleMs) {
      this.break();
    }
  }

  break(): void {
    this.#client.destroy();
    this.#backend.destroy();
  }
}

function pour(from: Socket, to: Socket): void {
  from.on('data', (chunk: Buffer) => {
    if (to.writable && !to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.on('error', () => {});
  from.on('close', () => {
    // Gone without an end: deliver what arrived before, then go too.
    if (to.destroyed) return;
    to.setTimeout(limits.closeLingerMs, () => to.destroy());
    to.destroySoon();
  });
  from.resume();
}
