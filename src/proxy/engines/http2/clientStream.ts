import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { ClientView } from '../../headers/forwarded.ts';
import type { ClientSide, OpenTunnel } from '../reference/clientSide.ts';
import type { EngineContext } from '../reference/context.ts';
import { Exchange } from '../reference/exchange.ts';
import { Http2Request } from './request.ts';
import { Http2Response } from './response.ts';
import { StreamTunnel } from './tunnel.ts';

const nothing: readonly Buffer[] = [];
/** With any error, node:http2 says INTERNAL_ERROR. */
const broken = new Error('the response is not whole');

/** Hears how a stream ended. */
export interface StreamOwner {
  readonly socket: Socket;
  readonly view: ClientView;
  /** @param cancelled by its client, before it was answered */
  ended(stream: ClientStream, cancelled: boolean): void;
}

/** One request of an HTTP/2 connection, independent of all others on it. */
export class ClientStream implements ClientSide {
  readonly socket: Socket;
  readonly view: ClientView;
  readonly mayTunnel = false;
  readonly lastAnswer = false;
  /** Bytes of its field list, without compression. */
  readonly headBytes: number;
  readonly #stream: ServerHttp2Stream;
  readonly #request: Http2Request;
  readonly #response: Http2Response;
  readonly #exchange: Exchange;
  #tunnel: StreamTunnel | null = null;
  #answered = false;

  constructor(
    context: EngineContext,
    owner: StreamOwner,
    stream: ServerHttp2Stream,
    raw: readonly string[],
  ) {
    this.socket = owner.socket;
    this.view = owner.view;
    this.#stream = stream;
    this.#request = new Http2Request(stream, raw);
    this.#response = new Http2Response(stream, this.#request);
    this.headBytes = raw.reduce((sum, text) => sum + text.length, 0);
    const tunnelHead = this.#request.webSocketKey === null ? null : Buffer.alloc(0);
    this.#exchange = new Exchange(context, this, this.#request, this.#response, tunnelHead);
    stream.on('error', () => {});
    stream.on('drain', () => this.#exchange.clientDrained());
    // Said before the body is made to look as if it had come to its end.
    stream.on('aborted', () => this.#exchange.clientLeft());
    stream.on('close', () => {
      this.#exchange.clientLeft();
      owner.ended(this, !this.#answered);
    });
  }

  get activity(): number {
    return this.#request.receivedBytes + this.#response.takenBytes;
  }

  get full(): boolean {
    return this.#stream.writableLength > 0;
  }

  /** Bytes of bodies that went to and fro. */
  get bodyBytes(): number {
    return this.#request.receivedBytes + this.#response.bodyBytes + (this.#tunnel?.bytes ?? 0);
  }

  begin(): void {
    this.#exchange.begin();
  }

  /** @param now monotonic milliseconds */
  sweep(now: number): void {
    this.#exchange.sweep(now);
  }

  closeAfterCurrent(): void {}

  takeBytes(): number {
    return this.#response.bodyBytes + (this.#tunnel?.sentBytes ?? 0);
  }

  tunnel(backend: Socket, first: Buffer, now: number): OpenTunnel {
    const tunnel = new StreamTunnel(this.#stream, backend, now);
    if (first.length > 0) tunnel.toClient(first);
    this.#tunnel = tunnel;
    this.#answered = true;
    return tunnel;
  }

  takeEarly(): readonly Buffer[] {
    return nothing;
  }

  tunnelTo(): void {}

  /** The client sees that the response is not whole; other requests go on. */
  break(): void {
    this.#answered = true;
    // Where `close` is called before `end`, node:http2 ends the body as if it were whole, and resets the stream after that.
    this.#stream.destroy(broken);
  }

  finished(): void {
    this.#answered = true;
    if (this.#request.complete) return;
    // Nobody reads the rest of the body: its client may stop (RFC 9113 section 8.1).
    this.#stream.close(constants.NGHTTP2_NO_ERROR);
    this.#stream.resume();
  }
}
