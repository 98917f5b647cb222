import type { Socket } from 'node:net';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import type { ClientView } from '../../headers/forwarded.ts';
import type { OutboundFields } from './outboundFields.ts';
import type { BodySource } from './requestBody.ts';

/** What an exchange needs of the connection that its request came on. */
export interface ClientSide extends BodySource {
  readonly socket: Socket;
  readonly view: ClientView;
  readonly outbound: OutboundFields;
  /** CONNECT may be answered. */
  readonly mayTunnel: boolean;
  /** The present response must be the last. */
  readonly lastAnswer: boolean;
  /** No request after the present one is answered. */
  closeAfterCurrent(): void;
  /** Bytes written to the client since the last call. */
  takeBytes(): number;
  /** Gives the connection to a tunnel, with what the client sent after its handshake. */
  detach(): readonly Buffer[];
  /** Goes on as a connection to another listener of ours. */
  tunnelTo(listener: ListenerSpec): void;
  /** @param reset the client must see that this is no orderly end */
  break(reset: boolean): void;
  /**
   * The present exchange is through.
   *
   * @param close nothing may follow it
   * @param now monotonic milliseconds
   */
  finished(close: boolean, now: number): void;
}
