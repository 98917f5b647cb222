import { RPCLink } from '@orpc/client/websocket';
import type { OpenConnection } from '../../client/connection.ts';
import { rpcPath, subprotocols } from '../../shared/contract/wire.ts';
import { BerthError } from '../../shared/errors.ts';
import { createWire } from './wire.ts';

/** Opens WebSockets to the instance that served this page. */
export function browserConnections(token: string): OpenConnection {
  return async ({ signal }) => {
    signal?.throwIfAborted();
    const url = new URL(rpcPath, location.href);
    url.protocol = 'ws:';
    url.hash = '';
    const socket = new WebSocket(url, [subprotocols.name, `${subprotocols.tokenPrefix}${token}`]);
    const end = createWire((text) => socket.send(text));
    socket.addEventListener('message', ({ data }) =>
      end.text(typeof data === 'string' ? data : ''),
    );
    socket.addEventListener('close', end.end);
    const abort = (): void => socket.close();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await opened(socket);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    return {
      link: new RPCLink({ websocket: end.wire }),
      taken: () => undefined,
      get isForeign() {
        return end.isForeign;
      },
      closed: end.closed,
      close: () => socket.close(),
    };
  };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    // A browser does not tell why; whether the instance has gone or refuses the token is asked for by the session.
    socket.addEventListener(
      'error',
      () => reject(new BerthError('BERTH_NOT_RUNNING', `nothing answers at ${location.host}`)),
      { once: true },
    );
  });
}
