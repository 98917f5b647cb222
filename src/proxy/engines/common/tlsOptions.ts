import type { TlsMaterial } from '../../../shared/model/listener.ts';

/** How a TLS listener is served. A protocol that is asked for by name excludes a range of protocols. */
export const tlsOptions = (material: TlsMaterial) => ({
  key: material.key,
  cert: material.cert,
  ALPNProtocols: ['http/1.1'],
  honorCipherOrder: material.honorCipherOrder ?? true,
  ...(material.ca.length > 0 ? { ca: [...material.ca] } : {}),
  ...(material.passphrase === undefined ? {} : { passphrase: material.passphrase }),
  ...(material.ciphers === undefined ? {} : { ciphers: material.ciphers }),
  ...(material.secureOptions === undefined ? {} : { secureOptions: material.secureOptions }),
  ...(material.secureProtocol === undefined
    ? { minVersion: 'TLSv1.2' as const }
    : { secureProtocol: material.secureProtocol }),
});
