import { RPCLink } from '@orpc/client/websocket';
import type { OpenConnection } from '../../client/connection.ts';
import { rpcPath, subprotocols } from '../../shared/contract/wire.ts';
import { BerthError } from '../../shared/errors.ts';
import type { TokenKeeper } from './token.ts';
import { createWire } from './wire.ts';

/** Opens WebSockets to the instance that served this page. */
export function browserConnections(tokens: Pick<TokenKeeper, 'get'>): OpenConnection {
  return async ({ signal }) => {
    const token = await tokens.get();
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
      await opened(socket, token);
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

function opened(socket: WebSocket, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => void whyNot(token).then(reject), { once: true });
  });
}

/** A browser does not tell why a WebSocket failed; a plain request does. */
async function whyNot(token: string): Promise<BerthError> {
  try {
    const answer = await fetch(`${rpcPath}/instance/hello`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    if (answer.status === 401) {
      return new BerthError('BERTH_CONTROL_REFUSED', (await answer.text()).trim());
    }
    if (answer.status === 503)
      return new BerthError('BERTH_CONTROL_BUSY', (await answer.text()).trim());
    return new BerthError('BERTH_CONTROL_UNUSABLE', `${location.host} closed the connection`);
  } catch {
    return new BerthError('BERTH_NOT_RUNNING', `nothing answers at ${location.host}`);
  }
}
