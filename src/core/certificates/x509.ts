import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import { loopbackNames, type PermittedNames, permittedAddresses } from './names.ts';

/*
 * Certificates made and read. Loading this file takes a tenth of a second: it is imported when a certificate is needed,
 * and never by a worker. Times are Unix milliseconds, keys and certificates PEM.
 */

const p256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** A key, and the certificate of it. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** A certificate's time. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

/** A private key that signs, with its public half. */
export interface SigningKey {
  readonly pem: string;
  readonly private: webcrypto.CryptoKey;
  readonly public: webcrypto.CryptoKey;
}

/** A CA that can sign. */
export interface Authority {
  readonly key: SigningKey;
  readonly cert: string;
}

/** What a certificate says of itself, as far as a CA of ours is concerned. */
export interface ReadAuthority extends Validity {
  readonly isCa: boolean;
  /** DNS names that it may sign; null where it may sign every name. */
  readonly permitted: PermittedNames | null;
  /** Name, as `CN=…, O=…`. */
  readonly subject: string;
}

x509.cryptoProvider.set(webcrypto);

const { subtle } = webcrypto;

/** A new key of the curve P-256. */
export async function makeSigningKey(): Promise<SigningKey> {
  const made = await subtle.generateKey(p256, true, ['sign', 'verify']);
  return {
    pem: pemOf(await subtle.exportKey('pkcs8', made.privateKey)),
    private: made.privateKey,
    public: made.publicKey,
  };
}

/** Reads a private key of the curve P-256. @throws when it is none */
export async function readSigningKey(pem: string): Promise<SigningKey> {
  const der = x509.PemConverter.decodeFirst(pem);
  const key = await subtle.importKey('pkcs8', der, p256, true, ['sign']);
  const { kty, crv, x, y } = await subtle.exportKey('jwk', key);
  const half = { kty, crv, x, y } as webcrypto.JsonWebKey;
  return { pem, private: key, public: await subtle.importKey('jwk', half, p256, true, ['verify']) };
}

/**
 * The certificate of a CA that may sign these names, loopback addresses, and servers only. Made anew for a key it
 * replaces none of the earlier ones: each goes on for what it allows.
 *
 * @param subject as `CN=…, O=…`; the same in each certificate of a key
 */
export async function makeAuthorityCertificate(
  key: SigningKey,
  subject: string,
  names: PermittedNames,
  { from, to }: Validity,
): Promise<string> {
  const permitted = [
    ...names.map((dNSName) => new GeneralName({ dNSName })),
    ...permittedAddresses.map((iPAddress) => new GeneralName({ iPAddress })),
  ].map((base) => new GeneralSubtree({ base }));
  const constraints = new NameConstraints({ permittedSubtrees: new GeneralSubtrees(permitted) });
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: subject,
    notBefore: seconds(from),
    notAfter: seconds(to),
    signingAlgorithm: signing,
    keys: { privateKey: key.private, publicKey: key.public },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.Extension(id_ce_nameConstraints, true, AsnConvert.serialize(constraints)),
      await x509.SubjectKeyIdentifierExtension.create(key.public),
    ],
  });
  return pemText(made);
}

/**
 * Key and certificate of one host.
 *
 * @param host a DNS name; null for clients that name none: `localhost` and loopback addresses
 * @param also further DNS names in it
 */
export async function makeLeaf(
  authority: Authority,
  host: string | null,
  { from, to }: Validity,
  also: readonly string[] = [],
): Promise<KeyPair> {
  const key = await makeSigningKey();
  const issuer = new x509.X509Certificate(authority.cert);
  const names: x509.JsonGeneralName[] =
    host === null
      ? [
          { type: 'dns', value: loopbackNames.dns },
          ...loopbackNames.addresses.map((value) => ({ type: 'ip', value }) as const),
        ]
      : [host, ...also].map((value) => ({ type: 'dns', value }));
  const made = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: [{ CN: [commonNameOf(host)] }],
    issuer: issuer.subjectName.toJSON(),
    notBefore: seconds(Math.max(from, issuer.notBefore.getTime())),
    notAfter: seconds(Math.min(to, issuer.notAfter.getTime())),
    signingAlgorithm: signing,
    publicKey: key.public,
    signingKey: authority.key.private,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
      await x509.AuthorityKeyIdentifierExtension.create(authority.key.public),
      await x509.SubjectKeyIdentifierExtension.create(key.public),
    ],
  });
  return { key: key.pem, cert: pemText(made) };
}

/** Reads what a certificate may sign. @throws when it is no certificate */
export function readAuthority(pem: string): ReadAuthority {
  const certificate = new x509.X509Certificate(pem);
  return {
    isCa: certificate.getExtension(x509.BasicConstraintsExtension)?.ca === true,
    permitted: permittedBy(certificate.getExtension(id_ce_nameConstraints)),
    subject: certificate.subject,
    from: certificate.notBefore.getTime(),
    to: certificate.notAfter.getTime(),
  };
}

function permittedBy(extension: x509.Extension | null): PermittedNames | null {
  if (extension === null) return null;
  const { permittedSubtrees } = AsnConvert.parse(extension.value, NameConstraints);
  const names = [...(permittedSubtrees ?? [])]
    .map(({ base }) => base.dNSName)
    .filter((name) => name !== undefined);
  return names.length === 0 ? null : names;
}

/** X.520 has room for 64 characters. */
const commonNameOf = (host: string | null): string => {
  const name = host ?? loopbackNames.dns;
  return name.length <= 64 ? name : name.slice(-64).replace(/^[^.]*\./, '');
};

/** Of 16 bytes, positive, and without a leading zero. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/** A certificate has no milliseconds. */
const seconds = (at: number): Date => new Date(Math.floor(at / 1000) * 1000);

const pemText = (certificate: x509.X509Certificate): string => `${certificate.toString('pem')}\n`;

const pemOf = (der: ArrayBuffer): string => `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`;
