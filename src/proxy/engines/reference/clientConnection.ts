import type { Socket } from 'node:net';
import type { HttpErrorCode } from '../../../shared/errors.ts';
import { limits } from '../../../shared/limits.ts';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import { type ClientView, mappedAddress } from '../../headers/forwarded.ts';
import { refusalRecord } from '../../requestRecord.ts';
import { activityOf } from '../common/activity.ts';
import { rawAnswer } from '../common/rawAnswer.ts';
import { Tunnel } from '../common/tunnel.ts';
import type { ClientSide, OpenTunnel } from './clientSide.ts';
import type { EngineContext } from './context.ts';
import { Exchange } from './exchange.ts';
import { listenToResponse } from './listeners.ts';
import { type InboundRequest, InboundResponse } from './messages.ts';
import { Pipeline } from './pipeline.ts';

/** One connection of a client: its requests in order, one at a time, and the time it may stand still. */
export class ClientConnection implements ClientSide {
  readonly socket: Socket;
  readonly view: ClientView;
  readonly mayTunnel: boolean;
  readonly #context: EngineContext;
  #current: Exchange | null = null;
  readonly #pipeline: Pipeline<Exchange>;
  /** It is not read on before the requests that wait are answered. */
  #paused = false;
  #pausing = false;
  /** No further request is taken. */
  #closing = false;
  #lastAnswer = false;
  /** A request was forgotten: those before it are the last. */
  #overrun = false;
  /** What to answer when the present exchange is through, since the bytes after it are no HTTP. */
  #malformed: HttpErrorCode | null = null;
  #lingerUntil = 0;
  #idleSince: number;
  /** `bytesRead` when the last request ended: more means that the next one has begun. */
  #readMark: number;
  #headSince = 0;
  #bytesMark: number;
  readonly #halfOpen: boolean;
  #early: Buffer[] | null = null;
  #earlyBytes = 0;

