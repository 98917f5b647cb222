import { ClientRequest, IncomingMessage, type InformationEvent, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isWebSocketHandshake } from '../../guards/upgrade.ts';

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

/** A request of a client. */
export class InboundRequest extends IncomingMessage {
  /** The parser's word, set while the base class is being constructed. */
  declare upgradeOffered: boolean | null;
  exchange: ClientEvents | null = null;

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

/** Our response to a client. */
export class InboundResponse extends ServerResponse<InboundRequest> {
  exchange: ClientEvents | null = null;
}

/** A request to a backend. */
export class OutboundRequest extends ClientRequest {
  side: BackendEvents | null = null;
  relay: RelayEvents | null = null;
}
