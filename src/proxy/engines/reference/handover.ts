import type { Agent, ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

/**
 * What node:http takes for an agent: gives each request the socket that was lent for it, so that a request is only made
 * when its connection stands and everything before that is provably unsent. `addRequest` and `onSocket` are the
 * contract that agents outside of Node have always lived on.
 */
export class SocketHandover {
  /** Requests stay on kept connections; the pool decides what becomes of them. */
  readonly keepAlive = true;
  readonly maxSockets = Number.POSITIVE_INFINITY;
  #socket: Socket | null = null;

  /** The next request that is made gets this socket. */
  lend(socket: Socket): Agent {
    this.#socket = socket;
    return this as unknown as Agent;
  }

  addRequest(request: ClientRequest): void {
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) throw new Error('a request was made without a connection');
    request.onSocket(socket);
  }
}
