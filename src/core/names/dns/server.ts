import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { limits } from '../../../shared/limits.ts';
import { answerTo, type ZoneOf } from './answer.ts';
import { createBudget } from './budget.ts';
import { serveStream } from './stream.ts';

/** A DNS server of this machine alone. */
export interface DnsServer {
  readonly address: '127.0.0.1';
  readonly port: number;
  /** Datagrams that were passed over, since too many came at once. */
  readonly dropped: number;
  /** Resolves when both sockets are closed. Never rejects. */
  close(): Promise<void>;
}

export interface DnsServerOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Asked for each question. */
  readonly zoneOf: ZoneOf;
  /** Monotonic ms. */
  readonly now: () => number;
}

const address = '127.0.0.1';

/**
 * Serves DNS on one loopback port over UDP and TCP.
 *
 * @throws the system's own error when the port cannot be had for both
 */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const tries = options.port === 0 ? limits.maxDnsPortTries : 1;
  for (let left = tries; ; left--) {
    try {
      return await startOn(options);
    } catch (error) {
      // A port that is free for TCP may not be so for UDP: with another one it is.
      if (left <= 1) throw error;
    }
  }
}

async function startOn({ port: wanted, zoneOf, now }: DnsServerOptions): Promise<DnsServer> {
  const budget = createBudget(limits.dnsQueriesPerSecond, now);
  const tcp = createServer({ noDelay: true });
  const stream = serveStream(tcp, budget, (message) => answerTo(message, zoneOf));
  await listening(tcp, wanted);
  const bound = tcp.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : wanted;
  const udp = createSocket({ type: 'udp4', recvBufferSize: limits.dnsReceiveBytes });
  let dropped = 0;
  udp.on('message', (message, { address: host, port: from }) => {
    if (!budget.take()) dropped++;
    else {
      const answer = answerTo(message, zoneOf);
      // Nobody hears of an answer that cannot be sent; whoever asked asks again.
      if (answer !== null) udp.send(answer, from, host, () => undefined);
    }
  });
  try {
    await bind(udp, port);
  } catch (error) {
    tcp.close();
    throw error;
  }
  // Errors of single datagrams, as that nobody listens any more where an answer went.
  udp.on('error', () => undefined);
  tcp.on('error', () => undefined);
  // Neither keeps a process alive that is done otherwise.
  tcp.unref();
  udp.unref();
  let closed: Promise<void> | null = null;
  return {
    address,
    port,
    get dropped() {
      return dropped;
    },
    close: () => {
      closed ??= (async () => {
        const ends = Promise.all([once(tcp, 'close'), once(udp, 'close')]);
        stream.end();
        tcp.close();
        udp.close();
        await ends;
      })();
      return closed;
    },
  };
}

async function listening(server: Server, port: number): Promise<void> {
  server.listen({ host: address, port, exclusive: true });
  await once(server, 'listening');
}

async function bind(socket: UdpSocket, port: number): Promise<void> {
  const failed = new Promise<never>((_resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
  });
  socket.bind({ address, port, exclusive: true });
  await Promise.race([once(socket, 'listening'), failed]);
}
