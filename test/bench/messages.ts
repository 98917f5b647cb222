import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { LoadResult } from './load.ts';

/*
 * WebSocket messages of one size, each answered before the next is sent. Frames are counted by their length, so that
 * both ends cost as little as they can.
 */

const payloadBytes = 26;
/** Masked with zeros, as a client must mask. */
const fromClient = Buffer.concat([
  Buffer.from([0x81, 0x80 | payloadBytes, 0, 0, 0, 0]),
  Buffer.alloc(payloadBytes, 0x78),
]);
const fromServer = Buffer.concat([
  Buffer.from([0x81, payloadBytes]),
  Buffer.alloc(payloadBytes, 0x78),
]);
const headEnd = '\r\n\r\n';
const openMs = 5000;

/** The host that leads to the backend of messages. */
export const messagesHost = 'messages.localhost';

/** Calls `frame` for each frame of `size` bytes that arrives after the head. */
function readFrames(socket: Socket, size: number, opened: () => void, frame: () => void): void {
  let head: string | null = '';
  let bytes = 0;
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('data', (data: Buffer) => {
    let { length } = data;
    if (head !== null) {
      head += data.toString('latin1');
      const end = head.indexOf(headEnd);
      if (end === -1) return;
      length = head.length - end - headEnd.length;
      head = null;
      opened();
    }
    bytes += length;
    while (bytes >= size) {
      bytes -= size;
      frame();
    }
  });
}

/** Opens every WebSocket, and answers each message. */
export async function serveMessages(): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const open = (): void =>
      void socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
          'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
      );
    readFrames(socket, fromClient.length, open, () => void socket.write(fromServer));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Sends messages over so many WebSockets at once; `requests` of the result are messages that were answered. */
export async function runMessages(
  port: number,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<LoadResult> {
  let open = 0;
  let answered = 0;
  let failed = 0;
  let over = false;
  const sockets = Array.from({ length: connections }, () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: ${messagesHost}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const send = (): void => void socket.write(fromClient);
    readFrames(
      socket,
      fromServer.length,
      () => {
        open++;
        send();
      },
      () => {
        answered++;
        if (!over) send();
      },
    );
    socket.once('close', () => {
      if (!over) failed++;
    });
    return socket;
  });
  const begun = performance.now();
  await new Promise((done) => setTimeout(done, seconds * 1000));
  while (open < connections && failed === 0 && performance.now() - begun < openMs)
    await new Promise((done) => setTimeout(done, 10));
  over = true;
  const duration = (performance.now() - begun) / 1000;
  for (const socket of sockets) socket.destroy();
  failed += connections - open;
  return { requests: answered, failed, seconds: duration, p50: 0, p99: 0 };
}
