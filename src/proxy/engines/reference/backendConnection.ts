import type { Socket } from 'node:net';
import { BackendConnection, type ConnectionHome } from '../common/pools.ts';

/** A connection on which node:http writes requests. */
export class HttpConnection extends BackendConnection {
  constructor(socket: Socket, openMs: number, home: ConnectionHome) {
    super(socket, openMs);
    // node:http says `free` when a request and its response are through, and when a request never began.
    socket.on('free', () => home.release(this));
    socket.on('close', () => home.forget(this));
    // Bytes that no request asked for would be read as the answer to the next one.
    socket.on('data', () => {
      if (this.idle) socket.destroy();
    });
  }
}
