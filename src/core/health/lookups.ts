import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Found = (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void;

// What RFC 6761 section 6.3 says of localhost, which a hosts file often says of one family only.
const loopback: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];
const isLoopbackName = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost');

/**
 * Looks names up for connections. A name is looked up once at a time, however many wait for it: the system does few
 * look-ups at once, and a name whose servers are silent would keep all others waiting.
 */
export function createLookups(lookup: typeof systemLookup = systemLookup): LookupFunction {
  const waiting = new Map<string, Found[]>();

  const find = (host: string, found: Found): void => {
    if (isLoopbackName(host)) {
      found(null, loopback);
      return;
    }
    const others = waiting.get(host);
    if (others !== undefined) {
      others.push(found);
      return;
    }
    const all = [found];
    waiting.set(host, all);
    lookup(host, { all: true }, (error, addresses) => {
      waiting.delete(host);
      for (const each of all) each(error, error === null ? addresses : []);
    });
  };

  return (host, options, done) => {
    find(host, (error, addresses) => {
      const [first] = addresses;
      if (error !== null) done(error, '');
      else if (options.all === true) done(null, [...addresses]);
      else done(null, first?.address ?? '', first?.family ?? 4);
    });
  };
}
