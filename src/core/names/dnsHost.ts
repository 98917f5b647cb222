import type { Config } from '../../shared/config/config.ts';
import { BerthError } from '../../shared/errors.ts';
import type { Log } from '../../shared/messages.ts';
import { errnoOf } from '../config/readFile.ts';
import type { ZoneOf } from './dns/answer.ts';
import { type DnsServer, startDnsServer } from './dns/server.ts';

/** The DNS server of an instance, as its configuration wants it now. */
export interface DnsHost {
  /** Null when there is none. */
  readonly at: { readonly address: string; readonly port: number } | null;
  /**
   * Opens what a configuration asks for, beside what there is. A default port that cannot be had is replaced by a free
   * one; where none can be had at all, that is said, and there is none.
   *
   * @throws BerthError BERTH_PORT_TAKEN or BERTH_PORT_FORBIDDEN for a port that was asked for
   */
  propose(names: Config['names']): Promise<DnsProposal>;
  /** Never rejects. */
  close(): Promise<void>;
}

interface DnsProposal {
  /** The one before it ends. */
  keep(): Promise<void>;
  drop(): Promise<void>;
}

export interface DnsHostOptions {
  readonly zoneOf: ZoneOf;
  readonly log: Log;
  /** Monotonic ms. */
  readonly now: () => number;
  /** `startDnsServer`, when left out. */
  readonly start?: typeof startDnsServer;
}

export function createDnsHost({
  zoneOf,
  log,
  now,
  start = startDnsServer,
}: DnsHostOptions): DnsHost {
  let present: { readonly wanted: number; readonly server: DnsServer } | null = null;

  const open = (port: number): Promise<DnsServer> => start({ port, zoneOf, now });

  /** What was replaced serves a default, and not a port that was asked for by name. */
  const serves = ({ dnsPort, dnsPortIsSet }: Config['names']): boolean =>
    present !== null &&
    present.wanted === dnsPort &&
    (!dnsPortIsSet || dnsPort === 0 || present.server.port === dnsPort);

  async function openFor({ dnsPort, dnsPortIsSet }: Config['names']): Promise<DnsServer | null> {
    if (dnsPort === null) return null;
    try {
      return await open(dnsPort);
    } catch (error) {
      if (dnsPortIsSet) throw refusal(dnsPort, error);
    }
    try {
      return await open(0);
    } catch (error) {
      log('warn', `there is no DNS server: ${String(error)}`);
      return null;
    }
  }

  return {
    get at() {
      const server = present?.server;
      return server === undefined ? null : { address: server.address, port: server.port };
    },
    propose: async (names) => {
      if (serves(names)) return { keep: async () => undefined, drop: async () => undefined };
      const server = await openFor(names);
      return {
        keep: async () => {
          const before = present;
          present =
            server === null || names.dnsPort === null ? null : { wanted: names.dnsPort, server };
          await before?.server.close();
        },
        drop: async () => await server?.close(),
      };
    },
    close: async () => {
      const before = present;
      present = null;
      await before?.server.close();
    },
  };
}

function refusal(port: number, cause: unknown): unknown {
  const where = `127.0.0.1:${port} of the DNS server ("names.dnsPort")`;
  switch (errnoOf(cause)) {
    case 'EADDRINUSE':
      return new BerthError('BERTH_PORT_TAKEN', where, { cause });
    case 'EACCES':
      return new BerthError('BERTH_PORT_FORBIDDEN', where, { cause });
    default:
      return cause;
  }
}
