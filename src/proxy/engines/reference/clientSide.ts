import type { Socket } from 'node:net';
import type { ClientView } from '../../headers/forwarded.ts';

/** What an exchange needs of the connection that its request came on. */
export interface ClientSide {
  readonly socket: Socket;
  readonly view: ClientView;
  /** The present response must be the last. */
  readonly lastAnswer: boolean;
  /** No request after the present one is answered. */
  closeAfterCurrent(): void;
  /** Bytes written to the client since the last call. */
  takeBytes(): number;
  /** What the client sent after its handshake before the answer came. The connection then belongs to the tunnel. */
  takeEarly(): readonly Buffer[];
  /** @param reset the client must see that this is no orderly end */
  break(reset: boolean): void;
  /** The present exchange is through. @param received nothing of the request is still on its way */
  finished(received: boolean): void;
}
