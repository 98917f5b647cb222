import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const digits = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length]), digits, body]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const oid = (...bytes: readonly number[]): Buffer => der(0x06, Buffer.from(bytes));
const time = (at: Date): Buffer =>
  der(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
/** Signature algorithms by the kind of the key, RFC 5758 section 3.2 and RFC 4055 section 5. */
const algorithms = {
  ec: sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)),
  rsa: sequence(oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b), der(0x05)),
};
const name = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(commonName)))));

const pem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${bytes.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END ${label}-----\n`;

/**
 * A self-signed certificate for tests, made on the spot so that no key lies in the repository.
 *
 * @param passphrase encrypts the key
 * @param more hosts that it is for, too
 */
export function makeCertificate(
  commonName = 'localhost',
  passphrase?: string,
  more: readonly string[] = [],
): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    key: exportKey(privateKey, passphrase),
    cert: selfSigned([commonName, ...more], privateKey, publicKey, algorithms.ec),
  };
}

/** The same with an RSA key. */
export function makeRsaCertificate(commonName = 'localhost', passphrase?: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    key: exportKey(privateKey, passphrase),
    cert: selfSigned([commonName], privateKey, publicKey, algorithms.rsa),
  };
}

const exportKey = (key: KeyObject, passphrase: string | undefined): string =>
  key
    .export(
      passphrase === undefined
        ? { type: 'pkcs8', format: 'pem' }
        : { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase },
    )
    .toString();

function selfSigned(
  hosts: readonly string[],
  privateKey: KeyObject,
  publicKey: KeyObject,
  algorithm: Buffer,
): string {
  const day = 86_400_000;
  const [commonName = ''] = hosts;
  const altName = sequence(
    oid(0x55, 0x1d, 0x11),
    der(0x04, sequence(...hosts.map((host) => der(0x82, Buffer.from(host))))),
  );
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(8)])),
    algorithm,
    name(commonName),
    sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + 30 * day))),
    name(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(altName)),
  );
  const signature = sign('sha256', body, privateKey);
  return pem(
    'CERTIFICATE',
    sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature]))),
  );
}
