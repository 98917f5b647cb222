import { createServer, type Server, type Socket } from 'node:net';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { PortOwner } from '../ports/portOwner.ts';
import { describeOwner } from '../ports/portOwner.ts';

/** A port that is bound. It accepts from the start; connections go to whoever `serve` names. */
export interface BoundPort {
  readonly address: string;
  /** The true one, also where 0 was asked for. */
  readonly port: number;
  /** Says who gets connections; until then they wait unread. */
  serve(take: (socket: Socket) => void): void;
  /** Frees the port. Connections that were given away live on. */
  close(): Promise<void>;
}

/** Why a port could not be bound. */
export type BindFailure = 'taken' | 'forbidden' | 'unavailable';

export class BindError extends Error {
  readonly failure: BindFailure;
  readonly port: number;
  readonly address: string;
  override readonly name = 'BindError';

  constructor(failure: BindFailure, address: string, port: number, options: { cause: unknown }) {
    super(`${hostPort(address, port)}: ${failure}`, options);
    this.failure = failure;
    this.address = address;
    this.port = port;
  }
}

const failures: Readonly<Record<string, BindFailure>> = {
  EADDRINUSE: 'taken',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  EADDRNOTAVAIL: 'unavailable',
  EAFNOSUPPORT: 'unavailable',
  EINVAL: 'unavailable',
  ENOTFOUND: 'unavailable',
  EAI_AGAIN: 'unavailable',
};

interface BindOptions {
  /** An IPv6 wildcard that leaves IPv4 to another bind. */
  readonly ipv6Only: boolean;
  /** Connections held before `serve` is called; one more is closed. */
  readonly maxEarly: number;
  /** Hears that the system refused to accept a connection. */
  readonly acceptFailed: (error: Error) => void;
  /** Connections to another local address than this one are closed unread, and nobody hears of them. */
  readonly onlyTo?: string;
}

export type OpenPort = (address: string, port: number, options: BindOptions) => Promise<BoundPort>;

/**
 * Binds one address.
 *
 * @throws BindError
 */
export const openPort: OpenPort = async (address, port, options) => {
  const { ipv6Only, maxEarly, acceptFailed, onlyTo } = options;
  const early: Socket[] = [];
  let take = (socket: Socket): void => {
    socket.on('error', () => {});
    if (early.length < maxEarly) early.push(socket);
    else socket.destroy();
  };
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    if (onlyTo === undefined || socket.localAddress === onlyTo) take(socket);
    else turnAway(socket);
  });
  await listen(server, address, port, ipv6Only);
  server.on('error', acceptFailed);
  const bound = server.address();
  return {
    address,
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    serve: (next) => {
      take = next;
      for (const socket of early.splice(0)) next(socket);
    },
    close: async () => {
      for (const socket of early.splice(0)) socket.destroy();
      take = (socket) => socket.destroy();
      await new Promise<void>((resolve) => {
        // Not waited for: connections that were accepted and not given away yet end elsewhere.
        server.close();
        setImmediate(resolve);
      });
    },
  };
};

/** By a reset: an orderly end would leave the state of it to this system. */
function turnAway(socket: Socket): void {
  socket.on('error', () => {});
  socket.resetAndDestroy();
}

async function listen(
  server: Server,
  address: string,
  port: number,
  ipv6Only: boolean,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const failure = failures[error.code ?? ''];
      reject(
        failure === undefined ? error : new BindError(failure, address, port, { cause: error }),
      );
    };
    server.once('error', failed);
    server.listen(
      { host: address, port, ipv6Only, exclusive: true, backlog: limits.maxWaitingConnections },
      () => {
        server.off('error', failed);
        resolve();
      },
    );
  });
}

/** `127.0.0.1:80`, `[::1]:80` */
const hostPort = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** The error that ends a start or a reload for want of a port. */
export function bindBerthError(error: BindError, owner: PortOwner | null): BerthError {
  const where = hostPort(error.address, error.port);
  switch (error.failure) {
    case 'taken':
      return new BerthError(
        'BERTH_PORT_TAKEN',
        owner === null ? where : `${where} is used by ${describeOwner(owner)}`,
        { cause: error },
      );
    case 'forbidden':
      return new BerthError('BERTH_PORT_FORBIDDEN', where, { cause: error });
    case 'unavailable':
      return new BerthError('BERTH_ADDRESS_UNAVAILABLE', where, { cause: error });
  }
}
