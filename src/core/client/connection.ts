import { connect } from 'node:net';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { Connection } from '../../client/connection.ts';
import { rpcPath, subprotocols } from '../../shared/contract/wire.ts';
import { limits } from '../../shared/limits.ts';
import { connectError, refusalError, silentError } from './connectError.ts';

/** How an instance is reached: by its socket (or named pipe), or by the address of its loopback door and the token. */
export type ControlAddress =
  | { readonly socket: string }
  /** As `http://127.0.0.1:8190`. */
  | { readonly url: string; readonly token: string };

/**
 * @throws BerthError BERTH_NOT_RUNNING when nobody listens there, a BERTH_CONTROL_… that says what happened instead of
 * being let in; or the reason of `signal`
 */
export async function openConnection(
  address: ControlAddress,
  { bounded, signal }: { readonly bounded: boolean; readonly signal: AbortSignal | undefined },
): Promise<Connection> {
  signal?.throwIfAborted();
  const socket = dial(address);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  // What failed is told by the promises below; without a listener it would end the process.
  socket.on('error', () => undefined);
  let ahead = 0;
  let isForeign = false;
  const heard = (): void => {
    ahead++;
    if (bounded && ahead >= limits.maxStreamAhead) socket.pause();
  };
  // From the first moment: what speaks before it is asked is no instance.
  const websocket = asBrowsers(socket, heard, () => {
    isForeign = true;
  });
  const abort = (): void => socket.terminate();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await opened(socket, placeOf(address));
  } catch (error) {
    socket.terminate();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  return {
    link: new RPCLink({ websocket }),
    get isForeign() {
      return isForeign;
    },
    taken: () => {
      ahead--;
      if (socket.isPaused && ahead < limits.maxStreamAhead) socket.resume();
    },
    closed,
    close: () => {
      // A paused socket would never see the other side's answer to a close.
      if (socket.isPaused) socket.terminate();
      else socket.close();
    },
  };
}

/**
 * A WebSocket as it is, for who passes on what it carries.
 *
 * @throws BerthError as `openConnection`
 */
export async function openSocket(address: ControlAddress): Promise<WebSocket> {
  const socket = dial(address);
  socket.on('error', () => undefined);
  try {
    await opened(socket, placeOf(address));
  } catch (error) {
    socket.terminate();
    throw error;
  }
  return socket;
}

function dial(address: ControlAddress): WebSocket {
  const options = {
    perMessageDeflate: false,
    closeTimeout: limits.controlCloseMs,
    maxPayload: limits.maxControlOutputBytes,
  };
  if ('socket' in address) {
    return new WebSocket(`ws://localhost${rpcPath}`, [subprotocols.name], {
      ...options,
      createConnection: () => connect(address.socket),
    });
  }
  const url = new URL(rpcPath, address.url);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(url, [subprotocols.name], {
    ...options,
    headers: { authorization: `Bearer ${address.token}` },
  });
}

/** A WebSocket of the kind that oRPC expects; what is no message of its protocol ends the connection. */
function asBrowsers(socket: WebSocket, heard: () => void, foreign: () => void) {
  const target = new EventTarget();
  let isClosed = false;
  socket.on('message', (data, isBinary) => {
    const text = isBinary || !Buffer.isBuffer(data) ? '' : data.toString('utf8');
    if (!isMessage(text)) {
      foreign();
      socket.close(1003);
      return;
    }
    heard();
    target.dispatchEvent(new MessageEvent('message', { data: text }));
  });
  socket.on('close', () => {
    isClosed = true;
    target.dispatchEvent(new Event('close'));
  });
  return {
    addEventListener: target.addEventListener.bind(target),
    removeEventListener: target.removeEventListener.bind(target),
    send: (data: Parameters<WebSocket['send']>[0]) => socket.send(data),
    // Open until oRPC has heard of the end, which ends all that is under way. In between it tells the instance of each
    // signal that is aborted, and where it finds the WebSocket closing it throws what nobody can catch; what is sent
    // to a closing one goes nowhere.
    get readyState() {
      return isClosed ? WebSocket.CLOSED : WebSocket.OPEN;
    },
  };
}

function isMessage(text: string): boolean {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null && 'i' in message;
  } catch {
    return false;
  }
}

/** Where it is, for a person. */
export const placeOf = (address: ControlAddress): string =>
  'socket' in address ? address.socket : address.url;

/**
 * By a deadline of our own: that of ws counts silence only, and not on a connection that it did not make itself.
 *
 * @throws BerthError as `openConnection`
 */
function opened(socket: WebSocket, place: string): Promise<void> {
  let deadline: NodeJS.Timeout | undefined;
  const outcome = new Promise<void>((resolve, reject) => {
    deadline = setTimeout(() => reject(silentError(place)), limits.controlHelloMs);
    socket.once('open', resolve);
    socket.once('error', (error: NodeJS.ErrnoException) => reject(connectError(error, place)));
    socket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text = (text + part).slice(0, maxRefusalChars);
      });
      const refuse = (): void => {
        const { statusCode: status = 0, headers } = response;
        reject(refusalError({ status, headers, text }, place));
      };
      response.once('close', refuse);
    });
  });
  return outcome.finally(() => clearTimeout(deadline));
}

/** Characters of a refusal that are shown. */
const maxRefusalChars = 500;
