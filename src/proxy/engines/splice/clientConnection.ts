import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { HttpErrorCode } from '../../../shared/errors.ts';
import { limits } from '../../../shared/limits.ts';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import { type ClientView, mappedAddress } from '../../headers/forwarded.ts';
import { refusalRecord } from '../../requestRecord.ts';
import type { ServedConnection } from '../common/connections.ts';
import { rawAnswer } from '../common/rawAnswer.ts';
import { bodyLength, byParser } from './bodyLength.ts';
import type { ClientSide } from './clientSide.ts';
import type { EngineContext } from './context.ts';
import { Exchange } from './exchange.ts';
import { OutboundFields } from './outboundFields.ts';
import { HeadParts } from './parser/headParts.ts';
import { type MessageParser, Reads } from './parser/llhttp.ts';
import type { ReadMemory } from './readMemory.ts';
import { type Request, RequestReader } from './request.ts';
import { partsOf } from './wire.ts';

const noTrailers: readonly string[] = [];

const lengthOf = ({ fields }: Request): number =>
  bodyLength(fields.transferEncoding !== null, fields.contentLength, 0);

/** One connection of a client: its requests in order, one at a time, and the time it may stand still. */
export class ClientConnection implements ClientSide, ServedConnection {
  readonly socket: Socket;
  readonly view: ClientView;
  readonly outbound: OutboundFields;
  readonly mayTunnel: boolean;
  readonly #context: EngineContext;
  readonly #parser: MessageParser;
  readonly #parts = new HeadParts();
  readonly #requests = new RequestReader();
  #current: Exchange | null = null;
  /** Its request is whole: what follows waits. */
  #whole = false;
  /** Bytes that wait for their turn, unread by the parser. */
  #ahead: Buffer[] = [];
  #aheadBytes = 0;
  #reading = false;
  #bodyPaused = false;
  #paused = false;
  /** No further request is taken. */
  #closing = false;
  #lastAnswer = false;
  /** While it drains, a request waits: no more is read before those that came are answered. */
  #drainHeld = false;
  #lingerUntil = 0;
  #idleSince: number;
  #headSince = 0;
  #bytesMark: number;
  /** Bytes of the body that are to come, or `byParser`. */
  #left = byParser;
  /** The request at hand may need bytes of the chunk at hand any longer. */
  #holds = false;
  readonly #reads: ReadMemory | null;

