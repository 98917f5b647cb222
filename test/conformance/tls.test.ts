import { connect as connectTls } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { type Certificate, makeCertificate } from '../support/certificates.ts';
import { type Harness, startHarness } from '../support/engineHarness.ts';
import { eventually } from '../support/eventually.ts';
import { fieldOf } from '../support/messageReader.ts';
import { dial, get } from '../support/rawClient.ts';
import { okay, type RecordingBackend, startBackend } from '../support/recordingBackend.ts';

let harness: Harness;
let backend: RecordingBackend;
const certificate = makeCertificate();

const start = async (
  material: Certificate & { passphrase?: string } = certificate,
  settings = {},
): Promise<void> => {
  backend = await startBackend();
  harness = await startHarness({
    frontends: { 'app.dev.local': ['app', backend.url] },
    tls: { ca: [], ...material },
    settings,
  });
};
afterEach(async () => {
  await harness.stop();
  await backend.allEnded();
  await backend.close();
});
const secure = (ca = certificate.cert) => dial(harness.securePort, { tls: { ca } });

test('a request over TLS is forwarded, and the backend told so', async () => {
  await start();
  const client = await secure();
  const response = await client.send(get('app.dev.local')).response();
  expect(response.body).toBe('ok');
  const [seen] = backend.requests;
  expect(seen && fieldOf(seen, 'x-forwarded-proto')).toBe('https');
  expect(seen && fieldOf(seen, 'x-forwarded-protocol')).toBe('https');
  expect(seen && fieldOf(seen, 'x-forwarded-port')).toBe(String(harness.securePort));
  const [record] = await harness.recorded(1);
  expect(record?.protocol).toBe('https');
  client.destroy();
});

test('WebSockets work over TLS', async () => {
  await start();
  backend.script = {
    request: () => 'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello',
    data: (connection, chunk) => {
      if (chunk.toString().endsWith('ping')) connection.socket.write('pong');
    },
  };
  const client = await secure();
  client.send(get('app.dev.local', '/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  await client.until('hello');
  client.send('ping');
  await client.until('pong');
  client.destroy();
  const [record] = await harness.recorded(1);
  expect(record?.protocol).toBe('wss');
});

test('a key with a passphrase is read', async () => {
  const locked = { ...makeCertificate('localhost', 'secret'), passphrase: 'secret' };
  await start(locked);
  const client = await secure(locked.cert);
  expect((await client.send(get('app.dev.local')).response()).status).toBe(200);
  client.destroy();
});

test.each([
  ['TLSv1.1', false],
  ['TLSv1.2', true],
  ['TLSv1.3', true],
] as const)('%s: %s', async (version, accepted) => {
  await start();
  const socket = connectTls({
    port: harness.securePort,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    maxVersion: version,
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  const outcome = await new Promise<boolean>((done) => {
    socket.on('secureConnect', () => done(true));
    socket.on('close', () => done(false));
    socket.on('error', () => done(false));
  });
  expect(outcome).toBe(accepted);
  socket.destroy();
});

test('plain HTTP on the TLS port, and connections without a handshake, leave nothing behind', async () => {
  await start(certificate, { headTimeoutMs: 300 });
  const plain = await dial(harness.securePort);
  plain.send(get('app.dev.local'));
  await plain.finished();
  const silent = await dial(harness.securePort);
  await silent.finished();
  const gone = await dial(harness.securePort);
  gone.destroy();
  await eventually('no open connection', () => harness.engine.openConnections === 0);
});

test('requests on one TLS connection and many connections are served', async () => {
  await start();
  const clients = await Promise.all(Array.from({ length: 10 }, () => secure()));
  for (let i = 0; i < 5; i++) {
    await Promise.all(
      clients.map(async (client) => {
        expect((await client.send(get('app.dev.local')).response()).status).toBe(200);
      }),
    );
  }
  expect(backend.requests).toHaveLength(50);
  for (const client of clients) client.destroy();
});

test('a large response passes over TLS, and a client that leaves cancels it', async () => {
  await start();
  backend.script = { request: () => okay('x'.repeat(5_000_000)) };
  const client = await secure();
  expect((await client.send(get('app.dev.local')).response()).body.length).toBe(5_000_000);
  backend.script = { request: () => okay('x'.repeat(50_000_000)) };
  client.send(get('app.dev.local'));
  await client.until('xxx');
  client.destroy();
  await backend.allEnded();
});

test('garbage over TLS is answered 400', async () => {
  await start();
  const client = await secure();
  expect((await client.send('nonsense\r\n\r\n').responses()).map(({ status }) => status)).toEqual([
    400,
  ]);
});
