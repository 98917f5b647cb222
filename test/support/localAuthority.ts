import {
  type Authority,
  type KeyPair,
  makeAuthorityCertificate,
  makeLeaf,
  makeSigningKey,
} from '../../src/core/certificates/x509.ts';
import type { CertificateAnswer } from '../../src/shared/model/certificate.ts';

const day = 86_400_000;

/** A local CA in memory. */
export interface LocalAuthority extends Authority {
  leaf(host: string | null): Promise<KeyPair>;
  /** What a supervisor with this CA answers for a host. */
  certified(host: string | null): Promise<CertificateAnswer>;
}

/** @param names that it may sign, with all below them */
export async function makeLocalAuthority(names: readonly string[]): Promise<LocalAuthority> {
  const key = await makeSigningKey();
  const now = Date.now();
  const cert = await makeAuthorityCertificate(key, 'CN=Berth local CA of a test, O=Berth', names, {
    from: now - day,
    to: now + 365 * day,
  });
  const leaf = (host: string | null): Promise<KeyPair> =>
    makeLeaf({ key, cert }, host, { from: now - day, to: now + 90 * day });
  return {
    key,
    cert,
    leaf,
    certified: async (host) => ({
      kind: 'pair',
      pair: { ...(await leaf(host)), from: now, freshUntil: now + 60 * day, to: now + 90 * day },
      isOwn: true,
    }),
  };
}