  /**
   * @param isTunnel its client asked for a tunnel to `listener`
   * @param reads where its bytes come from in place of `data` events; null for `data`
   */
  constructor(
    context: EngineContext,
    socket: Socket,
    listener: ListenerSpec,
    isTunnel: boolean,
    reads: ReadMemory | null,
  ) {
    this.#context = context;
    this.socket = socket;
    this.#reads = reads;
    this.#parser = context.llhttp.parser(Reads.requests);
    this.view = {
      address: mappedAddress(socket.remoteAddress ?? ''),
      scheme: listener.tls === null ? 'http' : 'https',
      port: String(listener.port),
    };
    const { settings, via } = context;
    this.outbound = new OutboundFields({
      view: this.view,
      mode: settings.forwarded,
      via,
      keepAlive: settings.httpKeepAlive,
    });
    this.mayTunnel = listener.tls === null && !isTunnel;
    this.#idleSince = context.now();
    this.#bytesMark = socket.bytesWritten;
    socket.setNoDelay(true);
    if (reads === null) socket.on('data', this.#onData);
    else reads.hear = this.#onData;
    socket.on('drain', this.#onDrain);
    socket.on('end', this.#onEnd);
    socket.on('error', ignore);
    socket.on('close', this.#onClose);
  }

  get lastAnswer(): boolean {
    return this.#lastAnswer || (this.#aheadBytes === 0 && this.#context.draining());
  }

  closeAfterCurrent(): void {
    this.#lastAnswer = true;
  }

  /** @returns whether bytes of the chunk are needed any longer */
  readonly #onData = (chunk: Buffer): boolean => {
    if (this.#closing) return false;
    if (this.#current !== null && this.#whole) {
      this.#hold(chunk);
      this.#pauseOrResume();
      return true;
    }
    this.#holds = false;
    this.#reading = true;
    this.#parse(chunk, true);
    this.#reading = false;
    const holds = this.#holds || this.#aheadBytes > 0;
    this.#read();
    return holds;
  };

  readonly #onDrain = (): void => this.#current?.clientDrained();

  /** A client that has ended its side has left, unless its answer is on its way. */
  readonly #onEnd = (): void => {
    if (this.#current === null || this.#current.isFlushing) this.#closeSoon();
    else this.socket.destroy();
  };

  /** Keeps what waits for its turn. What no worker can hold is forgotten, with all that waits here before it. */
  #hold(chunk: Buffer): void {
    if (this.#closing || this.#lastAnswer) return;
    if (this.#context.readAhead.bytes < limits.maxPipelinedBytes) {
      this.#ahead.push(chunk);
      this.#count(chunk.length);
      return;
    }
    this.#forgetAhead();
    this.#lastAnswer = true;
  }

  #holdAgain(rest: Buffer): void {
    this.#ahead.unshift(rest);
    this.#count(rest.length);
  }

  #count(bytes: number): void {
    this.#aheadBytes += bytes;
    this.#context.readAhead.bytes += bytes;
  }

  /** Reads what waits, up to the end of a request. */
  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    while (!this.#closing && (this.#current === null || !this.#whole)) {
      const chunk = this.#ahead.shift();
      if (chunk === undefined) break;
      this.#count(-chunk.length);
      this.#parse(chunk, false);
    }
    this.#reading = false;
    this.#pauseOrResume();
  }

  /** Reads a chunk up to the end of a request. @param isNew nothing of it was held before */
  #parse(chunk: Buffer, isNew: boolean): void {
    const parser = this.#parser;
    let at = 0;
    let begun: Exchange | null = null;
    if (this.#current === null) {
      const stop = parser.execute(chunk, 0);
      if (stop === 'more') {
        this.#parts.add(chunk);
        this.#holds = true;
        if (this.#parts.tooLong) this.#refuseHead();
        return;
      }
      if (stop === 'error') {
        this.#parts.clear();
        this.refuse('BERTH_REQUEST_MALFORMED');
        return;
      }
      at = parser.position;
      const text = this.#parts.take(chunk, 0, at);
      if (text === null) {
        this.refuse('BERTH_HEAD_TOO_LARGE');
        return;
      }
      this.#headSince = 0;
      this.#whole = false;
      const request = this.#requests.read(text, parser.keepAlive, parser.upgrade);
      begun = new Exchange(this.#context, this, request);
      this.#current = begun;
      this.#left = parser.upgrade ? byParser : lengthOf(request);
      if (this.#left !== byParser) parser.beginAnew();
    }
    const exchange = this.#current;
    if (this.#left === byParser) this.#parseBody(chunk, at, exchange, begun, isNew);
    else this.#countBody(chunk, at, exchange, begun, isNew);
  }

  /** Reads on in a body whose length its head has said. */
  #countBody(
    chunk: Buffer,
    at: number,
    exchange: Exchange,
    begun: Exchange | null,
    isNew: boolean,
  ): void {
    const end = Math.min(chunk.length, at + this.#left);
    this.#left -= end - at;
    if (end > at) {
      exchange.bodyData([chunk.subarray(at, end)]);
      this.#holds = true;
    }
    if (this.#left === 0) {
      this.#whole = true;
      exchange.bodyEnd(noTrailers);
    }
    this.#keepRest(chunk, end, isNew);
    begun?.begin(null);
  }

  /** Reads on in a body that is framed by its own bytes. */
  #parseBody(
    chunk: Buffer,
    at: number,
    exchange: Exchange,
    begun: Exchange | null,
    isNew: boolean,
  ): void {
    const parser = this.#parser;
    const stop = parser.execute(chunk, at);
    if (stop === 'error') {
      if (begun === null) exchange.malformed('BERTH_REQUEST_MALFORMED');
      else begun.begin('BERTH_REQUEST_MALFORMED');
      return;
    }
    const parts = partsOf(chunk, parser.spans);
    if (parts.length > 0) {
      exchange.bodyData(parts);
      this.#holds = true;
    }
    const end = parser.position;
    if (stop === 'complete') {
      this.#whole = true;
      exchange.bodyEnd(parser.trailers);
    }
    this.#keepRest(chunk, end, isNew);
    begun?.begin(null);
  }

  /** Behind the end of a request is what waits for its turn. */
  #keepRest(chunk: Buffer, end: number, isNew: boolean): void {
    if (end >= chunk.length) return;
    const rest = chunk.subarray(end);
    if (isNew) this.#hold(rest);
    else this.#holdAgain(rest);
  }

  #refuseHead(): void {
    const { isFirstLine } = this.#parts;
    this.#parts.clear();
    this.refuse(isFirstLine ? 'BERTH_TARGET_TOO_LONG' : 'BERTH_HEAD_TOO_LARGE');
  }

  pauseBody(): void {
    this.#bodyPaused = true;
    this.#pauseOrResume();
  }

  resumeBody(): void {
    this.#bodyPaused = false;
    this.#pauseOrResume();
  }

  #pauseOrResume(): void {
    if (this.#aheadBytes > 0 && this.#context.draining()) this.#drainHeld = true;
    const pause = !this.#closing && (this.#isAhead || (this.#bodyPaused && !this.#whole));
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.socket.pause();
    else this.socket.resume();
  }

  /** So much waits, here or in the whole worker, that no more is to be read: a paused connection says no goodbye. */
  get #isAhead(): boolean {
    if (this.#drainHeld) return true;
    if (this.#aheadBytes === 0) return false;
    if (this.#current?.isUpgrade === true) return this.#aheadBytes > limits.maxEarlyTunnelBytes;
    return (
      this.#aheadBytes >= limits.pipelineBytes ||
      this.#context.readAhead.bytes >= limits.maxPipelinedBytes / 2
    );
  }

  finished(close: boolean, now: number): void {
    this.#current = null;
    this.#idleSince = now;
    this.#bodyPaused = false;
    if (this.#aheadBytes === 0) {
      this.#drainHeld = false;
      this.#reads?.free();
    }
    if (close || this.#lastAnswer) this.#closeSoon();
    else this.#read();
  }

  /** Answers what is no request at all, and closes. */
  refuse(code: HttpErrorCode): void {
    if (this.#closing) return;
    const { pages, wallClock, recorder } = this.#context;
    const problem = { code, host: '', detail: '', frontend: null, attempts: [] };
    const answer = pages.error(problem, undefined);
    if (this.socket.writable) this.socket.write(rawAnswer(answer, wallClock()));
    this.#closeSoon();
    const started = this.#headSince === 0 ? 0 : this.#context.now() - this.#headSince;
    recorder.add(
      refusalRecord({
        startedAt: wallClock() - started,
        view: this.view,
        status: answer.status,
        bytes: this.takeBytes(),
        totalMs: started,
        error: code,
      }),
    );
  }

  takeBytes(): number {
    const written = this.socket.bytesWritten;
    const bytes = written - this.#bytesMark;
    this.#bytesMark = written;
    return bytes;
  }

  detach(): readonly Buffer[] {
    const { socket } = this;
    socket.off('data', this.#onData);
    this.#reads?.streamTo(socket);
    socket.off('drain', this.#onDrain);
    socket.off('end', this.#onEnd);
    const early = this.#ahead;
    this.#forgetAhead();
    return early;
  }

  tunnelTo(listener: ListenerSpec): void {
    const { socket } = this;
    const early = this.detach();
    this.#current = null;
    this.#closing = true;
    socket.off('error', ignore);
    socket.off('close', this.#onClose);
    this.#parser.free();
    // As a connection that was just accepted. Only the stream is paused: one with memory of its own has a read under way.
    Readable.prototype.pause.call(socket);
    if (early.length > 0) socket.unshift(Buffer.concat(early));
    this.#context.connections.pass(socket, this, listener);
  }

  break(reset: boolean): void {
    this.#current?.breakTunnel();
    if (reset && this.view.scheme === 'http') this.socket.resetAndDestroy();
    else this.socket.destroy();
  }

  sweep(now: number): void {
    const { headTimeoutMs, tcpTimeoutMs } = this.#context.settings;
    if (this.#lingerUntil !== 0) {
      if (now >= this.#lingerUntil) this.socket.destroy();
      return;
    }
    if (this.#current !== null) {
      this.#pauseOrResume();
      this.#current.sweep(now);
      return;
    }
    if (!this.#parts.begun) {
      this.#requests.forget();
      this.outbound.forget();
      this.#reads?.rest();
      const leave = this.#context.draining() && now >= this.#context.idleUntil();
      const limit = leave ? Math.min(limits.drainLingerMs, tcpTimeoutMs) : tcpTimeoutMs;
      if (now - this.#idleSince >= limit) this.#closeSoon();
      return;
    }
    if (this.#headSince === 0) this.#headSince = now;
    if (now - this.#headSince >= headTimeoutMs) this.refuse('BERTH_REQUEST_TIMEOUT');
  }

  /**
   * Ends our side and reads on for a while: closing at once over unread bytes would reset the connection, and the
   * client could lose the answer that says why.
   */
  #closeSoon(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#lingerUntil = this.#context.now() + limits.closeLingerMs;
    this.#forgetAhead();
    const { socket } = this;
    if (socket.writable) socket.end();
    this.#paused = false;
    socket.resume();
  }

  #forgetAhead(): void {
    this.#ahead = [];
    this.#count(-this.#aheadBytes);
  }

  readonly #onClose = (): void => this.#closed();

  #closed(): void {
    this.#closing = true;
    this.#forgetAhead();
    this.#parts.clear();
    const current = this.#current;
    this.#current = null;
    current?.clientLeft();
    this.#parser.free();
  }
}

const ignore = (): void => {};
