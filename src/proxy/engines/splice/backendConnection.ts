import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Failure, failures, readFailure } from '../../failure.ts';
import { BackendConnection, type ConnectionHome } from '../common/pools.ts';
import type { BackendReads } from './backendReads.ts';
import { type MessageHead, readHead } from './parser/head.ts';
import { HeadParts } from './parser/headParts.ts';
import { type Llhttp, type MessageParser, Reads } from './parser/llhttp.ts';
import { type Piece, partsOf, writePiece } from './wire.ts';

/** The head of a response. */
export interface ResponseHead {
  readonly httpVersion: string;
  readonly statusCode: number;
  readonly statusMessage: string;
  /** Flat list: name, value, name, value. */
  readonly raw: string[];
}

/** What came of a response: its end is there, it goes on, or what follows is none of it. */
export type ResponseState = 'whole' | 'more' | 'broken';

/** Hears the response to the request that is under way on a connection. */
export interface ResponseEvents {
  /** An interim response, 101 excepted. */
  interim(head: ResponseHead): void;
  /** The backend has switched protocols; `first` is what followed the head. */
  switched(head: ResponseHead, first: Buffer): void;
  /** The head of the final response, and what came with it of its body. */
  response(head: ResponseHead, parts: readonly Buffer[], state: ResponseState): void;
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

/** A connection to a backend that serves one request after another. */
export class SpliceConnection extends BackendConnection {
  readonly #parser: MessageParser;
  readonly #parts = new HeadParts();
  #owner: ResponseEvents | null = null;
  #isHead = false;
  /** The final head, before it was told. */
  #head: ResponseHead | null = null;
  #stage: 'head' | 'interim' | 'body' | 'over' = 'head';
  #reusable = false;

  /**
   * @param home null for one that serves a single request
   * @param reads where its bytes come from in place of `data` events, unless it is one with TLS; null for `data`
   */
  constructor(
    socket: Socket,
    openMs: number,
    home: ConnectionHome | null,
    llhttp: Llhttp,
    reads: BackendReads | null,
  ) {
    super(socket, openMs);
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
    return this.#parser.trailers;
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
    return writePiece(this.socket, piece);
  }

  /** Nobody hears any more of it. */
  leave(): void {
    this.#owner = null;
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
    while (this.#owner === owner) {
      const inBody = this.#stage === 'body';
      if (at >= chunk.length && !inBody) return;
      at = inBody ? this.#readBody(chunk, at, owner) : this.#readHead(chunk, at, owner);
      if (at === -1) return;
    }
  }

  /** @returns where to read on, or -1 */
  #readHead(chunk: Buffer, at: number, owner: ResponseEvents): number {
    const stop = this.#parser.execute(chunk, at);
    if (stop === 'error') return this.#broken(owner);
    if (stop === 'more') {
      this.#parts.add(chunk.subarray(at));
      return this.#parts.tooLong ? this.#broken(owner) : -1;
    }
    const end = this.#parser.position;
    if (stop === 'complete') {
      this.#stage = 'head';
      return end;
    }
    const head = responseHead(readHead(this.#parts.take(chunk, at, end), false));
    const { statusCode } = head;
    if (statusCode === 101) {
      this.#stage = 'over';
      owner.switched(head, chunk.subarray(end));
      return -1;
    }
    if (statusCode < 200) {
      this.#stage = 'interim';
      owner.interim(head);
      return end;
    }
    this.#stage = 'body';
    this.#head = head;
    return end;
  }

  #readBody(chunk: Buffer, at: number, owner: ResponseEvents): number {
    const parser = this.#parser;
    const head = this.#head;
    this.#head = null;
    if (head !== null && this.#isBodiless(head)) {
      const { keepAlive } = parser;
      parser.skipBody();
      this.#stage = 'over';
      this.#reusable = keepAlive && at === chunk.length;
      owner.response(head, [], 'whole');
      return -1;
    }
    const stop = parser.execute(chunk, at);
    const parts = partsOf(chunk, parser.spans);
    if (stop === 'error') {
      this.#stage = 'over';
      if (head === null) return this.#broken(owner);
      owner.response(head, parts, 'broken');
      return -1;
    }
    if (stop === 'more') {
      if (head !== null) owner.response(head, parts, 'more');
      else if (parts.length > 0) owner.data(parts);
      return -1;
    }
    this.#stage = 'over';
    this.#reusable = parser.keepAlive && parser.position === chunk.length;
    if (head !== null) owner.response(head, parts, 'whole');
    else owner.whole(parts);
    return -1;
  }

  #isBodiless({ statusCode }: ResponseHead): boolean {
    return this.#isHead || statusCode === 204 || statusCode === 304;
  }

  #broken(owner: ResponseEvents): -1 {
    this.#stage = 'over';
    owner.lost(failures.protocol);
    return -1;
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
    if (owner !== null && this.#stage === 'body' && this.#parser.finish()) {
      this.#stage = 'over';
      owner.whole([]);
    } else {
      this.#lost(failures.reset);
    }
    this.socket.destroy();
  };

  readonly #onError = (error: unknown): void => this.#lost(readFailure(error, 'connected'));
}

function responseHead({ first, rest, raw }: MessageHead): ResponseHead {
  return {
    httpVersion: first.slice(5),
    statusCode: Number(rest.slice(0, 3)),
    statusMessage: rest.slice(4),
    raw,
  };
}
