import { type IncomingMessage, type InformationEvent, STATUS_CODES } from 'node:http';
import type { AnswerLook } from '../../answerLook.ts';
import { isChunkedToClient, saysItsEnd } from '../../framing.ts';
import { type ResponseFields, readResponseFields } from '../../headers/toClient.ts';
import { keptTrailers } from '../../headers/trailers.ts';
import type { LocalAnswer } from '../../pages/pages.ts';
import { listenToInbound } from './listeners.ts';
import type { OutboundRequest, RelayEvents, ResponseMessage } from './messages.ts';

const nothing = Buffer.alloc(0);

export interface ClientResponseOwner {
  /** All of the response is given to the client's connection. */
  relayed(): void;
}

/** What a client gets for one request: an answer of our own, or a backend's response as it comes, no faster than taken. */
export class ClientResponse implements RelayEvents {
  readonly #response: ResponseMessage;
  readonly #owner: ClientResponseOwner;
  /** HTTP/1.0 has no interim responses and no chunks. */
  readonly #http10: boolean;
  #inbound: IncomingMessage | null = null;
  #chunked = false;
  #paused = false;
  /** Of the final response, or of what became of it without one; 0 before that. */
  status = 0;
  /** It says where it ends. */
  framed = true;
  /** It cannot be taken back. */
  begun = false;
  /** The client wants 100 before it sends its body, and has not got it. */
  awaitsContinue = false;
  /** Looks at what is passed on. */
  look: AnswerLook | null = null;

  constructor(response: ResponseMessage, http10: boolean, owner: ClientResponseOwner) {
    this.#response = response;
    this.#http10 = http10;
    this.#owner = owner;
  }

  /** Sends 100, if that is awaited. */
  continue(): void {
    if (!this.awaitsContinue) return;
    this.awaitsContinue = false;
    this.#response.writeContinue();
  }

  /** Passes an interim response on; to HTTP/1.0 it would look like the answer (RFC 9110 section 15.2). */
  interim(info: InformationEvent): void {
    if (info.statusCode === 100) {
      this.continue();
      return;
    }
    if (this.#http10) return;
    const { kept } = readResponseFields(info.rawHeaders, true);
    this.#response.writeInterim(info.statusCode, info.statusMessage, kept);
  }

  /** Agrees to the tunnel that a backend agreed to. */
  switch(inbound: IncomingMessage, { kept }: ResponseFields, more: readonly string[]): void {
    kept.push('Connection', 'Upgrade', 'Upgrade', 'websocket', ...more);
    const reason = inbound.statusMessage ?? STATUS_CODES[101] ?? '';
    this.status = this.#response.writeAgreement(reason, kept);
  }

  /** @param more fields beside the answer's own */
  answer(answer: LocalAnswer, more: readonly string[]): void {
    const { status, headers, body } = answer;
    this.begun = true;
    this.status = status;
    this.#response.writeHead(status, STATUS_CODES[status] ?? '', [...headers, ...more]);
    this.#response.end(body);
  }

  /**
   * Begins to pass a backend's response on; `relay` goes on.
   *
   * @param outbound the request that is answered; tells of the body until its `relay` is taken away
   * @param more fields beside those that came
   * @returns false when it cannot be written
   */
  begin(
    outbound: OutboundRequest,
    inbound: IncomingMessage,
    fields: ResponseFields,
    more: readonly string[],
  ): boolean {
    const status = inbound.statusCode ?? 0;
    const out = fields.kept;
    this.begun = true;
    this.#chunked = isChunkedToClient(fields.chunked, status, this.#http10);
    if (this.#chunked) {
      out.push('Transfer-Encoding', 'chunked');
      if (fields.trailer !== null) out.push('Trailer', fields.trailer);
    }
    for (const text of more) out.push(text);
    const response = this.#response;
    try {
      response.writeHead(status, inbound.statusMessage ?? '', out);
    } catch {
      // node:http would write none of it, but remembers half of it.
      return false;
    }
    this.framed = saysItsEnd(fields.contentLength, response.chunkedEncoding);
    this.status = status;
    this.#inbound = inbound;
    outbound.relay = this;
    return true;
  }

  /** What came in the same bytes as the head is parsed by now: often the whole response, then sent in one piece. */
  relay(): void {
    const inbound = this.#inbound;
    if (inbound === null) return;
    const first: unknown = inbound.read();
    if (inbound.complete && inbound.readableLength === 0) {
      this.#end(inbound, Buffer.isBuffer(first) ? first : null);
      return;
    }
    if (Buffer.isBuffer(first)) this.data(first);
    else this.flushHead();
    listenToInbound(inbound);
    if (this.#paused) inbound.pause();
  }

  /** Sends the head of a response whose body comes later. */
  flushHead(): void {
    // `flushHeaders` would write it as UTF-8, and so change bytes beyond ASCII.
    this.#response.write(nothing);
  }

  data(chunk: Buffer): void {
    this.look?.add(chunk);
    if (this.#response.write(chunk)) return;
    this.#paused = true;
    this.#inbound?.pause();
  }

  end(): void {
    if (this.#inbound !== null) this.#end(this.#inbound, null);
  }

  /** The client's connection takes bytes again. */
  drained(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#inbound?.resume();
  }

  #end(inbound: IncomingMessage, last: Buffer | null): void {
    this.#owner.relayed();
    if (last !== null) this.look?.add(last);
    const response = this.#response;
    if (this.#chunked && inbound.rawTrailers.length > 0) {
      const trailers = keptTrailers(inbound.rawTrailers);
      if (trailers !== null) response.addTrailers(trailers);
    }
    if (last === null) response.end();
    else response.end(last);
  }
}
