import { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { isWebSocketHandshake } from '../../guards/upgrade.ts';
import type { Exchange } from './exchange.ts';

/** A request of a client. */
export class InboundRequest extends IncomingMessage {
  /** The parser's word, set while the base class is being constructed. */
  declare upgradeOffered: boolean | null;
  exchange: Exchange | null = null;

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
  exchange: Exchange | null = null;
}

/** A request to a backend. */
export class OutboundRequest extends ClientRequest {
  exchange: Exchange | null = null;
}
