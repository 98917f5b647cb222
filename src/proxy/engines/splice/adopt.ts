import { type OnReadOpts, Socket } from 'node:net';

/**
 * Gives an accepted connection a socket that reads into memory of ours. node:net offers that for connections that one
 * opens, not for those that one accepts; the way is the same, but `handle` and `_handle` are no public names. Where they
 * are not as Node 18 to 24 have them, nothing is done.
 *
 * @param socket a plain connection of which nothing was read; it is empty afterwards, and who waits for its end waits for
 * that of the new one
 * @returns null when it stays as it is
 */
export function adopt(socket: Socket, onread: OnReadOpts): Socket | null {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return null;
  if (typeof Reflect.get(handle, 'useUserBuffer') !== 'function') return null;
  if (socket.bytesRead > 0 || socket.readableLength > 0) return null;
  const { allowHalfOpen } = socket;
  const options = { handle, onread, readable: true, writable: true, allowHalfOpen };
  const own = new Socket(options);
  if (Reflect.get(own, '_handle') !== handle) throw new Error('a socket did not take its handle');
  Reflect.set(socket, '_handle', null);
  for (const hear of socket.listeners('close')) own.once('close', () => hear.call(own));
  socket.removeAllListeners();
  return own;
}
