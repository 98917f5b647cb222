import { once } from 'node:events';
import { createServer as createPlain } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate } from '../../../../test/support/certificates.ts';
import { startFullBacklog } from '../../../../test/support/fullBacklog.ts';
import { openEngineApi } from './api.ts';

describe('an engine behind TLS', () => {
  const own = makeCertificate('localhost');
  const client = makeCertificate('client');
  let server: Server;
  beforeAll(async () => {
    server = createServer(
      { key: own.key, cert: own.cert, ca: client.cert, requestCert: true },
      (_request, response) => response.end('{"Version":"1"}'),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const ask = (
    tls: { ca?: string; cert?: string; key?: string; isVerified?: boolean },
    host = 'localhost',
  ) => {
    const { port } = server.address() as AddressInfo;
    const { ca = null, cert = null, key = null, isVerified = true } = tls;
    const endpoint = { kind: 'tcp', host, port, tls: { ca, cert, key, isVerified } };
    return openEngineApi(endpoint as Parameters<typeof openEngineApi>[0]).ask('/version');
  };

  test('is asked with its certificate, and that of the client', async () => {
    const material = { ca: own.cert, cert: client.cert, key: client.key };
    expect(await ask(material)).toEqual([{ value: { Version: '1' }, isCut: false }]);
  });

  test('is not asked when its certificate is not trusted, unless nobody wants that', async () => {
    const material = { cert: client.cert, key: client.key };
    await expect(ask(material)).rejects.toMatchObject({ fault: 'garbled' });
    expect(await ask({ ...material, isVerified: false })).toHaveLength(1);
  });

  test('is asked only where its certificate is for the host that it is reached by', async () => {
    const material = { ca: own.cert, cert: client.cert, key: client.key };
    await expect(ask(material, '127.0.0.1')).rejects.toMatchObject({
      fault: 'garbled',
      message: expect.stringContaining('127.0.0.1'),
    });
  });

  test('that does not let this client in says so', async () => {
    await expect(ask({ ca: own.cert })).rejects.toMatchObject({ fault: 'forbidden' });
  });
});

test('an engine at a port, without TLS', async () => {
  const server = createPlain((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const api = openEngineApi({ kind: 'tcp', host: '127.0.0.1', port, tls: null });
  expect(await api.ask('/version')).toHaveLength(1);
  server.close();
  await expect(api.ask('/version')).rejects.toMatchObject({ fault: 'away' });
});

test('material that is no certificate is said, and nothing is thrown beside that', async () => {
  const tls = { ca: 'nonsense', cert: 'x', key: 'y', isVerified: true };
  const api = openEngineApi({ kind: 'tcp', host: '127.0.0.1', port: 1, tls });
  await expect(api.ask('/version')).rejects.toMatchObject({ fault: 'garbled' });
  await expect(api.follow('/events', () => {}, new AbortController().signal)).rejects.toMatchObject(
    { fault: 'garbled' },
  );
});

test('one that never takes the connection is away, one that took it and says nothing is silent', async () => {
  const backlog = await startFullBacklog();
  const silent = createPlain(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const fault = (port: number) =>
    openEngineApi({ kind: 'tcp', host: '127.0.0.1', port, tls: null })
      .ask('/version', { timeoutMs: 200 })
      .catch((error: unknown) => error);
  expect(await fault(backlog.port)).toMatchObject({ fault: 'away' });
  expect(await fault((silent.address() as AddressInfo).port)).toMatchObject({ fault: 'silent' });
  silent.closeAllConnections();
  silent.close();
  await backlog.close();
});
