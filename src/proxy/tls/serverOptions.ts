import { constants } from 'node:crypto';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { ListenerSpec, TlsChoices } from '../../shared/model/listener.ts';

/** Without a list, Node reads its hundred and more roots for a server that asks no client who it is. */
const withoutRoots: string[] = [];

/** A listener that speaks TLS. */
export type SecureListenerSpec = ListenerSpec & { readonly tls: NonNullable<ListenerSpec['tls']> };

/** What TLS servers of this worker share. */
export interface SharedTls {
  /** 48 bytes: with the same in every worker, a client's session goes on in whichever it meets. */
  readonly ticketKeys: Buffer;
  /** Milliseconds that a client has for its handshake. */
  readonly handshakeMs: number;
}

/**
 * How a TLS listener is served, whatever the protocol on it: the one place where that is decided. Without certificates.
 *
 * @param protocols for ALPN, the preferred first
 */
export function serverOptions(
  { id, tls }: SecureListenerSpec,
  { ticketKeys, handshakeMs }: SharedTls,
  protocols: readonly string[],
): TlsOptions {
  return {
    // Of the server even where a host's certificate is found later: the chain of that is made of them.
    ca: [...tls.ca],
    ...versions(tls),
    honorCipherOrder: tls.honorCipherOrder ?? true,
    ciphers: tls.ciphers ?? standardCiphers,
    // Without a list, OpenSSL offers finite fields of up to 8192 bits too, which cost a server much.
    ecdhCurve: 'X25519:P-256:P-384',
    // A client that begins again within a connection makes work and means nothing by it.
    secureOptions: ((tls.secureOptions ?? 0) | constants.SSL_OP_NO_RENEGOTIATION) >>> 0,
    ALPNProtocols: [...protocols],
    ticketKeys,
    // A session of one listener is none of another, which may be for other hosts.
    sessionIdContext: `berth-${id}`,
    handshakeTimeout: handshakeMs,
  };
}

/** What a listener has for everybody; null where each host has its own. */
export const listenerPair = (tls: SecureListenerSpec['tls']): SecureContextOptions | null =>
  tls.key === null
    ? null
    : {
        ...{ key: tls.key, cert: tls.cert, ca: [...tls.ca] },
        ...(tls.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
      };

/** A certificate alone: everything else is decided by the listener, before it is known for whom a client asks. */
export const pairOptions = (pair: {
  readonly key: string;
  readonly cert: string;
}): SecureContextOptions => ({ key: pair.key, cert: pair.cert, ca: withoutRoots });

/** A protocol that is asked for by name excludes a range of protocols. */
const versions = ({ secureProtocol }: TlsChoices): SecureContextOptions =>
  secureProtocol === undefined ? { minVersion: 'TLSv1.2' } : { secureProtocol };

/** Forward secret and authenticated, those of TLS 1.3 first: what every client of the last ten years has. */
const standardCiphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');
