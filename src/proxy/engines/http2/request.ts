import { randomBytes } from 'node:crypto';
import type { ServerHttp2Stream } from 'node:http2';
import type { Refusal } from '../../guards/request.ts';
import { readHttp2Head } from '../../headers/fromHttp2.ts';
import type { ClientEvents, RequestMessage } from '../reference/messages.ts';

const none: readonly string[] = [];

/** The flat field list as it came, which node:http2 gives after what its types say of an event. */
export function rawFields(said: readonly unknown[]): readonly string[] {
  const raw = said[2];
  return Array.isArray(raw) ? raw : none;
}

/** A request that came as a stream of HTTP/2, in the words of HTTP/1.1. */
export class Http2Request implements RequestMessage {
  readonly method: string;
  readonly url: string;
  readonly httpVersion = '2.0';
  readonly grammar = '1.1';
  readonly refusal: Refusal | null;
  readonly rawHeaders: readonly string[];
  /** Of the handshake with a backend, for a client that wants a WebSocket; null otherwise. */
  readonly webSocketKey: string | null;
  rawTrailers = none;
  readonly upgradeOffered = false;
  exchange: ClientEvents | null = null;
  complete: boolean;
  /** Bytes of the body that were read. */
  receivedBytes = 0;
  readonly #stream: ServerHttp2Stream;
  #flowing = false;

  /** @param raw flat list as it came, pseudo-header fields included */
  constructor(stream: ServerHttp2Stream, raw: readonly string[]) {
    const head = readHttp2Head(raw, stream.endAfterHeaders);
    this.webSocketKey = head.isWebSocket ? randomBytes(16).toString('base64') : null;
    if (this.webSocketKey !== null) head.fields.push('Sec-WebSocket-Key', this.webSocketKey);
    this.method = head.method;
    this.url = head.target;
    this.refusal = head.refusal;
    this.rawHeaders = head.fields;
    this.complete = stream.endAfterHeaders;
    this.#stream = stream;
    // Trailers, and the end of an empty body, come before anybody reads it.
    stream.on('end', () => {
      this.complete = true;
      if (this.#flowing) this.exchange?.bodyEnd();
    });
    stream.on('trailers', (...said: readonly unknown[]) => {
      this.rawTrailers = rawFields(said);
    });
  }

  get readableLength(): number {
    return this.#stream.readableLength;
  }

  read(): unknown {
    const chunk: unknown = this.#stream.read();
    if (Buffer.isBuffer(chunk)) this.receivedBytes += chunk.length;
    return chunk;
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  flow(): void {
    this.#flowing = true;
    this.#stream.on('data', (chunk: Buffer) => {
      this.receivedBytes += chunk.length;
      this.exchange?.bodyData(chunk);
    });
  }
}
