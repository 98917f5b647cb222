import { connect } from 'node:net';
import { isIpv4, isIpv6, isLoopback } from '../../shared/config/address.ts';
import { limits } from '../../shared/limits.ts';
import { BindError, type OpenPort, openPort } from './bind.ts';

/** The system that ports are bound on, and by whom. */
export interface Binder {
  readonly platform: NodeJS.Platform;
  /** Asked each time: an instance gives root's rights up. */
  readonly isRoot: () => boolean;
  /** Ports that are root's, but for those on the wildcard address. */
  readonly reservedBelow: number;
  readonly open: OpenPort;
  /** Whether somebody takes connections there now. */
  readonly isAnswered: (address: string, port: number) => Promise<boolean>;
}

const thisBinder: Binder = {
  platform: process.platform,
  isRoot: () => process.geteuid?.() === 0,
  reservedBelow: 1024,
  open: openPort,
  isAnswered,
};

/**
 * Binds one address as the system lets this user. macOS (10.14 and later) leaves ports below 1024 to every user, on the
 * wildcard address alone: for a loopback address that is bound, and what comes to any other address of the machine is
 * closed before a byte of it is read. Whoever asked sees the address that is served.
 *
 * @throws BindError
 */
export function openPortFor(binder: Partial<Binder> = {}): OpenPort {
  const {
    platform,
    isRoot,
    reservedBelow,
    open,
    isAnswered: answered,
  } = {
    ...thisBinder,
    ...binder,
  };
  return async (address, port, options) => {
    const served = loopbackIn(address);
    const isReserved = port > 0 && port < reservedBelow;
    if (platform !== 'darwin' || served === null || !isReserved || isRoot()) {
      return await open(address, port, options);
    }
    // There a wildcard can be bound beside a loopback address of somebody else, and would then get no connection.
    if (await answered(served, port)) throw new BindError('taken', address, port, { cause: null });
    const wildcard = isIpv4(served) ? '0.0.0.0' : '::';
    try {
      const bound = await open(wildcard, port, { ...options, ipv6Only: true, onlyTo: served });
      return { ...bound, address };
    } catch (error) {
      if (!(error instanceof BindError)) throw error;
      throw new BindError(error.failure, address, port, { cause: error });
    }
  };
}

/** A loopback address as the system writes it; null for another address. */
function loopbackIn(address: string): string | null {
  if (!isLoopback(address)) return null;
  if (isIpv6(address)) return '::1';
  return isIpv4(address) ? address : '127.0.0.1';
}

/** What does not refuse at once has somebody who listens. */
function isAnswered(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.setTimeout(limits.portAnswerMs, () => end(true));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
