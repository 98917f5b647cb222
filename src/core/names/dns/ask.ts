import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import packet from 'dns-packet';

/** What a DNS server answers to one question. */
export type DnsAnswer =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  /** As `NXDOMAIN`; `NODATA` where the name is known, and has none of this type. */
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'refused-connection' };

/** Asks a server for one name, by UDP. Never rejects. */
export function askDns(
  server: { readonly address: string; readonly port: number },
  host: string,
  type: 'A' | 'AAAA',
  timeoutMs: number,
): Promise<DnsAnswer> {
  return new Promise((resolve) => {
    const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4');
    const id = randomInt(65_536);
    const done = (answer: DnsAnswer): void => {
      clearTimeout(timer);
      socket.removeAllListeners().on('error', () => undefined);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => done({ kind: 'silent' }), timeoutMs);
    socket.on('error', () => done({ kind: 'refused-connection' }));
    socket.on('message', (message) => {
      const read = answerIn(message, id, type);
      if (read !== null) done(read);
    });
    // Connected, so that a port on which nobody listens is told at once. What keeps it from that comes here, not as an event.
    socket.connect(server.port, server.address, (error?: Error) => {
      if (error) return done({ kind: 'refused-connection' });
      socket.send(
        packet.encode({
          type: 'query',
          id,
          flags: packet.RECURSION_DESIRED,
          questions: [{ type, name: host }],
        }),
      );
    });
  });
}

function answerIn(message: Buffer, id: number, type: 'A' | 'AAAA'): DnsAnswer | null {
  try {
    const read = packet.decode(message);
    if (read.id !== id || read.type !== 'response') return null;
    const code = 'rcode' in read ? String(read.rcode) : 'NOERROR';
    const addresses = (read.answers ?? []).flatMap((answer) =>
      answer.type === type && typeof answer.data === 'string' ? [answer.data] : [],
    );
    if (addresses.length > 0) return { kind: 'addresses', addresses };
    return { kind: 'code', code: code === 'NOERROR' ? 'NODATA' : code };
  } catch {
    return null;
  }
}
