import type { LookupAddress } from 'node:dns';
import { connect, isIP, type LookupFunction, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Backend } from '../../../shared/model/backend.ts';
import { type Failure, failures, readFailure } from '../../failure.ts';

// What RFC 6761 section 6.3 says of localhost, which a hosts file often says of one family only.
const isLoopbackName = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost');
const loopbackAddresses: LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];
const lookupLoopback: LookupFunction = (_host, options, found) => {
  if (options.all === true) found(null, loopbackAddresses);
  else found(null, '127.0.0.1', 4);
};
const loopback = { lookup: lookupLoopback };

/** Hears of a connection to a backend: exactly one of the two, never before `openBackend` has returned. */
export interface BackendSocketWaiter {
  opened(socket: Socket): void;
  notOpened(failure: Failure): void;
}

/**
 * Connects to a backend. A name is tried on all its addresses, so that `localhost` finds servers on IPv4 and IPv6.
 * The certificate of an https:// backend is not verified, as with other reverse proxies: behind a proxy for
 * development it is self-signed as a rule, and nothing secret leaves the machine that was not sent there by choice.
 *
 * @param onread takes what comes in place of `data` events, where there is no TLS
 * @returns gives the attempt up; the waiter hears no more
 */
export function openBackend(
  backend: Backend,
  timeoutMs: number,
  waiter: BackendSocketWaiter,
  onread: OnReadOpts | null = null,
): () => void {
  const { hostname: host, port } = backend;
  const address = { host, port, autoSelectFamily: true, ...(isLoopbackName(host) ? loopback : {}) };
  const socket = backend.secure
    ? connectTls({
        ...address,
        rejectUnauthorized: false,
        ALPNProtocols: ['http/1.1'],
        ...(isIP(host) === 0 ? { servername: host } : {}),
      })
    : connect(onread === null ? address : { ...address, onread });
  socket.setNoDelay(true);
  let settled = false;
  const settle = (): boolean => {
    if (settled) return false;
    settled = true;
    clearTimeout(timer);
    return true;
  };
  const fail = (failure: Failure): void => {
    if (!settle()) return;
    socket.destroy();
    waiter.notOpened(failure);
  };
  const timer = setTimeout(() => fail(failures.connectTimeout), timeoutMs);
  socket.on('error', (error) => {
    const failure = readFailure(error, 'connecting');
    // A server that hangs up during the handshake does not speak TLS.
    fail(backend.secure && failure === failures.reset ? failures.tls : failure);
  });
  socket.once('close', () => fail(backend.secure ? failures.tls : failures.reset));
  socket.once(backend.secure ? 'secureConnect' : 'connect', () => {
    if (settle()) waiter.opened(socket);
    else socket.destroy();
  });
  return () => {
    if (settle()) socket.destroy();
  };
}
