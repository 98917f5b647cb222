import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { isChunkedToClient, saysItsEnd } from '../../framing.ts';
import { keptTrailers } from '../../headers/trailers.ts';
import type { LocalAnswer } from '../../pages/pages.ts';
import { fieldLines, headText } from '../common/headText.ts';
import type { ResponseHead } from './backendConnection.ts';
import type { EngineContext } from './context.ts';
import type { Dates } from './dates.ts';
import type { ResponseText } from './responseText.ts';
import { noParts, noTrailers, type Piece, type PieceWriter } from './wire.ts';

const forbidden = /[^\t\r\n\x20-\x7e\x80-\xff]/;

/** What a client gets for one request: an answer of our own, or a backend's response as it comes, no faster than taken. */
export class ClientResponse {
  readonly #socket: Socket;
  readonly #dates: Dates;
  readonly #writer: PieceWriter;
  /** HTTP/1.0 has no interim responses and no chunks. */
  readonly #http10: boolean;
  /** Its answers have no body. */
  readonly #isHead: boolean;
  #chunked = false;
  #bodiless = false;
  /** Of the final response, or of what became of it without one; 0 before that. */
  status = 0;
  /** It says where it ends. */
  framed = true;
  /** It cannot be taken back. */
  begun = false;
  /** The connection ends with it. */
  closes = false;
  /** The client wants 100 before it sends its body, and has not got it. */
  awaitsContinue = false;

  constructor(
    socket: Socket,
    { dates, writer }: Pick<EngineContext, 'dates' | 'writer'>,
    http10: boolean,
    isHead: boolean,
  ) {
    this.#socket = socket;
    this.#dates = dates;
    this.#writer = writer;
    this.#http10 = http10;
    this.#isHead = isHead;
  }

  /** Sends 100, if that is awaited. */
  continue(): void {
    if (!this.awaitsContinue) return;
    this.awaitsContinue = false;
    this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
  }

  /** Passes an interim response on; to HTTP/1.0 it would look like the answer (RFC 9110 section 15.2). */
  interim({ statusCode, statusMessage }: ResponseHead, { lines }: ResponseText): void {
    if (statusCode === 100) {
      this.continue();
      return;
    }
    if (this.#http10) return;
    this.#socket.write(`HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines}\r\n`, 'latin1');
  }

  /** Agrees to the tunnel that a backend agreed to. */
  switch({ statusMessage }: ResponseHead, { lines }: ResponseText, more: readonly string[]): void {
    this.status = 101;
    const own = fieldLines(['Connection', 'Upgrade', 'Upgrade', 'websocket', ...more]);
    this.#socket.write(`HTTP/1.1 101 ${statusMessage}\r\n${lines}${own}\r\n`, 'latin1');
  }

  /** @param more fields beside the answer's own @param close the connection ends with it */
  answer({ status, headers, body }: LocalAnswer, more: readonly string[], close: boolean): void {
    this.begun = true;
    this.status = status;
    this.closes = close;
    const fields = [...headers, ...more, 'Date', this.#dates.now, 'Connection', connection(close)];
    const head = headText(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, fields);
    const parts = this.#isHead || isBodiless(status) ? noParts : [body];
    this.#writer.write(this.#socket, { head, parts, chunked: false, trailers: noTrailers });
  }

  /**
   * Begins to pass a backend's response on.
   *
   * @param more fields beside those that came
   * @param close the connection ends with it, however it is framed
   * @param trailers of a response that is whole; null for one that goes on
   * @returns null when it cannot be written, else whether more may be written
   */
  begin(
    { statusCode, statusMessage }: ResponseHead,
    { facts, lines }: ResponseText,
    more: readonly string[],
    close: boolean,
    parts: readonly Buffer[],
    trailers: readonly string[] | null,
  ): boolean | null {
    const { contentLength } = facts;
    this.begun = true;
    this.status = statusCode;
    this.#bodiless = this.#isHead || isBodiless(statusCode);
    const passedOn = isChunkedToClient(facts.chunked, statusCode, this.#http10);
    // Where only the end of the backend's connection ends it, it is chunked here.
    const isOurs = !passedOn && contentLength === null && !this.#bodiless && !this.#http10;
    this.#chunked = (passedOn || isOurs) && !this.#bodiless;
    this.framed = saysItsEnd(contentLength, passedOn || isOurs);
    const endless = !this.framed && (this.#http10 || !this.#bodiless);
    this.closes = close || endless;
    let head = `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines}`;
    if (passedOn) {
      head += chunkedLine;
      if (facts.trailer !== null) head += `Trailer: ${facts.trailer}\r\n`;
    }
    if (more.length > 0) {
      const added = fieldLines(more);
      // What came passed a strict parser; what is added may be text of the store.
      if (forbidden.test(added)) return null;
      head += added;
    }
    if (!facts.hasDate) head += `Date: ${this.#dates.now}\r\n`;
    head += this.closes ? 'Connection: close\r\n' : 'Connection: keep-alive\r\n';
    head += isOurs ? chunkedLastLine : '\r\n';
    return this.#write(head, parts, trailers);
  }

  /** @param trailers of the last part; null before that @returns whether more may be written */
  relay(parts: readonly Buffer[], trailers: readonly string[] | null): boolean {
    return this.#write('', parts, trailers);
  }

  #write(head: string, parts: readonly Buffer[], trailers: readonly string[] | null): boolean {
    const piece: Piece = {
      head,
      parts: this.#bodiless ? noParts : parts,
      chunked: this.#chunked,
      trailers: trailers === null ? null : (keptTrailers(trailers) ?? noTrailers),
    };
    return this.#writer.write(this.#socket, piece);
  }
}

const chunkedLine = 'Transfer-Encoding: chunked\r\n';
const chunkedLastLine = `${chunkedLine}\r\n`;

const isBodiless = (status: number): boolean => status === 204 || status === 304;

const connection = (close: boolean): string => (close ? 'close' : 'keep-alive');
