import { connect } from 'node:tls';
import { isIpv4, isIpv6 } from '../../shared/config/address.ts';
import { limits } from '../../shared/limits.ts';

/** A server, and the host that a client names to it. */
export interface HandshakeTarget {
  readonly address: string;
  readonly port: number;
  readonly host: string;
}

/** What a server shows to a client that names a host. */
export type Handshake =
  | {
      readonly ok: true;
      /** Of the certificate: `DNS:app.localhost, IP Address:127.0.0.1`. */
      readonly altNames: string;
      readonly subject: string;
      readonly issuer: string;
      /** Unix milliseconds. */
      readonly validFrom: number;
      readonly validTo: number;
      /** Why the name is not covered; null when it is. */
      readonly mismatch: string | null;
    }
  | {
      readonly ok: false;
      readonly reason: string;
      /** The server took the connection, and did not go through with it: it may be slow to have a certificate. */
      readonly isCutOff: boolean;
    };

/** One TLS handshake, whoever signed the certificate. Never rejects. */
export function shakeHands({ address, port, host }: HandshakeTarget): Promise<Handshake> {
  return new Promise((resolve) => {
    const isAddress = isIpv4(host) || isIpv6(host);
    const socket = connect({
      host: address,
      port,
      ...(isAddress ? {} : { servername: host }),
      // What the system trusts is another check.
      rejectUnauthorized: false,
    });
    let isConnected = false;
    socket.once('connect', () => {
      isConnected = true;
    });
    const fail = (reason: string): void => {
      resolve({ ok: false, reason, isCutOff: isConnected });
      socket.destroy();
    };
    const timer = setTimeout(
      () => fail(`no handshake within ${limits.doctorAnswerMs / 1000} s`),
      limits.doctorAnswerMs,
    );
    socket.once('close', () => {
      clearTimeout(timer);
      fail('the connection was closed');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate();
      if (certificate === undefined) return fail('the server showed no certificate');
      const { subject, issuer, validFrom, validTo, subjectAltName } = certificate;
      const isCovered =
        (isAddress ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined;
      resolve({
        ok: true,
        altNames: subjectAltName ?? '',
        subject: oneLine(subject),
        issuer: oneLine(issuer),
        validFrom: Date.parse(validFrom),
        validTo: Date.parse(validTo),
        mismatch: isCovered ? null : `it is for ${subjectAltName ?? oneLine(subject)}`,
      });
      socket.destroy();
    });
  });
}

const oneLine = (name: string | undefined): string => (name ?? '').split('\n').join(', ');
