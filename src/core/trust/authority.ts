import { createHash, X509Certificate } from 'node:crypto';

/** A CA certificate of ours, as it stands in a store or beside the instance's data. */
export interface Authority {
  /** SHA-256 of the certificate, 64 lower-case hex digits. */
  readonly fingerprint: string;
  /** SHA-1, by which macOS and Windows name a certificate; 40 upper-case hex digits. */
  readonly thumbprint: string;
  /** SHA-256 of its public key, hex: the same for all certificates that were made with one key. */
  readonly key: string;
  /** As `O=Berth, CN=Berth Local CA`. */
  readonly subject: string;
  /** Unix milliseconds. */
  readonly validUntil: number;
  readonly pem: string;
}

const begin = '-----BEGIN CERTIFICATE-----';
const end = '-----END CERTIFICATE-----';

/** @throws Error when the text has no certificate that can be read */
export function readAuthority(pem: string): Authority {
  const certificate = new X509Certificate(pem);
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return {
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    thumbprint: certificate.fingerprint.replaceAll(':', '').toUpperCase(),
    key: createHash('sha256').update(spki).digest('hex'),
    subject: certificate.subject.split('\n').join(', '),
    validUntil: Date.parse(certificate.validTo),
    pem: `${certificate.toString().trim()}\n`,
  };
}

/** Every certificate in a text that can be read; what cannot is left out, and so is one that stands there again. */
export function readAuthorities(text: string): readonly Authority[] {
  const found = new Map<string, Authority>();
  for (const part of text.split(begin).slice(1)) {
    const at = part.indexOf(end);
    if (at < 0) continue;
    try {
      const authority = readAuthority(`${begin}${part.slice(0, at)}${end}\n`);
      found.set(authority.fingerprint, authority);
    } catch {
      // Somebody else's file.
    }
  }
  return [...found.values()];
}

/** The text of a PEM file for the bytes of a certificate. */
export const pemOf = (base64: string): string =>
  `${begin}\n${base64.replace(/(.{64})(?=.)/g, '$1\n')}\n${end}\n`;

const namePrefix = 'Berth Local CA ';
const filePrefix = 'berth-';

/** The part of a fingerprint that names a certificate in a store. */
const short = (fingerprint: string): string => fingerprint.slice(0, 16);

/** Its name in an NSS database. Each certificate has its own: one that is shared cannot be told apart there. */
export const nicknameOf = ({ fingerprint }: Pick<Authority, 'fingerprint'>): string =>
  `${namePrefix}${short(fingerprint)}`;

export const isNickname = (text: string): boolean =>
  text.startsWith(namePrefix) && /^[0-9a-f]{16}$/.test(text.slice(namePrefix.length));

/** Its file in a directory of trusted certificates. */
export const anchorFileOf = ({ fingerprint }: Pick<Authority, 'fingerprint'>): string =>
  `${filePrefix}${short(fingerprint)}.crt`;

export const isAnchorFile = (name: string): boolean => /^berth-[0-9a-f]{16}\.crt$/.test(name);

/** Whether a certificate is one of a local CA of Berth, of whichever instance. */
export const isBerths = ({ subject }: Pick<Authority, 'subject'>): boolean =>
  /(?:^|, )O=Berth(?:,|$)/.test(subject);

/** Whether a certificate of a store is one of this instance's: made with its key, or put there by it. */
export const isOurs = (
  { fingerprint, key }: Authority,
  current: Authority | null,
  known: ReadonlySet<string>,
): boolean => known.has(fingerprint) || (current !== null && key === current.key);
