import { limits } from '../../../shared/limits.ts';
import type { InboundRequest } from './messages.ts';

/** What the pipelined requests of all connections of a worker take while they wait, in bytes. */
export class PipelineTotal {
  bytes = 0;
}

interface Waiting<Exchange> {
  readonly exchange: Exchange;
  readonly request: InboundRequest;
  bytes: number;
}

/**
 * The pipelined requests of one connection that wait for their turn. Node's parser reads on to the end of the bytes that
 * it was given, whatever was asked of it: what these contain is held, and no more is read until it is answered.
 */
export class Pipeline<Exchange> {
  readonly #total: PipelineTotal;
  #waiting: Waiting<Exchange>[] = [];
  #bytes = 0;

  constructor(total: PipelineTotal) {
    this.#total = total;
  }

  get empty(): boolean {
    return this.#waiting.length === 0;
  }

  /** So much waits, here or in the whole worker, that no more is to be read. */
  get full(): boolean {
    const total = this.#total.bytes;
    return this.#bytes >= limits.pipelineBytes || total >= limits.maxPipelinedBytes / 2;
  }

  /** @returns false when the worker cannot hold one more: it is forgotten, and none that follows may be added */
  add(exchange: Exchange, request: InboundRequest): boolean {
    const last = this.#waiting.at(-1);
    // Its body is here only now.
    if (last !== undefined) this.#count(last, last.request.readableLength);
    if (this.#total.bytes >= limits.maxPipelinedBytes) return false;
    const waiting = { exchange, request, bytes: 0 };
    this.#waiting.push(waiting);
    this.#count(waiting, limits.pipelinedRequestBytes + textOf(request));
    return true;
  }

  /** Takes out the one whose turn it is. */
  next(): Exchange | undefined {
    const next = this.#waiting.shift();
    if (next !== undefined) this.#count(next, -next.bytes);
    return next?.exchange;
  }

  clear(): void {
    this.#total.bytes -= this.#bytes;
    this.#bytes = 0;
    this.#waiting = [];
  }

  #count(waiting: Waiting<Exchange>, bytes: number): void {
    waiting.bytes += bytes;
    this.#bytes += bytes;
    this.#total.bytes += bytes;
  }
}

function textOf({ url, rawHeaders }: InboundRequest): number {
  let bytes = url?.length ?? 0;
  for (const text of rawHeaders) bytes += text.length;
  return bytes;
}
