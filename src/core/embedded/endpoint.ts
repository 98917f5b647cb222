import { chmod, lstat, rm } from 'node:fs/promises';
import { connect, createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { isLoopback } from '../../shared/config/address.ts';
import { BerthError } from '../../shared/errors.ts';

/** Something that clients can connect to. */
export interface Endpoint {
  /** The port of a TCP endpoint; 0 otherwise. */
  readonly port: number;
  /** Takes no more connections. Those that are open stay. */
  close(): Promise<void>;
}

export type TakeSocket = (socket: Socket, address: string) => void;

async function listen(take: TakeSocket, options: ListenOptions): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const { remoteAddress, remotePort } = socket;
    const address = remoteAddress === undefined ? 'unix:0' : `${remoteAddress}:${remotePort ?? 0}`;
    take(socket, address);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // An error while accepting (no descriptor left) concerns one connection; the server goes on.
  server.on('error', () => {});
  return server;
}

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()));

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : null;

/** @throws BerthError when the host is not loopback, or the port is taken or may not be bound */
export async function listenTcp(
  take: TakeSocket,
  host: string,
  port: number,
  fallback: boolean,
): Promise<Endpoint> {
  if (!isLoopback(host)) {
    throw new BerthError(
      'BERTH_CONFIG_INVALID',
      `the embedded store listens on loopback only, not on ${host}`,
    );
  }
  let server: Server;
  try {
    server = await listen(take, { host, port });
  } catch (error) {
    const code = codeOf(error);
    if (fallback && port !== 0 && (code === 'EADDRINUSE' || code === 'EACCES')) {
      return listenTcp(take, host, 0, false);
    }
    const where = `${host} port ${port} (embedded store)`;
    if (code === 'EADDRINUSE') throw new BerthError('BERTH_PORT_TAKEN', where, { cause: error });
    if (code === 'EACCES') throw new BerthError('BERTH_PORT_FORBIDDEN', where, { cause: error });
    if (code === 'EADDRNOTAVAIL') {
      throw new BerthError('BERTH_ADDRESS_UNAVAILABLE', where, { cause: error });
    }
    throw error;
  }
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => stop(server),
  };
}

/** Bytes that a socket's path may have: sun_path, without its final zero. */
const maxPathBytes = process.platform === 'darwin' ? 103 : 107;

/** Whether somebody answers on a socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

/**
 * Listens on a unix socket that only this user can open (a named pipe on Windows). What a dead process left at the
 * path is removed.
 *
 * @throws BerthError BERTH_EMBEDDED_LOCKED when somebody answers there
 */
export async function listenLocal(take: TakeSocket, path: string): Promise<Endpoint> {
  if (process.platform === 'win32') {
    const server = await listen(take, { path });
    return { port: 0, close: () => stop(server) };
  }
  if (Buffer.byteLength(path) > maxPathBytes) {
    throw new BerthError(
      'BERTH_CONFIG_INVALID',
      `the path of the embedded store's socket is longer than ${maxPathBytes} bytes: ${path}`,
    );
  }
  const there = await lstat(path).catch(() => null);
  if (there !== null) {
    if (!there.isSocket()) {
      throw new BerthError('BERTH_CONFIG_INVALID', `${path} exists and is not a socket`);
    }
    if (await answers(path)) {
      throw new BerthError('BERTH_EMBEDDED_LOCKED', `somebody answers on ${path}`);
    }
    await rm(path, { force: true });
  }
  const server = await listen(take, { path });
  await chmod(path, 0o600);
  return { port: 0, close: () => stop(server) };
}
