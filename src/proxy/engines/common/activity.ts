import type { Socket } from 'node:net';

/**
 * A number that changes whenever bytes move on a connection, in either direction. Read by the sweep only, so that
 * timeouts cost a request nothing.
 */
export const activityOf = (socket: Socket): number =>
  socket.bytesRead + socket.bytesWritten - socket.writableLength - queuedBytes(socket);

/** Bytes that wait in the handle: they shrink while a slow reader takes part of one large write. */
function queuedBytes(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return 0;
  const size: unknown = Reflect.get(handle, 'writeQueueSize');
  return typeof size === 'number' ? size : 0;
}
