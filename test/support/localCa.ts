import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ensureAuthority } from '../../src/core/certificates/authorityFiles.ts';
import { authorityPlace } from '../../src/core/certificates/place.ts';
import { makeLeaf } from '../../src/core/certificates/x509.ts';

const day = 86_400_000;

/** A page with a certificate of an instance's CA, on a port of 127.0.0.1. */
export interface LocalPage extends AsyncDisposable {
  readonly port: number;
  /** Of the PEM file to be trusted. */
  readonly certificate: string;
}

export const pageTitle = 'it opened';

/**
 * Serves `https://<host>` with a certificate by the CA that lies in a directory of data; the CA is made where there is
 * none, for these names.
 */
export async function serveByLocalCa(
  data: string,
  host: string,
  names: readonly string[] = ['dev.local', 'localhost'],
): Promise<LocalPage> {
  const now = Date.now();
  const place = authorityPlace(data);
  const authority = await ensureAuthority(place, { names, machine: 'test', now });
  const leaf = await makeLeaf(authority, host, { from: now - day, to: now + 30 * day });
  const server = createServer({ ...leaf }, (_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><title>${pageTitle}</title>`);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    certificate: place.certificate,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
