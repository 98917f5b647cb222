import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { expect, it } from 'vitest';
import { makeLocalAuthority } from '../../../test/support/localAuthority.ts';
import { openPage } from './openPage.ts';

const authority = await makeLocalAuthority(['localhost']);
const other = await makeLocalAuthority(['localhost']);
const leaf = await authority.leaf('localhost');

async function listening(server: Server): Promise<{ readonly port: number } & AsyncDisposable> {
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

const open = (port: number, by = authority) =>
  openPage({ host: 'localhost', port, authority: by.cert });

it('goes over HTTP/2 where it is spoken, and over HTTP/1.1 else', async () => {
  const second = createSecureServer(leaf, (request, response) => {
    response.statusCode = request.authority === `localhost:${newer.port}` ? 200 : 421;
    response.end();
  });
  const first = createServer(leaf, (request, response) => {
    response.statusCode = request.headers.host === `localhost:${plain.port}` ? 404 : 400;
    response.end();
  });
  await using newer = await listening(second);
  await using plain = await listening(first);
  expect(await open(newer.port)).toMatchObject({ ok: true, status: 200, protocol: 'HTTP/2' });
  expect(await open(plain.port)).toMatchObject({ ok: true, status: 404, protocol: 'HTTP/1.1' });
});

it('believes no other CA, and says so', async () => {
  await using server = await listening(createServer(leaf));
  expect(await open(server.port, other)).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/certificate/),
  });
});

it('says that nobody listens', async () => {
  const server = await listening(createServer(leaf));
  await server[Symbol.asyncDispose]();
  expect(await open(server.port)).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/ECONNREFUSED/),
  });
});
