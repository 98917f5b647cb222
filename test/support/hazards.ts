import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The host of the backend that does all of this, and one whose backend is gone. */
export const hazardHost = 'app.dev.local';
export const goneHost = 'gone.dev.local';

/** A backend that answers, dies half way, says nothing or turns into a tunnel, as the target says. */
export async function startHazards() {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const target = /^[A-Z]+ (\S+) HTTP/.exec(chunk.toString('latin1'))?.[1];
      if (target === '/dies') {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf');
        setImmediate(() => socket.destroy());
      } else if (target === '/resets') {
        socket.resetAndDestroy();
      } else if (target === '/garbage') {
        socket.write('this is not HTTP\r\n\r\n');
      } else if (target === '/tunnel') {
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
        );
      } else if (target === '/long') {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(50_000)}`);
      } else if (target === '/huge') {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n${'x'.repeat(500_000)}`);
      } else if (target !== undefined && target !== '/silent') {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    open,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** A client, and what it does. */
export interface Hazard {
  readonly name: string;
  readonly send: string;
  /** The client leaves as soon as this came; without it, it waits for the end of the connection. */
  readonly leavesAt?: string;
  /** Leaves without waiting for anything. */
  readonly leaves?: boolean;
  readonly resets?: boolean;
  /** Milliseconds for which it does not read, once it has sent what it has; then it leaves. */
  readonly stallsMs?: number;
}

const requestTo = (target: string, fields = '', name = hazardHost): string =>
  `GET ${target} HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n${fields}\r\n`;
const upgrade = `GET /tunnel HTTP/1.1\r\nHost: ${hazardHost}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

export const hazards: readonly Hazard[] = [
  { name: 'a plain request', send: requestTo('/ok') },
  { name: 'a request with a body', send: `${requestTo('/ok', 'Content-Length: 4\r\n')}body` },
  {
    name: 'a pipeline',
    send: `GET /ok HTTP/1.1\r\nHost: ${hazardHost}\r\n\r\n${requestTo('/ok')}`,
  },
  { name: 'an unknown host', send: requestTo('/ok', '', 'no-such.dev.local') },
  { name: 'a dead backend', send: requestTo('/ok', '', goneHost) },
  { name: 'a backend that dies half way', send: requestTo('/dies') },
  { name: 'a backend that resets', send: requestTo('/resets') },
  { name: 'a backend that speaks no HTTP', send: requestTo('/garbage') },
  { name: 'a client that leaves a silent backend', send: requestTo('/silent'), leaves: true },
  { name: 'a client that resets', send: requestTo('/silent'), leaves: true, resets: true },
  { name: 'a client that leaves a download', send: requestTo('/long'), leavesAt: 'xxxx' },
  { name: 'a tunnel that the client ends', send: upgrade, leavesAt: '101' },
  { name: 'a request that is not HTTP', send: 'NOT HTTP AT ALL\r\n\r\n' },
  {
    name: 'framing that is ambiguous',
    send: requestTo('/ok', 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'),
  },
  { name: 'a head that is too large', send: requestTo('/ok', `X-Big: ${'x'.repeat(40_000)}\r\n`) },
  { name: 'half a head', send: 'GET /ok HTTP/1.1\r\nHo', leaves: true },
  { name: 'a silent client', send: '', leaves: true },
];

/** Clients that stop half way, in one direction or the other. */
export const stalls: readonly Hazard[] = [
  {
    name: 'a client that resets a download',
    send: requestTo('/long'),
    leavesAt: 'xxxx',
    resets: true,
  },
  { name: 'a client that does not read', send: requestTo('/huge'), stallsMs: 60 },
  {
    name: 'an upload that stalls and ends',
    send: `PUT /ok HTTP/1.1\r\nHost: ${hazardHost}\r\nContent-Length: 90000\r\n\r\n${'x'.repeat(60_000)}`,
    stallsMs: 20,
  },
  {
    name: 'an upload in chunks that breaks off',
    send: `PUT /ok HTTP/1.1\r\nHost: ${hazardHost}\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n${'x'.repeat(500)}`,
    leaves: true,
    resets: true,
  },
  { name: 'a tunnel that the client resets', send: upgrade, leavesAt: '101', resets: true },
];

/** Does what the client does, to the end of its connection. */
export async function meet(port: number, hazard: Hazard): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  let text = '';
  const over = once(socket, 'close').catch(() => {});
  const leave = (): void => {
    if (hazard.resets === true) socket.resetAndDestroy();
    else socket.destroy();
  };
  socket.on('data', (chunk) => {
    if (text.length < 1000) text += chunk.toString('latin1');
    if (hazard.leavesAt !== undefined && text.includes(hazard.leavesAt)) leave();
  });
  await Promise.race([once(socket, 'connect').catch(() => {}), over]);
  socket.write(hazard.send, () => {
    if (hazard.leaves === true) leave();
  });
  if (hazard.stallsMs !== undefined) {
    socket.pause();
    setTimeout(leave, hazard.stallsMs);
  }
  await over;
}
