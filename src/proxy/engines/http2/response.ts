import { createHash } from 'node:crypto';
import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { toHttp2Fields } from '../../headers/toHttp2.ts';
import type { ClientEvents, ResponseMessage } from '../reference/messages.ts';
import type { Http2Request } from './request.ts';

const lastStatus = 599;

/** What a server says that has read the key (RFC 6455 section 4.2.2). */
const proofOf = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

/** The response to a request that came as a stream of HTTP/2. */
export class Http2Response implements ResponseMessage {
  shouldKeepAlive = true;
  /** A stream has an end of its own. */
  readonly chunkedEncoding = true;
  exchange: ClientEvents | null = null;
  readonly #stream: ServerHttp2Stream;
  readonly #toHead: boolean;
  readonly #webSocketKey: string | null;
  #isTunnel = false;
  #fields: OutgoingHttpHeaders | null = null;
  #bodiless = false;
  /** It may close with trailers, which are asked for when the body is through. */
  #awaitsTrailers = false;
  #trailers: OutgoingHttpHeaders = {};
  #bodyBytes = 0;

  constructor(
    stream: ServerHttp2Stream,
    { method, webSocketKey }: Pick<Http2Request, 'method' | 'webSocketKey'>,
  ) {
    this.#stream = stream;
    this.#toHead = method === 'HEAD';
    this.#webSocketKey = webSocketKey;
    stream.on('finish', () => {
      if (!this.#awaitsTrailers && !this.#isTunnel) this.exchange?.finished();
    });
    stream.on('wantTrailers', () => {
      this.#awaitsTrailers = false;
      if (!stream.destroyed && !stream.closed) stream.sendTrailers(this.#trailers);
      this.exchange?.finished();
    });
  }

  /** Bytes of its body. */
  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  /** Bytes of its body that have left this stream. */
  get takenBytes(): number {
    return this.#bodyBytes - this.#stream.writableLength;
  }

  forwardBy(): void {
    this.exchange?.forward();
  }

  writeHead(status: number, _reason: string, fields: string[]): void {
    // node:http2 would refuse it as well, when it is too late.
    if (status > lastStatus) throw new RangeError(`HTTP/2 has no status ${status}`);
    this.#bodiless = this.#toHead || status === 204 || status === 205 || status === 304;
    this.#awaitsTrailers = !this.#bodiless && fields.includes('Transfer-Encoding');
    const out = toHttp2Fields(fields);
    if (status === 205) delete out['content-length'];
    this.#fields = { [constants.HTTP2_HEADER_STATUS]: status, ...out };
  }

  flushHeaders(): void {
    this.#respond(this.#bodiless);
  }

  write(chunk: Buffer): boolean {
    this.#respond(this.#bodiless);
    if (this.#bodiless || this.#gone) return true;
    this.#bodyBytes += chunk.length;
    return this.#stream.write(chunk);
  }

  addTrailers(trailers: [string, string][]): void {
    this.#trailers = toHttp2Fields(trailers.flat());
  }

  end(last?: Buffer): void {
    const empty = last === undefined || last.length === 0;
    // What is here whole by now, and brought no trailers, needs no more than its own frames.
    if (this.#fields !== null && Object.keys(this.#trailers).length === 0) {
      this.#awaitsTrailers = false;
    }
    this.#respond(this.#bodiless || (empty && !this.#awaitsTrailers));
    if (this.#gone) return;
    if (empty || this.#bodiless) {
      this.#stream.end();
      return;
    }
    this.#bodyBytes += last.length;
    this.#stream.end(last);
  }

  writeContinue(): void {
    this.writeInterim(100, '', []);
  }

  writeInterim(status: number, _reason: string, fields: readonly string[]): void {
    if (this.#gone || this.#stream.headersSent) return;
    const head = { [constants.HTTP2_HEADER_STATUS]: status, ...toHttp2Fields(fields) };
    this.#stream.additionalHeaders(head);
  }

  isAgreement(accept: string | undefined): boolean {
    return this.#webSocketKey !== null && accept === proofOf(this.#webSocketKey);
  }

  writeAgreement(_reason: string, fields: readonly string[]): number {
    this.#isTunnel = true;
    const out = toHttp2Fields(fields);
    delete out['sec-websocket-accept'];
    if (!this.#gone) this.#stream.respond({ [constants.HTTP2_HEADER_STATUS]: 200, ...out });
    return 200;
  }

  assignSocket(): void {}

  detachSocket(): void {}

  get #gone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  #respond(endStream: boolean): void {
    const fields = this.#fields;
    if (fields === null) return;
    this.#fields = null;
    if (this.#gone) return;
    this.#stream.respond(fields, { endStream, waitForTrailers: this.#awaitsTrailers });
  }
}
