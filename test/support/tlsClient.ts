import { once } from 'node:events';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

/** What a TLS client saw of a server. */
export interface SeenByTls {
  /** Null: the handshake is through, and the certificate good for the name. */
  readonly refusal: string | null;
  /** As `DNS:app.test`; empty without a certificate. */
  readonly names: string;
  /** SHA-256 of it. */
  readonly fingerprint: string;
  readonly protocol: string | null;
  readonly alpn: string | null;
  readonly reused: boolean;
  readonly ms: number;
}

/**
 * A handshake as a client of today does it.
 *
 * @param host the name of SNI, which the certificate has to be for; null names none
 * @param ca what the client trusts
 */
export async function handshake(
  port: number,
  host: string | null,
  ca: string,
  more: ConnectionOptions & { readonly localAddress?: string } = {},
): Promise<SeenByTls> {
  const begun = performance.now();
  const socket = connect({
    ...{ port, host: '127.0.0.1', ca },
    ...(host === null ? {} : { servername: host }),
    ...more,
  });
  const refusal = await Promise.race([
    once(socket, 'secureConnect').then(() => null),
    new Promise<string>((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(wordOf(error)));
      socket.once('close', () => resolve('closed'));
    }),
  ]);
  const seen = describe(socket, refusal, performance.now() - begun);
  socket.destroy();
  return seen;
}

/** What a client keeps of a handshake, to go on with it at the next. */
export async function sessionOf(
  port: number,
  host: string,
  ca: string,
  version: 'TLSv1.2' | 'TLSv1.3',
): Promise<Buffer> {
  const socket = connect({
    ...{ port, host: '127.0.0.1', servername: host, ca },
    ...{ minVersion: version, maxVersion: version },
  });
  const [session] = (await once(socket, 'session')) as [Buffer];
  socket.destroy();
  return session;
}

const wordOf = ({ code, message }: NodeJS.ErrnoException): string =>
  code === undefined || code === 'UNSPECIFIED' ? message : code;

function describe(socket: TLSSocket, refusal: string | null, ms: number): SeenByTls {
  const certificate = socket.getPeerCertificate();
  return {
    refusal,
    names: certificate?.subjectaltname ?? '',
    fingerprint: certificate?.fingerprint256 ?? '',
    protocol: socket.getProtocol(),
    alpn: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null,
    reused: socket.isSessionReused(),
    ms,
  };
}
