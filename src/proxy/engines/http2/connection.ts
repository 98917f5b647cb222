import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { limits } from '../../../shared/limits.ts';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import { type ClientView, mappedAddress } from '../../headers/forwarded.ts';
import type { ServedConnection } from '../common/connections.ts';
import type { EngineContext } from '../reference/context.ts';
import { Allowance } from './allowance.ts';
import { ClientStream, type StreamOwner } from './clientStream.ts';
import { rawFields } from './request.ts';

const flooded = new Error('HTTP/2 frames without end');

/** Requests that all HTTP/2 connections of a worker have under way. */
export interface StreamTotal {
  streams: number;
}

/** One connection of an HTTP/2 client: its requests side by side, and the time it may stand still. */
export class Http2Connection implements ServedConnection, StreamOwner {
  readonly socket: Socket;
  readonly view: ClientView;
  readonly #context: EngineContext;
  readonly #session: ServerHttp2Session;
  readonly #total: StreamTotal;
  readonly #streams = new Set<ClientStream>();
  readonly #cancels: Allowance;
  readonly #controls: Allowance;
  /** Bytes of requests that are over, bodies of both ways. */
  #usefulBytes = 0;
  #idleSince: number;
  #closing = false;
  #lingerUntil = 0;

  constructor(
    context: EngineContext,
    socket: Socket,
    listener: ListenerSpec,
    session: ServerHttp2Session,
    total: StreamTotal,
  ) {
    this.#context = context;
    this.socket = socket;
    this.#session = session;
    this.#total = total;
    this.view = {
      address: mappedAddress(socket.remoteAddress ?? ''),
      scheme: 'https',
      port: String(listener.port),
    };
    const now = context.now();
    this.#idleSince = now;
    this.#cancels = new Allowance(limits.http2CancelBurst, limits.http2CancelsPerSecond, now);
    this.#controls = new Allowance(limits.http2ControlBurst, limits.http2ControlsPerSecond, now);
    socket.setNoDelay(true);
    session.on('error', () => {});
    session.on('stream', (stream: ServerHttp2Stream, ...said: readonly unknown[]) =>
      this.#accept(stream, rawFields(said)),
    );
    session.on('ping', () => this.#heard());
    session.on('remoteSettings', () => this.#heard());
  }

  #accept(stream: ServerHttp2Stream, raw: readonly string[]): void {
    if (stream.destroyed) return;
    if (this.#total.streams >= this.#context.settings.maxConnections) {
      // Said so, a client may send it again elsewhere or later: nothing of it was looked at.
      stream.on('error', () => {});
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return;
    }
    this.#total.streams++;
    const request = new ClientStream(this.#context, this, stream, raw);
    this.#streams.add(request);
    request.begin();
  }

  ended(stream: ClientStream, cancelled: boolean): void {
    if (!this.#streams.delete(stream)) return;
    this.#total.streams--;
    this.#usefulBytes += stream.headBytes + stream.bodyBytes;
    const now = this.#context.now();
    this.#idleSince = now;
    if (cancelled && !this.#cancels.take(now)) this.#end();
  }

  break(): void {
    this.#session.destroy();
    this.socket.destroy();
  }

  /** @param now monotonic milliseconds */
  sweep(now: number): void {
    if (this.#lingerUntil !== 0) {
      if (now >= this.#lingerUntil) this.break();
      return;
    }
    for (const stream of this.#streams) stream.sweep(now);
    if (this.#isFlooded()) {
      this.#end();
      return;
    }
    const isIdle =
      this.#streams.size === 0 && now - this.#idleSince >= this.#context.settings.tcpTimeoutMs;
    if (isIdle || this.#context.draining()) this.#finish(now);
  }

  /**
   * Says which request is the last, and closes when all are answered. What is on its way from the client was not looked
   * at then, which it is told, and may be sent again (RFC 9113 section 6.8).
   */
  #finish(now: number): void {
    if (!this.#closing) {
      this.#closing = true;
      if (!this.#session.destroyed) this.#session.close();
    }
    if (this.#streams.size === 0) this.#lingerUntil = now + limits.closeLingerMs;
  }

  /** A frame that asks for work and brings nothing. */
  #heard(): void {
    if (!this.#controls.take(this.#context.now())) this.#end();
  }

  /** Frames came that brought next to nothing, of kinds that node:http2 tells nobody of. */
  #isFlooded(): boolean {
    let useful = this.#usefulBytes;
    for (const stream of this.#streams) useful += stream.headBytes + stream.bodyBytes;
    return this.socket.bytesRead > limits.http2IdleBytes + limits.http2IdleShare * useful;
  }

  /** Nobody asks for so much in good faith. */
  #end(): void {
    if (this.#session.destroyed) return;
    this.#context.log('debug', `${this.view.address}: HTTP/2 frames without end`);
    // Without an error, Node tells the client of none.
    this.#session.destroy(flooded, constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }
}
