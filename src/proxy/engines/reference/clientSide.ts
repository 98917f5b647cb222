import type { Socket } from 'node:net';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import type { ClientView } from '../../headers/forwarded.ts';
import type { Tunnel } from '../common/tunnel.ts';

/** A tunnel between a client and a backend. */
export type OpenTunnel = Pick<Tunnel, 'sweep' | 'break'>;

/** What an exchange needs of the connection that its request came on. */
export interface ClientSide {
  readonly socket: Socket;
  /** A number that changes whenever bytes of this request or its response move. */
  readonly activity: number;
  /** The client does not take what it was sent. */
  readonly full: boolean;
  readonly view: ClientView;
  /** CONNECT may be answered. */
  readonly mayTunnel: boolean;
  /** The present response must be the last. */
  readonly lastAnswer: boolean;
  /** No request after the present one is answered. */
  closeAfterCurrent(): void;
  /** Bytes written to the client since the last call. */
  takeBytes(): number;
  /** Goes on as a tunnel to a backend. @param first what it sent after its agreement @param now monotonic milliseconds */
  tunnel(backend: Socket, first: Buffer, now: number): OpenTunnel;
  /** What the client sent after its handshake before the answer came. The connection then belongs to the tunnel. */
  takeEarly(): readonly Buffer[];
  /**
   * Goes on as a connection to another listener of ours.
   *
   * @param first what followed CONNECT and was not read here
   */
  tunnelTo(listener: ListenerSpec, first: readonly Buffer[]): void;
  /** @param reset the client must see that this is no orderly end */
  break(reset: boolean): void;
  /** The present exchange is through. @param received nothing of the request is still on its way */
  finished(received: boolean): void;
}
