import { X509Certificate } from 'node:crypto';
import { pairMismatch } from '../../config/tlsProblem.ts';
import type { KeyPair, Validity } from '../x509.ts';

/** A certificate that a person brought, as it serves. */
export interface OwnPair extends KeyPair, Validity {
  /** As `DNS:app.test, DNS:*.app.test`. */
  readonly names: string;
  readonly issuer: string;
  /** SHA-256, as `AB:CD:…`. */
  readonly fingerprint: string;
}

export type Examined =
  | { readonly ok: true; readonly pair: OwnPair }
  | { readonly ok: false; readonly problem: string };

const refused = (problem: string): Examined => ({ ok: false, problem });

/**
 * Whether a key and a certificate can serve a frontend now, or why not: a sentence without its end.
 *
 * @param name of the frontend: a host, `*.domain` or `*`
 * @param now Unix milliseconds
 */
export function examinePair({ key, cert }: KeyPair, name: string, now: number): Examined {
  if (!cert.includes('-----BEGIN CERTIFICATE')) return refused('the certificate is not PEM');
  if (!key.includes('PRIVATE KEY-----')) return refused('the key is not PEM');
  const mismatch = pairMismatch({ key, cert, ca: [] });
  if (mismatch !== null) return refused(`key and certificate cannot be used: ${mismatch}`);
  const certificate = new X509Certificate(cert);
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (now >= to) return refused(`the certificate ended on ${dayOf(to)}`);
  if (now < from) return refused(`the certificate begins on ${dayOf(from)}`);
  const names = certificate.subjectAltName ?? '';
  if (!isFor(certificate, name)) {
    return refused(`the certificate is not for ${name}, but for ${names || 'no host'}`);
  }
  return {
    ok: true,
    pair: {
      ...{ key, cert, from, to, names },
      issuer: certificate.issuer.replaceAll('\n', ', '),
      fingerprint: certificate.fingerprint256,
    },
  };
}

/** Whether a browser takes a certificate for this host. */
export const coversHost = ({ cert }: KeyPair, host: string): boolean =>
  isFor(new X509Certificate(cert), host);

/** A frontend for every name has no name that could be checked. */
function isFor(certificate: X509Certificate, name: string): boolean {
  if (name === '*') return true;
  // What a wildcard matches is any name with one label more, as for a browser.
  const host = name.replace(/^\*/, 'any');
  return certificate.checkHost(host, { subject: 'never' }) !== undefined;
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
