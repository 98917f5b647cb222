import { once } from 'node:events';
import { createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { makeCertificate } from '../support/certificates.ts';
import type { HarnessOptions } from '../support/engineHarness.ts';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { fieldOf } from '../support/messageReader.ts';
import { get, RawClient } from '../support/rawClient.ts';
import { okay, type Script, type SeenRequest } from '../support/recordingBackend.ts';

let pair: Pair;
afterEach(() => pair.stop());

const certificate = makeCertificate('app.dev.local');
const start = async (options: HarnessOptions = {}, script: Script = {}): Promise<Pair> => {
  pair = await startPair(script, options);
  return pair;
};
const startSecure = (options: HarnessOptions = {}) =>
  start({ tls: { ca: [], ...certificate }, ...options });

const connectTo = (authority: string, more = ''): string =>
  `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${more}\r\n`;

async function agreed(client: RawClient): Promise<void> {
  const { status, head } = await client.response('HEAD');
  expect(status).toBe(200);
  // The answer to CONNECT has no body, and says nothing of one (RFC 9110 section 9.3.6).
  expect(head).not.toMatch(/content-length|transfer-encoding|connection:/i);
}

/** The handshake within a tunnel. */
async function secured(client: RawClient): Promise<RawClient> {
  const socket = connectTls({
    socket: client.socket,
    ca: certificate.cert,
    servername: 'app.dev.local',
    checkServerIdentity: () => undefined,
  });
  await once(socket, 'secureConnect');
  return new RawClient(socket);
}

test('CONNECT to a host of ours on 443 leads to our HTTPS listener, over the same connection', async () => {
  await startSecure();
  const client = await pair.dial();
  await agreed(client.send(connectTo('app.dev.local:443')));
  const inner = await secured(client);
  for (const path of ['/a', '/b']) {
    expect((await inner.send(get('app.dev.local', path)).response()).body).toBe('ok');
  }
  expect(pair.harness.readBytes()).toHaveLength(1);
  expect(
    pair.backend.requests.map((seen) => [seen.target, fieldOf(seen, 'x-forwarded-proto')]),
  ).toEqual([
    ['/a', 'https'],
    ['/b', 'https'],
  ]);
  const records = await pair.harness.recorded(3);
  expect(
    records.map(({ method, protocol, status, host }) => [method, protocol, status, host]),
  ).toEqual([
    ['CONNECT', 'http', 200, 'app.dev.local'],
    ['GET', 'https', 200, 'app.dev.local'],
    ['GET', 'https', 200, 'app.dev.local'],
  ]);
  expect(records[0]).toMatchObject({
    ...{ target: 'app.dev.local:443', frontend: 'app.dev.local' },
    ...{ error: null, backend: null, attempts: [] },
  });
});

test('the port of the HTTPS listener itself may be named', async () => {
  await startSecure();
  const client = await pair.dial();
  await agreed(client.send(connectTo(`app.dev.local:${pair.harness.securePort}`)));
  const inner = await secured(client);
  expect((await inner.send(get('app.dev.local')).response()).status).toBe(200);
});

test.each(['80', 'ours'])('CONNECT to port %s leads to our plain listener', async (port) => {
  await start();
  const client = await pair.dial();
  const named = port === 'ours' ? pair.harness.port : port;
  await agreed(client.send(connectTo(`app.dev.local:${named}`)));
  client.send(get('app.dev.local', '/a') + get('app.dev.local', '/b'));
  expect((await client.response()).body).toBe('ok');
  expect((await client.response()).body).toBe('ok');
  expect(pair.backend.requests.map(({ target }) => target)).toEqual(['/a', '/b']);
  const records = await pair.harness.recorded(3);
  expect(records.map(({ method, bytes }) => [method, bytes > 0])).toEqual([
    ['CONNECT', true],
    ['GET', true],
    ['GET', true],
  ]);
  const [first, second, third] = records.map(({ bytes }) => bytes);
  expect((first ?? 0) + (second ?? 0) + (third ?? 0)).toBe(client.received.length);
});

test('what comes in the same bytes as CONNECT is kept, plain or encrypted', async () => {
  await startSecure();
  const plain = await pair.dial();
  plain.send(connectTo('app.dev.local:80') + get('app.dev.local', '/early').slice(0, 20));
  await agreed(plain);
  plain.send(get('app.dev.local', '/early').slice(20));
  expect((await plain.response()).body).toBe('ok');
  expect(pair.backend.requests[0]?.target).toBe('/early');

  // A client that does not wait: its first flight stands behind CONNECT. It is taken from a connection of its own.
  const recorder = createServer().listen(0, '127.0.0.1');
  await once(recorder, 'listening');
  const address = recorder.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const accepted = once(recorder, 'connection');
  const tls = connectTls({ port: address.port, host: '127.0.0.1', rejectUnauthorized: false });
  const [far] = await accepted;
  const hasty = await pair.dial();
  const [hello] = await once(far, 'data');
  hasty.socket.write(Buffer.concat([Buffer.from(connectTo('app.dev.local:443')), hello]));
  await agreed(hasty);
  far.on('data', (chunk: Buffer) => hasty.socket.write(chunk));
  far.write(Buffer.from(hasty.rest, 'latin1'));
  hasty.socket.on('data', (chunk: Buffer) => far.write(chunk));
  await once(tls, 'secureConnect');
  tls.write(get('app.dev.local', '/hasty'));
  const [answer] = await once(tls, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
  expect(pair.backend.requests[1]?.target).toBe('/hasty');
  tls.destroy();
  recorder.close();
});

test('CONNECT takes its turn behind the requests before it', async () => {
  const held: SeenRequest[] = [];
  const request = (seen: SeenRequest): string | undefined => {
    if (seen.target !== '/slow') return okay();
    held.push(seen);
    return undefined;
  };
  await start({}, { request });
  const client = await pair.dial();
  client.send(
    get('app.dev.local', '/slow') + connectTo('app.dev.local:80') + get('app.dev.local', '/in'),
  );
  await eventually('the slow request', () => held.length === 1);
  held[0]?.connection.socket.write(okay());
  expect((await client.response()).body).toBe('ok');
  await agreed(client);
  expect((await client.response()).body).toBe('ok');
  expect(pair.backend.requests.map(({ target }) => target)).toEqual(['/slow', '/in']);
});

test.each([
  ['example.com:443', 501, 'BERTH_TUNNEL_REFUSED'],
  ['127.0.0.1:80', 501, 'BERTH_TUNNEL_REFUSED'],
  ['169.254.169.254:80', 501, 'BERTH_TUNNEL_REFUSED'],
  ['app.dev.local:22', 501, 'BERTH_TUNNEL_REFUSED'],
  ['app.dev.local:443', 501, 'BERTH_TUNNEL_REFUSED'],
  ['app.dev.local', 400, 'BERTH_TARGET_INVALID'],
  ['/', 400, 'BERTH_TARGET_INVALID'],
])(
  'CONNECT %s without HTTPS is answered %d, and the connection ends',
  async (authority, status, code) => {
    await start();
    const client = await pair.dial();
    client.send(
      `CONNECT ${authority} HTTP/1.1\r\nHost: app.dev.local\r\n\r\n${get('app.dev.local')}`,
    );
    const responses = await client.responses();
    expect(responses.map((response) => response.status)).toEqual([status]);
    expect(pair.harness.problems.at(-1)?.code).toBe(code);
    expect(pair.backend.requests).toEqual([]);
  },
);

test('the port of a backend is none of ours, and is not connected to', async () => {
  await start();
  const client = await pair.dial();
  client.send(connectTo(`app.dev.local:${new URL(pair.backend.url).port}`));
  expect((await client.responses()).map(({ status }) => status)).toEqual([501]);
  expect(pair.backend.connections).toEqual([]);
});

test('a host outside our suffixes is ours when it has a frontend', async () => {
  await start();
  pair.harness.frontends.set('shop.example', ['shop', pair.backend.url]);
  const client = await pair.dial();
  await agreed(client.send(connectTo('shop.example:80')));
  expect((await client.send(get('shop.example')).response()).status).toBe(200);
  pair.harness.resolve = () => ({ kind: 'unavailable' });
  const other = await pair.dial();
  other.send(connectTo('shop2.example:80'));
  expect((await other.responses()).map(({ status }) => status)).toEqual([503]);
});

test('no tunnel begins in a tunnel, nor over TLS', async () => {
  await startSecure();
  const client = await pair.dial();
  await agreed(client.send(connectTo('app.dev.local:80')));
  client.send(connectTo('app.dev.local:80'));
  expect((await client.response()).status).toBe(501);
  await client.finished();
  const outer = await pair.dial();
  await agreed(outer.send(connectTo('app.dev.local:443')));
  const inner = await secured(outer);
  expect((await inner.send(connectTo('app.dev.local:443')).response()).status).toBe(501);
  expect(pair.harness.problems.map(({ code }) => code)).toEqual([
    'BERTH_METHOD_UNSUPPORTED',
    'BERTH_METHOD_UNSUPPORTED',
  ]);
});

test('WebSockets run through a tunnel', async () => {
  await start(
    {},
    {
      request: () => 'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello',
    },
  );
  const client = await pair.dial();
  await agreed(client.send(connectTo('app.dev.local:80')));
  client.send(get('app.dev.local', '/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  await client.until('hello');
});

test('a tunnel in which nothing comes is closed like any connection', async () => {
  await startSecure({ settings: { tcpTimeoutMs: 200, headTimeoutMs: 200 } });
  const idle = await pair.dial();
  await agreed(idle.send(connectTo('app.dev.local:80')));
  await idle.finished();
  const half = await pair.dial();
  await agreed(half.send(`${connectTo('app.dev.local:80')}GET / HTTP/1.1\r\nHo`));
  expect((await half.response()).status).toBe(408);
  const handshake = await pair.dial();
  await agreed(handshake.send(connectTo('app.dev.local:443')));
  await handshake.finished();
});

test('while it drains, a tunnel gets its request answered as the last', async () => {
  await start();
  const client = await pair.dial();
  await agreed(client.send(connectTo('app.dev.local:80')));
  const drained = pair.harness.engine.drain(5000, 2000);
  const response = await client.send(get('app.dev.local')).response();
  expect(fieldOf(response, 'connection')).toBe('close');
  await client.finished();
  await drained;
});
