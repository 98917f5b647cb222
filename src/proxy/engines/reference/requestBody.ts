import { limits } from '../../../shared/limits.ts';
import { keptTrailers } from '../../headers/trailers.ts';
import { listenToDrain } from './listeners.ts';
import type { OutboundRequest, RequestMessage } from './messages.ts';

/**
 * The body of a client's request on its way to one backend after another: streamed as it comes, and kept as long as it
 * is small, so that it can be sent again.
 */
export class RequestBody {
  readonly #request: RequestMessage;
  readonly #empty: boolean;
  #kept: Buffer[] | null = [];
  #keptBytes = 0;
  #receivedBytes = 0;
  #reading = false;
  #taken = false;
  #done: boolean;

  constructor(request: RequestMessage, empty: boolean) {
    this.#request = request;
    this.#empty = empty;
    this.#done = empty;
  }

  /** Nothing of it is missing. */
  get done(): boolean {
    return this.#done;
  }

  /** What was read of it, without its framing. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** All that was read from the client is still here. */
  get replayable(): boolean {
    return !this.#taken || this.#kept !== null;
  }

  /** Sends it from its beginning. */
  sendTo(outbound: OutboundRequest): void {
    if (this.#empty) {
      outbound.end();
      return;
    }
    for (const chunk of this.#kept ?? []) outbound.write(chunk);
    if (this.#done) {
      this.#end(outbound);
      return;
    }
    listenToDrain(outbound);
    const request = this.#request;
    if (this.#reading) {
      if (!this.#taken) flushHead(outbound);
      request.resume();
      return;
    }
    this.#reading = true;
    const first: unknown = request.read();
    if (Buffer.isBuffer(first)) this.take(first, outbound);
    if (request.complete && request.readableLength === 0) {
      this.end(outbound);
      return;
    }
    if (!this.#taken) flushHead(outbound);
    request.flow();
  }

  /** @param outbound null between two tries */
  take(chunk: Buffer, outbound: OutboundRequest | null): void {
    this.#taken = true;
    this.#receivedBytes += chunk.length;
    if (this.#kept !== null) {
      this.#keptBytes += chunk.length;
      if (this.#keptBytes > limits.maxReplayBytes) this.#kept = null;
      else this.#kept.push(chunk);
    }
    if (outbound === null || outbound.destroyed) return;
    if (!outbound.write(chunk)) this.#request.pause();
  }

  /** The client has sent the last of it. */
  end(outbound: OutboundRequest | null): void {
    if (this.#done) return;
    this.#done = true;
    if (outbound !== null) this.#end(outbound);
  }

  /** Nothing is read until it is sent again. */
  pause(): void {
    if (this.#reading && !this.#done) this.#request.pause();
  }

  /** Reads on: for a backend that takes more, or to throw the rest away. */
  resume(): void {
    if (this.#reading) this.#request.resume();
  }

  /** It will not be sent again. */
  forget(): void {
    this.#kept = null;
  }

  #end(outbound: OutboundRequest): void {
    if (outbound.destroyed) return;
    if (this.#request.rawTrailers.length > 0) {
      const trailers = keptTrailers(this.#request.rawTrailers);
      if (trailers !== null) outbound.addTrailers(trailers);
    }
    outbound.end();
  }
}

/** Sends the head of a request whose body comes later: `flushHeaders` would write bytes beyond ASCII as UTF-8. */
const flushHead = (outbound: OutboundRequest): void => void outbound.write(nothing);

const nothing = Buffer.alloc(0);
