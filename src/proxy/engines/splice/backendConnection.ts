import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Failure, failures, readFailure } from '../../failure.ts';
import { saysInterim } from '../../guards/response.ts';
import { BackendConnection, type ConnectionHome } from '../common/pools.ts';
import { bodyLength, byParser } from './bodyLength.ts';
import { readStatusLine } from './parser/head.ts';
import { HeadParts } from './parser/headParts.ts';
import { type Llhttp, type MessageParser, Reads } from './parser/llhttp.ts';
import type { ReadMemory } from './readMemory.ts';
import { type ResponseText, readResponseText } from './responseText.ts';
import { noParts, type Piece, type PieceWriter, partsOf } from './wire.ts';

const noTrailers: readonly string[] = [];

/** The head of a response. */
export interface ResponseHead {
  readonly httpVersion: string;
  readonly statusCode: number;
  readonly statusMessage: string;
}

/** What came of a response: its end is there, it goes on, or what follows is none of it. */
export type ResponseState = 'whole' | 'more' | 'broken';

/** Hears the response to the request that is under way on a connection. */
export interface ResponseEvents {
  /** An interim response, 101 excepted. */
  interim(head: ResponseHead, fields: ResponseText): void;
  /** The backend has switched protocols; `first` is what followed the head. */
  switched(head: ResponseHead, fields: ResponseText, first: Buffer): void;
  /** The head of the final response, and what came with it of its body. */
  response(
    head: ResponseHead,
    fields: ResponseText,
    parts: readonly Buffer[],
    state: ResponseState,
  ): void;
  data(parts: readonly Buffer[]): void;
  /** The last of it. */
  whole(parts: readonly Buffer[]): void;
  /** It ended before its end, or is none. */
  lost(failure: Failure): void;
  /** The backend takes bytes again. */
  drained(): void;
  /** Bytes that it was given may not have been written yet. */
  readonly holds: boolean;
}

/** What all connections of an engine share. */
interface Tools {
  readonly llhttp: Llhttp;
  readonly writer: PieceWriter;
}

/** A connection to a backend that serves one request after another. */
export class SpliceConnection extends BackendConnection {
  readonly #parser: MessageParser;
  readonly #writer: PieceWriter;
  readonly #reads: ReadMemory | null;
  readonly #parts = new HeadParts();
  #owner: ResponseEvents | null = null;
  #isHead = false;
  /** Bytes of the body that are to come, or `byParser`. */
  #left = byParser;
  #trailers: readonly string[] = noTrailers;
  #stage: 'head' | 'body' | 'over' = 'head';
  /** The connection may serve on after a body that is counted. */
  #keeps = false;
  #reusable = false;

  /**
   * @param home null for one that serves a single request
   * @param reads where its bytes come from in place of `data` events, unless it is one with TLS; null for `data`
   */
  constructor(
    socket: Socket,
    openMs: number,
    home: ConnectionHome | null,
    { llhttp, writer }: Tools,
    reads: ReadMemory | null,
  ) {
    super(socket, openMs);
    this.#writer = writer;
    this.#reads = reads;
    this.#parser = llhttp.parser(Reads.responses);
    if (reads === null || socket instanceof TLSSocket) socket.on('data', this.#onData);
    else reads.hear = this.#onData;
    socket.on('drain', this.#onDrain);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.on('close', () => {
      home?.forget(this);
      this.#lost(failures.reset);
      this.#parser.free();
    });
  }

  /** Trailers of the response that is whole: name, value, name, value. */
  get trailers(): readonly string[] {
    return this.#trailers;
  }

  /** The response is whole, and another request may follow. */
  get reusable(): boolean {
    return this.#reusable && this.socket.writableLength === 0;
  }

  /** A request is about to be written. @param isHead its response has no body */
  begin(owner: ResponseEvents, isHead: boolean): void {
    this.#owner = owner;
    this.#isHead = isHead;
    this.#stage = 'head';
    this.#reusable = false;
  }

  /** @returns false when no more is to be written until it says `drained` */
  write(piece: Piece): boolean {
    return this.#writer.write(this.socket, piece);
  }

  /** Nobody hears any more of it. */
  leave(): void {
    this.#owner = null;
    this.#reads?.rest();
  }

