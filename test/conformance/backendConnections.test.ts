import { afterEach, expect, test } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { fieldOf } from '../support/messageReader.ts';
import { get } from '../support/rawClient.ts';
import { okay, startBackend } from '../support/recordingBackend.ts';

let pair: Pair;
afterEach(() => pair.stop());

const ask = async (target = '/') => {
  const client = await pair.dial();
  return client.send(get('app.dev.local', target)).response();
};

test('clients share kept connections', async () => {
  pair = await startPair();
  for (let i = 0; i < 5; i++) await ask();
  expect(pair.backend.connections).toHaveLength(1);
});

test('with httpKeepAlive off every request has a connection of its own, and says close', async () => {
  pair = await startPair({}, { settings: { httpKeepAlive: false } });
  for (let i = 0; i < 3; i++) await ask();
  await eventually('three ends', () => pair.backend.connections.every(({ ended }) => ended));
  expect(pair.backend.connections).toHaveLength(3);
  expect(fieldOf(pair.backend.requests[0] ?? { fields: [] }, 'connection')).toBe('close');
});

test.each([
  ['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
  ['HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
])('a connection that the backend wants closed (%j) is not used again', async (bytes) => {
  pair = await startPair({ request: () => bytes });
  await ask();
  await ask();
  expect(pair.backend.connections).toHaveLength(2);
});

test('a backend of HTTP/1.0 that keeps its connection alive is taken at its word', async () => {
  pair = await startPair({
    request: () => 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok',
  });
  await ask();
  await ask();
  expect(pair.backend.connections).toHaveLength(1);
});

test('a connection is given up before the backend said it would', async () => {
  pair = await startPair({ request: () => okay('ok', 'Keep-Alive: timeout=1\r\n') });
  await ask();
  await ask();
  expect(pair.backend.connections).toHaveLength(2);
});

test('no more than maxSockets connections are open to a backend; the others wait for their turn', async () => {
  let running = 0;
  let most = 0;
  pair = await startPair(
    {
      request({ connection }) {
        most = Math.max(most, ++running);
        setTimeout(() => {
          running--;
          connection.socket.write(okay());
        }, 20);
        return undefined;
      },
    },
    { settings: { maxSockets: 3 } },
  );
  const responses = await Promise.all(Array.from({ length: 20 }, () => ask()));
  expect(responses.every(({ status }) => status === 200)).toBe(true);
  expect(pair.backend.connections).toHaveLength(3);
  expect(most).toBe(3);
});

test('a request does not wait for a connection for ever', async () => {
  pair = await startPair(
    { request: ({ target }) => (target === '/hang' ? undefined : okay()) },
    { settings: { maxSockets: 1, tcpTimeoutMs: 2000 } },
  );
  const hanging = await pair.dial();
  hanging.send('POST /hang HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 1000000\r\n\r\n');
  // Fast enough not to be given up for its pace, which would free the connection.
  const drip = setInterval(() => hanging.send('x'.repeat(500)), 20);
  await eventually('a connection', () => pair.backend.connections.length === 1);
  const response = await ask();
  clearInterval(drip);
  expect(response.status).toBe(503);
  expect(response.body).toContain('BERTH_BACKEND_BUSY');
  expect(pair.harness.failed).toEqual([]);
});

test('a request that waits is forgotten when its client leaves', async () => {
  pair = await startPair({ request: () => undefined }, { settings: { maxSockets: 1 } });
  const first = await pair.dial();
  first.send(get('app.dev.local', '/first'));
  await eventually('the first', () => pair.backend.requests.length === 1);
  const second = await pair.dial();
  second.send(get('app.dev.local', '/second'));
  await eventually('the second', () => (pair.harness.readBytes()[1] ?? 0) > 0);
  second.destroy();
  await pair.harness.recorded(1);
  first.destroy();
  await pair.harness.recorded(2);
  expect(pair.backend.requests.map(({ target }) => target)).toEqual(['/first']);
});

test('localhost is found on IPv4 and on IPv6', async () => {
  pair = await startPair();
  pair.harness.frontends.set('app.dev.local', ['app', `http://localhost:${pair.backend.port}`]);
  expect((await ask()).status).toBe(200);
  const six = await startBackend({}, { host: '::1' }).catch(() => null);
  if (six === null) return;
  pair.harness.frontends.set('app.dev.local', ['app', `http://localhost:${six.port}`]);
  expect((await ask()).status).toBe(200);
  pair.harness.frontends.set('app.dev.local', ['app', six.url]);
  expect((await ask()).status).toBe(200);
  expect(six.requests).toHaveLength(2);
  await pair.harness.engine.drain(100);
  await six.allEnded();
  await six.close();
});

test('the connection used last is used first', async () => {
  pair = await startPair({ request: ({ target }) => (target === '/slow' ? undefined : okay()) });
  const slow = ask('/slow');
  await eventually('the slow request', () => pair.backend.requests.length === 1);
  await ask();
  pair.backend.connections[0]?.socket.write(okay());
  await slow;
  await ask('/last');
  expect(pair.backend.connections).toHaveLength(2);
  expect(pair.backend.connections[0]?.requests.map(({ target }) => target)).toEqual([
    '/slow',
    '/last',
  ]);
});

test('a connection that was idle for a while is trusted with a GET, and not with a POST', async () => {
  pair = await startPair();
  const client = await pair.dial();
  const post = (body: string) =>
    client
      .send(`POST / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 4\r\n\r\n${body}`)
      .response();
  const pass = () => new Promise((done) => setTimeout(done, limits.unsafeReuseMs + 100));
  await client.send(get('app.dev.local', '/1')).response();
  await pass();
  await client.send(get('app.dev.local', '/2')).response();
  await pass();
  await post('late');
  await post('soon');
  expect(
    pair.backend.connections.map(({ requests }) =>
      requests.map(({ method, target, body }) => `${method} ${target} ${body}`.trim()),
    ),
  ).toEqual([
    ['GET /1', 'GET /2'],
    ['POST / late', 'POST / soon'],
  ]);
});

test('a backend that answers before it has read the body is not sent the rest, nor anything else', async () => {
  pair = await startPair({
    head({ connection, target }) {
      if (target !== '/early') return;
      connection.socket.pause();
      connection.socket.write(okay('early'));
    },
  });
  const client = await pair.dial();
  client.send('POST /early HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 50000000\r\n\r\n');
  client.send('x'.repeat(20_000_000));
  const [response] = await client.responses();
  expect(response?.body).toBe('early');
  expect(response && fieldOf(response, 'connection')).toBe('close');
  expect((await ask()).status).toBe(200);
  expect(pair.backend.connections).toHaveLength(2);
  pair.backend.connections[0]?.socket.resume();
});
