import { ClientRequest, IncomingMessage, type InformationEvent, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Refusal } from '../../guards/request.ts';
import { isWebSocketHandshake } from '../../guards/upgrade.ts';
import { headText } from '../common/headText.ts';

/** What the messages of a client report. */
export interface ClientEvents {
  /** http-proxy's chain has come to the pass that forwards. */
  forward(): void;
  /** A part of the request body. */
  bodyData(chunk: Buffer): void;
  bodyEnd(): void;
  /** All of the response to the client is with the operating system. */
  finished(): void;
}

/** What a request to a backend, and the response to it, report. */
export interface BackendEvents {
  outboundDrained(outbound: OutboundRequest): void;
  outboundError(outbound: OutboundRequest, error: unknown): void;
  information(info: InformationEvent): void;
  response(inbound: IncomingMessage): void;
  /** The backend has switched protocols; `first` is what followed the head. */
  upgraded(inbound: IncomingMessage, socket: Socket, first: Buffer): void;
  inboundError(inbound: IncomingMessage): void;
}

/** What the body of a response reports. */
export interface RelayEvents {
  data(chunk: Buffer): void;
  end(): void;
}

/** http-proxy's chain, as far as messages go through it. */
interface Chain {
  web(request: InboundRequest, response: InboundResponse): void;
  ws(request: InboundRequest, socket: Socket, head: Buffer): void;
}

/** A request of a client, as an exchange reads it: a message of node:http, or a stream of HTTP/2. */
export interface RequestMessage {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  /** The version of HTTP/1 by whose rules it is read: what came otherwise was put into its words. */
  readonly grammar: string;
  /** Why it is refused, whatever else it says; null as a rule. */
  readonly refusal: Refusal | null;
  /** Flat lists: name, value, name, value. */
  readonly rawHeaders: readonly string[];
  readonly rawTrailers: readonly string[];
  /** All of it has come. */
  readonly complete: boolean;
  readonly readableLength: number;
  /** It asked for another protocol. */
  readonly upgradeOffered: boolean | null;
  exchange: ClientEvents | null;
  read(): unknown;
  pause(): unknown;
  resume(): unknown;
  /** Lets the body come, to its exchange. */
  flow(): void;
}

/** Our response to a client, as an exchange writes it. */
export interface ResponseMessage {
  exchange: ClientEvents | null;
  shouldKeepAlive: boolean;
  /** Its end is seen, whatever its fields say of a length. */
  readonly chunkedEncoding: boolean;
  /**
   * Goes to `forward` of the exchange, through http-proxy's chain where that takes such messages.
   *
   * @param tunnelHead what followed a WebSocket handshake; null for a plain request
   */
  forwardBy(proxy: Chain, tunnelHead: Buffer | null): void;
  /** @throws when this cannot be sent */
  writeHead(status: number, reason: string, fields: string[]): unknown;
  flushHeaders(): void;
  /** @returns false: no more, until the exchange hears of `clientDrained` */
  write(chunk: Buffer): boolean;
  addTrailers(trailers: [string, string][]): void;
  end(last?: Buffer): unknown;
  writeContinue(): void;
  /** @param fields flat list */
  writeInterim(status: number, reason: string, fields: readonly string[]): void;
  /** Whether a backend's agreement to a tunnel answers the handshake. @param accept its Sec-WebSocket-Accept */
  isAgreement(accept: string | undefined): boolean;
  /** Agrees to a tunnel, and lets go of what carries it. @returns the status that the client gets */
  writeAgreement(reason: string, fields: readonly string[]): number;
  assignSocket(socket: Socket): void;
  detachSocket(socket: Socket): void;
}

/** A request of a client on a connection of node:http. */
export class InboundRequest extends IncomingMessage implements RequestMessage {
  /** The parser's word, set while the base class is being constructed. */
  declare upgradeOffered: boolean | null;
  exchange: ClientEvents | null = null;

  get grammar(): string {
    return this.httpVersion;
  }

  get refusal(): Refusal | null {
    return null;
  }

  flow(): void {
    this.on('data', onBodyData);
    this.on('end', onBodyEnd);
  }

  /**
   * Whether node:http hands the connection over as a tunnel. Only WebSocket handshakes become one; with any other
   * Upgrade the message stays an ordinary request, which node:http itself can only decide for all of them alike.
   */
  get upgrade(): boolean {
    if (this.upgradeOffered !== true) return false;
    return (
      this.method === 'CONNECT' ||
      isWebSocketHandshake(
        this.method ?? '',
        this.httpVersion,
        this.headers.connection ?? null,
        this.headers.upgrade ?? null,
      )
    );
  }

  set upgrade(offered: boolean | null) {
    this.upgradeOffered = offered;
  }
}

/** Our response to a client on a connection of node:http. */
export class InboundResponse extends ServerResponse<InboundRequest> implements ResponseMessage {
  exchange: ClientEvents | null = null;

  forwardBy(proxy: Chain, tunnelHead: Buffer | null): void {
    if (tunnelHead === null) proxy.web(this.req, this);
    else if (this.socket !== null) proxy.ws(this.req, this.socket, tunnelHead);
  }

  writeInterim(status: number, reason: string, fields: readonly string[]): void {
    this.socket?.write(headText(`HTTP/1.1 ${status} ${reason}`, fields), 'latin1');
  }

  /** The client sees to that, who has the key. */
  isAgreement(): boolean {
    return true;
  }

  writeAgreement(reason: string, fields: readonly string[]): number {
    const { socket } = this;
    if (socket !== null) {
      this.detachSocket(socket);
      socket.write(headText(`HTTP/1.1 101 ${reason}`, fields), 'latin1');
    }
    return 101;
  }
}

/** A request to a backend. */
export class OutboundRequest extends ClientRequest {
  side: BackendEvents | null = null;
  relay: RelayEvents | null = null;
}

function onBodyData(this: InboundRequest, chunk: Buffer): void {
  this.exchange?.bodyData(chunk);
}
function onBodyEnd(this: InboundRequest): void {
  this.exchange?.bodyEnd();
}
