import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeCertificate } from '../support/certificates.ts';
import { type Harness, startHarness } from '../support/engineHarness.ts';
import { fieldOf } from '../support/messageReader.ts';
import { dial, get, type RawClient } from '../support/rawClient.ts';
import { type RecordingBackend, startBackend } from '../support/recordingBackend.ts';

let harness: Harness;
let backend: RecordingBackend;
let client: RawClient;
beforeEach(async () => {
  backend = await startBackend({}, { tls: makeCertificate() });
  harness = await startHarness({ frontends: { 'app.dev.local': ['app', backend.url] } });
  client = await dial(harness.port);
});
afterEach(async () => {
  client.destroy();
  await harness.stop();
  await backend.allEnded();
  await backend.close();
});

test('a backend with a certificate of its own making is spoken to over TLS', async () => {
  for (let i = 0; i < 3; i++) {
    expect((await client.send(get('app.dev.local')).response()).status).toBe(200);
  }
  expect(backend.connections).toHaveLength(1);
  expect(fieldOf(backend.requests[0] ?? { fields: [] }, 'host')).toBe('app.dev.local');
});

test('a body reaches it whole', async () => {
  const body = 'x'.repeat(1_000_000);
  client.send(
    `POST / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await client.response();
  expect(backend.requests.map((request) => request.body.length)).toEqual([body.length]);
});

test('a WebSocket goes through to it', async () => {
  backend.script = {
    request: () => 'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello',
  };
  client.send(get('app.dev.local', '/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  await client.until('hello');
});

test('https:// in front of a server that speaks plain HTTP is said to be a TLS failure', async () => {
  const hangup = createServer((socket) => {
    socket.on('error', () => {});
    socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await new Promise<void>((done) => hangup.listen(0, '127.0.0.1', done));
  const address = hangup.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  harness.frontends.set('app.dev.local', ['app', `https://127.0.0.1:${port}`]);
  const response = await client.send(get('app.dev.local')).response();
  expect([response.status, response.body.trim()]).toEqual([502, 'BERTH_BACKEND_TLS']);
  await new Promise((done) => hangup.close(done));
});

test('http:// in front of a server that speaks TLS is said to be no HTTP', async () => {
  harness.frontends.set('app.dev.local', ['app', backend.url.replace('https', 'http')]);
  const response = await client.send(get('app.dev.local')).response();
  expect(response.status).toBe(502);
});
