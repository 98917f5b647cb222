import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { TlsFiles } from '../../shared/config/config.ts';
import type { TlsMaterial } from '../../shared/model/listener.ts';
import { errnoOf } from './readFile.ts';
import { namedTlsFile } from './tlsFiles.ts';

/** Why a key and a certificate cannot serve TLS together, naming both files; null when they can. */
export function tlsProblem(
  files: Pick<TlsFiles, 'key' | 'cert'>,
  material: TlsMaterial,
): string | null {
  const reason = pairMismatch(material);
  return reason === null
    ? null
    : `${namedTlsFile('key', files.key)} and ${namedTlsFile('cert', files.cert)} cannot be used: ${reason}`;
}

/** What OpenSSL serves only at its lowest security level, where old hashes are allowed. */
const oldProtocol = /^TLSv1(_1)?_/;
const lowestLevel = /@SECLEVEL=0(?:$|[:,\s])/;

/** Why a key and a certificate cannot serve TLS together, as half a sentence; null when they can. */
export function pairMismatch(material: TlsMaterial): string | null {
  const { key, cert, passphrase, secureProtocol, ciphers } = material;
  if (oldProtocol.test(secureProtocol ?? '') && !lowestLevel.test(ciphers ?? '')) {
    return `no client could connect: "secureProtocol" is ${secureProtocol}, which needs @SECLEVEL=0 in "ciphers"; leave both out for TLS 1.2 and 1.3`;
  }
  try {
    createSecureContext({ ...material, ca: [...material.ca] });
    // OpenSSL holds one pair for each kind of key, and so takes an EC key beside an RSA certificate: none serves then.
    const privateKey = createPrivateKey(passphrase === undefined ? key : { key, passphrase });
    return new X509Certificate(cert).checkPrivateKey(privateKey)
      ? null
      : 'they do not belong together';
  } catch (cause) {
    return reasonOfTls(cause, passphrase !== undefined);
  }
}

function reasonOfTls(cause: unknown, hasPassphrase: boolean): string {
  switch (errnoOf(cause)) {
    case 'ERR_OSSL_X509_KEY_VALUES_MISMATCH':
      return 'they do not belong together';
    case 'ERR_OSSL_BAD_DECRYPT':
    case 'ERR_OSSL_EVP_BAD_DECRYPT':
    case 'ERR_MISSING_PASSPHRASE':
      return hasPassphrase ? 'the passphrase does not open the key' : 'the key needs a passphrase';
    case 'ERR_OSSL_UNSUPPORTED':
      return 'the key has a form that is not known';
    case 'ERR_SSL_NO_CIPHER_MATCH':
      return 'the list of ciphers names none that is known';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