  /** @param isTunnel its client asked for a tunnel to `listener` */
  constructor(context: EngineContext, socket: Socket, listener: ListenerSpec, isTunnel: boolean) {
    this.#context = context;
    this.socket = socket;
    this.#pipeline = new Pipeline(context.pipelined);
    this.view = {
      address: mappedAddress(socket.remoteAddress ?? ''),
      scheme: listener.tls === null ? 'http' : 'https',
      port: String(listener.port),
    };
    this.mayTunnel = listener.tls === null && !isTunnel;
    this.#idleSince = context.now();
    // What followed CONNECT was read before.
    this.#readMark = socket.bytesRead - socket.readableLength;
    this.#bytesMark = socket.bytesWritten;
    this.#halfOpen = socket.allowHalfOpen;
    socket.setNoDelay(true);
    socket.destroySoon = () => this.#closeSoon();
    socket.on('error', ignore);
    socket.on('drain', this.#onDrain);
    socket.on('close', this.#onClose);
  }

  get lastAnswer(): boolean {
    return (
      this.#lastAnswer || (this.#pipeline.empty && (this.#overrun || this.#context.draining()))
    );
  }

  get activity(): number {
    return activityOf(this.socket);
  }

  get full(): boolean {
    return this.socket.writableLength > 0;
  }

  /** Neither a request nor a part of one is here. */
  get idle(): boolean {
    return this.#current === null && this.socket.bytesRead === this.#readMark;
  }

  accept(request: InboundRequest, response: InboundResponse): void {
    listenToResponse(response);
    this.#accept(new Exchange(this.#context, this, request, response, null), request);
  }

  /** A WebSocket handshake or CONNECT: node:http has let go of the connection. */
  acceptUpgrade(request: InboundRequest, head: Buffer): void {
    const { socket } = this;
    socket.allowHalfOpen = true;
    this.#early = [];
    socket.on('data', this.#onEarlyData);
    socket.on('end', this.#onEarlyEnd);
    const response = new InboundResponse(request);
    listenToResponse(response);
    this.#accept(new Exchange(this.#context, this, request, response, head), request);
  }

  #accept(exchange: Exchange, request: InboundRequest): void {
    if (this.#closing || this.#lastAnswer || this.#overrun || this.#malformed !== null) return;
    if (this.#current === null) {
      this.#current = exchange;
      exchange.begin();
      return;
    }
    this.#overrun = !this.#pipeline.add(exchange, request);
    // Not before: a paused connection does not tell when its client leaves.
    const enough = this.#overrun || this.#pipeline.full || this.#context.draining();
    if (!enough || this.#pausing) return;
    this.#pausing = true;
    // Later, since the parser reads on after each complete request.
    process.nextTick(pauseNow, this);
  }

  pause(): void {
    this.#pausing = false;
    if (this.#closing || this.#pipeline.empty) return;
    this.#paused = true;
    this.socket.pause();
  }

  closeAfterCurrent(): void {
    this.#lastAnswer = true;
  }

  finished(received: boolean): void {
    const through = this.#current;
    if (through === null) return;
    this.#current = null;
    this.#idleSince = this.#context.now();
    this.#readMark = this.socket.bytesRead;
    this.#headSince = 0;
    if (through.isUpgrade || !received) this.#closeSoon();
    if (this.#closing) return;
    const next = this.#pipeline.next();
    if (next !== undefined) {
      this.#current = next;
      // The response of the last request is detached from the connection after this event.
      process.nextTick(beginNow, next, this);
      return;
    }
    if (this.#malformed !== null) {
      this.refuse(this.#malformed);
      return;
    }
    if (this.#overrun) {
      this.#closeSoon();
      return;
    }
    if (this.#paused) {
      this.#paused = false;
      this.socket.resume();
    }
  }

  begin(exchange: Exchange): void {
    if (exchange === this.#current && !this.socket.destroyed) exchange.begin();
  }

  /** The parser or the socket has failed. */
  failed(error: unknown): void {
    if (this.#closing) return;
    const code = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null;
    if (typeof code !== 'string' || !code.startsWith('HPE_')) {
      this.socket.destroy();
      return;
    }
    const current = this.#current;
    if (code === 'HPE_INVALID_EOF_STATE') {
      // The client has ended in the middle of a message: there is nobody to answer.
      if (current === null || !current.received) this.socket.destroy();
      return;
    }
    const problem: HttpErrorCode =
      code === 'HPE_HEADER_OVERFLOW' ? overflowOf(error) : 'BERTH_REQUEST_MALFORMED';
    if (current === null) {
      this.refuse(problem);
    } else if (current.received || !this.#pipeline.empty) {
      this.#malformed ??= problem;
    } else {
      this.#lastAnswer = true;
      current.malformed(problem);
    }
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

  tunnel(backend: Socket, first: Buffer, now: number): OpenTunnel {
    if (first.length > 0) this.socket.write(first);
    return new Tunnel(this.socket, backend, now);
  }

  takeEarly(): readonly Buffer[] {
    const early = this.#early ?? [];
    this.#early = null;
    this.socket.off('data', this.#onEarlyData);
    this.socket.off('end', this.#onEarlyEnd);
    return early;
  }

  tunnelTo(listener: ListenerSpec, first: readonly Buffer[]): void {
    const { socket } = this;
    const early = [...first, ...this.takeEarly()].filter(({ length }) => length > 0);
    this.#current = null;
    this.#closing = true;
    this.#pipeline.clear();
    socket.off('error', ignore);
    socket.off('drain', this.#onDrain);
    socket.off('close', this.#onClose);
    Reflect.deleteProperty(socket, 'destroySoon');
    socket.allowHalfOpen = this.#halfOpen;
    // As a connection that was just accepted.
    socket.pause();
    if (early.length > 0) socket.unshift(Buffer.concat(early));
    this.#context.connections.pass(socket, this, listener);
  }

  break(reset: boolean): void {
    this.#current?.breakTunnel();
    if (reset && this.view.scheme === 'http') this.socket.resetAndDestroy();
    else this.socket.destroy();
  }

  /** @param now monotonic milliseconds */
  sweep(now: number): void {
    const { headTimeoutMs, tcpTimeoutMs } = this.#context.settings;
    if (this.#lingerUntil !== 0) {
      if (now >= this.#lingerUntil) this.socket.destroy();
      return;
    }
    if (this.#current !== null) {
      this.#current.sweep(now);
      return;
    }
    if (this.idle) {
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
    const { socket } = this;
    this.#lingerUntil = this.#context.now() + limits.closeLingerMs;
    if (socket.writable) socket.end();
    if (this.#early !== null) {
      this.#early = null;
      socket.off('data', this.#onEarlyData);
    }
    this.#paused = false;
    socket.resume();
  }

  readonly #onDrain = (): void => this.#current?.clientDrained();

  readonly #onClose = (): void => this.#closed();

  #closed(): void {
    this.#closing = true;
    this.#pipeline.clear();
    const current = this.#current;
    this.#current = null;
    current?.clientLeft();
  }

  readonly #onEarlyData = (chunk: Buffer): void => {
    this.#early?.push(chunk);
    this.#earlyBytes += chunk.length;
    if (this.#earlyBytes > limits.maxEarlyTunnelBytes) this.socket.pause();
  };

  readonly #onEarlyEnd = (): void => {
    // A client that closes before its handshake is answered has given up.
    this.socket.destroy();
  };
}

const ignore = (): void => {};
const pauseNow = (connection: ClientConnection): void => connection.pause();
const beginNow = (exchange: Exchange, connection: ClientConnection): void =>
  connection.begin(exchange);

/** A head that has no line end in its last bytes is one long request line. */
function overflowOf(error: unknown): HttpErrorCode {
  const packet: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'rawPacket') : null;
  return Buffer.isBuffer(packet) && !packet.includes(0x0a)
    ? 'BERTH_TARGET_TOO_LONG'
    : 'BERTH_HEAD_TOO_LARGE';
}
