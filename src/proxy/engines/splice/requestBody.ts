import { limits } from '../../../shared/limits.ts';
import { keptTrailers } from '../../headers/trailers.ts';
import type { SpliceConnection } from './backendConnection.ts';
import { noParts, noTrailers } from './wire.ts';

/** Where a body comes from, as fast as it is let. */
export interface BodySource {
  pauseBody(): void;
  resumeBody(): void;
}

/**
 * The body of a client's request on its way to one backend after another: streamed as it comes, and kept as long as it
 * is small, so that it can be sent again.
 */
export class RequestBody {
  readonly #source: BodySource;
  #chunked = false;
  /** All that came; null when that was too much to keep. */
  #kept: Buffer[] | null = [];
  #receivedBytes = 0;
  #to: SpliceConnection | null = null;
  #done = false;
  #discarded = false;
  #trailers = noTrailers;

  constructor(source: BodySource) {
    this.#source = source;
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
    return this.#kept !== null;
  }

  /** Sends it from its beginning, behind the head of its request. @param chunked how it is framed */
  sendTo(connection: SpliceConnection, head: string, chunked: boolean): void {
    this.#chunked = chunked;
    this.#to = connection;
    const parts = this.#kept ?? noParts;
    const more = connection.write({ head, parts, chunked, trailers: this.#end });
    this.#keepLess();
    if (more) this.#source.resumeBody();
    else this.#source.pauseBody();
  }

  take(parts: readonly Buffer[]): void {
    for (const part of parts) {
      this.#receivedBytes += part.length;
      this.#kept?.push(part);
    }
    if (this.#discarded) {
      this.#kept = null;
      return;
    }
    const to = this.#to;
    if (to === null) {
      if (this.#receivedBytes > limits.maxReplayBytes) this.#source.pauseBody();
      return;
    }
    this.#keepLess();
    const { trailers, chunked } = { trailers: null, chunked: this.#chunked };
    if (!to.write({ head: '', parts, chunked, trailers })) this.#source.pauseBody();
  }

  /** The client has sent the last of it. @param trailers flat list: name, value, name, value */
  end(trailers: readonly string[]): void {
    if (this.#done) return;
    this.#done = true;
    if (trailers.length > 0) this.#trailers = keptTrailers(trailers) ?? noTrailers;
    if (!this.#chunked) return;
    this.#to?.write({ head: '', parts: noParts, chunked: true, trailers: this.#trailers });
  }

  /** The backend takes more. */
  drained(): void {
    this.#source.resumeBody();
  }

  /** The try is over: nothing is sent until there is another. */
  leave(): void {
    this.#to = null;
    if (!this.#done) this.#source.pauseBody();
  }

  /** It is not sent any more: what comes of it is thrown away. */
  discard(): void {
    this.#to = null;
    this.#kept = null;
    this.#discarded = true;
    this.#source.resumeBody();
  }

  get #end(): typeof noTrailers | null {
    return this.#done ? this.#trailers : null;
  }

  #keepLess(): void {
    if (this.#receivedBytes > limits.maxReplayBytes) this.#kept = null;
  }
}
