import { parseProcNet } from '../../ports/procNet.ts';

/** A TCP socket that listens. */
export interface Listener {
  /** `127.0.0.1`, `::`, …; an IPv4 address in an IPv6 socket as IPv4. */
  readonly address: string;
  readonly port: number;
}

/** A listener with the number of its socket. */
interface ListeningSocket extends Listener {
  readonly inode: string;
}

/** Where sockets listen, from the text of /proc/net/tcp or tcp6; what cannot be read is left out. */
export const socketsIn = (table: string): readonly ListeningSocket[] =>
  parseProcNet(table.split('\n').slice(1))
    .sockets.filter(({ port }) => port > 0)
    .map(({ address, port, inode }) => ({ address: withoutPrefix(address), port, inode }));

/** `::ffff:7f00:1` is 127.0.0.1. */
function withoutPrefix(address: string): string {
  const [, high = '', low = ''] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? [];
  if (high === '') return address;
  const bytes = Buffer.from(high.padStart(4, '0') + low.padStart(4, '0'), 'hex');
  return [...bytes].join('.');
}

export const isLoopback = ({ address }: Listener): boolean =>
  address === '::1' || address.startsWith('127.');

/** The resolver that Docker puts into each container of a network that somebody made. */
export const isResolver = ({ address }: Listener): boolean => address === '127.0.0.11';