  /** Gives the socket away: a tunnel takes it. */
  detach(): Socket {
    this.leave();
    const { socket } = this;
    socket.off('data', this.#onData);
    socket.off('drain', this.#onDrain);
    socket.off('end', this.#onEnd);
    return socket;
  }

  /** @returns whether bytes of the chunk are needed any longer */
  readonly #onData = (chunk: Buffer): boolean => {
    const owner = this.#owner;
    // Bytes that no request asked for would be read as the answer to the next one.
    if (owner === null || this.#stage === 'over') {
      this.#reusable = false;
      this.socket.destroy();
      return false;
    }
    this.#read(chunk, owner);
    return owner.holds || this.#parts.begun;
  };

  #read(chunk: Buffer, owner: ResponseEvents): void {
    let at = 0;
    while (at < chunk.length && this.#owner === owner) {
      at =
        this.#stage === 'body'
          ? this.#readBody(chunk, at, owner)
          : this.#readHead(chunk, at, owner);
    }
  }

  /** @returns where to read on */
  #readHead(chunk: Buffer, at: number, owner: ResponseEvents): number {
    const stop = this.#parser.execute(chunk, at);
    if (stop === 'error') return this.#broken(owner);
    if (stop === 'more') {
      this.#parts.add(chunk.subarray(at));
      if (this.#parts.tooLong) this.#broken(owner);
      return chunk.length;
    }
    const end = this.#parser.position;
    if (stop === 'complete') return end;
    const text = this.#parts.take(chunk, at, end);
    if (text === null) return this.#broken(owner);
    const { first, rest, end: start } = readStatusLine(text);
    const statusCode = Number(rest.slice(0, 3));
    const head = { httpVersion: first.slice(5), statusCode, statusMessage: rest.slice(4) };
    const fields = readResponseText(text, start, statusCode < 200 || statusCode === 204);
    if (statusCode === 101) {
      this.#stage = 'over';
      owner.switched(head, fields, chunk.subarray(end));
      return chunk.length;
    }
    if (saysInterim(statusCode)) {
      this.#parser.endWithHead();
      owner.interim(head, fields);
      return end;
    }
    return this.#begin(head, fields, chunk, end, owner);
  }

  /** The final response begins. */
  #begin(
    head: ResponseHead,
    fields: ResponseText,
    chunk: Buffer,
    at: number,
    owner: ResponseEvents,
  ): number {
    const { statusCode } = head;
    const { chunked, contentLength } = fields.facts;
    const bodiless = this.#isHead || statusCode === 204 || statusCode === 304;
    this.#trailers = noTrailers;
    this.#left = bodiless ? 0 : bodyLength(chunked, contentLength, byParser);
    if (this.#left === byParser) {
      this.#stage = 'body';
      return this.#parseBody(chunk, at, owner, { head, fields });
    }
    this.#keeps = this.#parser.keepAlive;
    this.#parser.beginAnew();
    const end = Math.min(chunk.length, at + this.#left);
    const parts = end === at ? noParts : [chunk.subarray(at, end)];
    this.#left -= end - at;
    if (this.#left === 0) this.#isWhole(this.#keeps && end === chunk.length);
    else this.#stage = 'body';
    owner.response(head, fields, parts, this.#left === 0 ? 'whole' : 'more');
    return chunk.length;
  }

  #readBody(chunk: Buffer, at: number, owner: ResponseEvents): number {
    if (this.#left === byParser) return this.#parseBody(chunk, at, owner, null);
    const end = Math.min(chunk.length, at + this.#left);
    const part = at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end);
    this.#left -= end - at;
    if (this.#left > 0) {
      owner.data([part]);
    } else {
      this.#isWhole(this.#keeps && end === chunk.length);
      owner.whole([part]);
    }
    return chunk.length;
  }

  /** Reads a body that is framed by its own bytes, or by the end of the connection. */
  #parseBody(
    chunk: Buffer,
    at: number,
    owner: ResponseEvents,
    begun: { readonly head: ResponseHead; readonly fields: ResponseText } | null,
  ): number {
    const parser = this.#parser;
    const stop = parser.execute(chunk, at);
    const parts = partsOf(chunk, parser.spans);
    if (stop === 'error') {
      this.#stage = 'over';
      if (begun === null) this.#broken(owner);
      else owner.response(begun.head, begun.fields, parts, 'broken');
    } else if (stop === 'more') {
      if (begun !== null) owner.response(begun.head, begun.fields, parts, 'more');
      else if (parts.length > 0) owner.data(parts);
    } else {
      this.#trailers = parser.trailers;
      this.#isWhole(parser.keepAlive && parser.position === chunk.length);
      parser.beginAnew();
      if (begun === null) owner.whole(parts);
      else owner.response(begun.head, begun.fields, parts, 'whole');
    }
    return chunk.length;
  }

  /** @param reusable another request may follow, for all that is known */
  #isWhole(reusable: boolean): void {
    this.#stage = 'over';
    this.#reusable = reusable;
  }

  /** @returns the end of every chunk: nothing is read on */
  #broken(owner: ResponseEvents): number {
    this.#stage = 'over';
    owner.lost(failures.protocol);
    return Number.POSITIVE_INFINITY;
  }

  #lost(failure: Failure): void {
    const owner = this.#owner;
    this.#reusable = false;
    this.#owner = null;
    if (this.#stage !== 'over') owner?.lost(failure);
  }

  readonly #onDrain = (): void => this.#owner?.drained();

  readonly #onEnd = (): void => {
    const owner = this.#owner;
    this.#reusable = false;
    if (
      owner !== null &&
      this.#stage === 'body' &&
      this.#left === byParser &&
      this.#parser.finish()
    ) {
      this.#stage = 'over';
      owner.whole([]);
    } else {
      this.#lost(failures.reset);
    }
    this.socket.destroy();
  };

  readonly #onError = (error: unknown): void => this.#lost(readFailure(error, 'connected'));
}
