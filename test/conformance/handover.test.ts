import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeCertificate } from '../support/certificates.ts';
import { type Harness, startHarness } from '../support/engineHarness.ts';
import { eventually } from '../support/eventually.ts';
import { dial, get, type RawClient } from '../support/rawClient.ts';
import { type RecordingBackend, startBackend } from '../support/recordingBackend.ts';

// A connection that comes from another process is no longer paused there, and has perhaps been read from already.

let harness: Harness;
let backend: RecordingBackend;
let server: Server;
let client: RawClient | null = null;
let given: number;
const certificate = makeCertificate();

const giveLate = async (tls: boolean): Promise<number> => {
  server = createServer((socket) => {
    const listener = harness.settings.listeners.find((one) => (one.tls !== null) === tls);
    setTimeout(() => {
      if (listener === undefined) return;
      harness.engine.take(socket, listener);
      given++;
    }, 100);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};
beforeEach(async () => {
  given = 0;
  backend = await startBackend();
  harness = await startHarness({
    frontends: { 'app.dev.local': ['app', backend.url] },
    tls: { ...certificate, ca: [] },
  });
});
afterEach(async () => {
  client?.destroy();
  server.close();
  await harness.stop();
  await backend.allEnded();
  await backend.close();
});

test('a request that came before its connection was taken is served', async () => {
  client = await dial(await giveLate(false));
  client.send(get('app.dev.local', '/1') + get('app.dev.local', '/2'));
  expect((await client.response()).status).toBe(200);
  expect((await client.response()).status).toBe(200);
});

test('a TLS handshake that began before is finished', async () => {
  client = await dial(await giveLate(true), { tls: { ca: certificate.cert } });
  expect((await client.send(get('app.dev.local')).response()).status).toBe(200);
});

test('a client that left before is forgotten', async () => {
  client = await dial(await giveLate(false));
  client.destroy();
  await eventually('the connection is given', () => given === 1);
  await eventually('no open connection', () => harness.engine.openConnections === 0);
});
