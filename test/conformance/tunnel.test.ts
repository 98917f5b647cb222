import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { get, type RawClient } from '../support/rawClient.ts';
import type { SeenConnection } from '../support/recordingBackend.ts';

let pair: Pair;
let backend: SeenConnection | undefined;
beforeEach(async () => {
  backend = undefined;
  pair = await startPair(
    {
      request(request) {
        backend = request.connection;
        return 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello';
      },
    },
    { settings: { tunnelIdleMs: 2000, tcpTimeoutMs: 1000 } },
  );
});
afterEach(() => pair.stop());

const open = async (early = ''): Promise<[RawClient, SeenConnection]> => {
  const client = await pair.dial();
  client.send(get('app.dev.local', '/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n') + early);
  await client.interim();
  if (backend === undefined) throw new Error('no backend connection');
  return [client, backend];
};

test('bytes flow both ways, those beside the handshake included', async () => {
  const [client, server] = await open('early');
  await client.until('hello');
  await eventually('early bytes', () => server.received.endsWith('\r\n\r\nearly'));
  client.send('ping');
  await eventually('ping', () => server.received.endsWith('earlyping'));
  server.socket.write('pong');
  await client.until('hellopong');
});

test('what the client sends before the answer comes reaches the backend after the handshake, in order', async () => {
  let agree = (): void => {};
  pair.backend.script = {
    request({ connection }) {
      backend = connection;
      agree = () =>
        void connection.socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
        );
      return undefined;
    },
  };
  const client = await pair.dial();
  client.send(get('app.dev.local', '/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  await eventually('the handshake', () => backend !== undefined);
  const parts = ['first,', 'second,', 'third,'];
  for (const part of parts) {
    client.send(part);
    await new Promise((done) => setTimeout(done, 20));
  }
  expect(backend?.received.endsWith('\r\n\r\n')).toBe(true);
  agree();
  await client.interim();
  client.send('last');
  await eventually('all of it', () => backend?.received.endsWith('last') ?? false);
  expect(backend?.received.split('\r\n\r\n')[1]).toBe('first,second,third,last');
});

test('when the client ends its side, what the backend still has to say arrives', async () => {
  const [client, server] = await open();
  server.socket.allowHalfOpen = true;
  client.send('last words').end();
  await eventually('the end', () => server.ended);
  expect(server.received.endsWith('last words')).toBe(true);
  server.socket.end('answer');
  await client.until('answer');
  await client.finished();
});

test('when the backend ends its side, the client can still send', async () => {
  const [client, server] = await open();
  server.socket.allowHalfOpen = true;
  server.socket.end('bye');
  await client.until('bye');
  await client.finished();
  client.send('still here').end();
  await eventually('the rest', () => server.received.endsWith('still here'));
  await eventually('the close', () => server.closed);
});

test('a reset on either side ends the other', async () => {
  const [client, server] = await open();
  server.socket.resetAndDestroy();
  await client.finished();
  const [second, other] = await open();
  second.socket.resetAndDestroy();
  await eventually('the end', () => other.ended);
});

test('an idle tunnel is closed after its own limit, an active one lives', async () => {
  const begun = performance.now();
  const [idle] = await open();
  const [active, server] = await open();
  const beat = setInterval(() => server.socket.write('.'), 200);
  await idle.finished();
  clearInterval(beat);
  expect(performance.now() - begun).toBeGreaterThan(1800);
  expect(active.ended).toBe(false);
});

test('a tunnel is recorded when it ends, with its bytes', async () => {
  const [client] = await open();
  await client.until('hello');
  expect(pair.harness.records).toHaveLength(0);
  client.destroy();
  const [record] = await pair.harness.recorded(1);
  expect(record).toMatchObject({ protocol: 'ws', status: 101, error: null, method: 'GET' });
  expect(record?.bytes).toBe(client.received.length);
});

test('a side that does not read holds the other back instead of filling memory', async () => {
  const [client, server] = await open();
  client.socket.pause();
  const chunk = randomBytes(64 * 1024);
  let written = 0;
  for (let i = 0; i < 2000; i++) {
    written += chunk.length;
    if (!server.socket.write(chunk)) {
      const drained = await Promise.race([
        once(server.socket, 'drain').then(() => true),
        new Promise<boolean>((done) => setTimeout(done, 300, false)),
      ]);
      if (!drained) break;
    }
  }
  expect(written).toBeLessThan(64 * 1024 * 1024);
  client.socket.resume();
  await eventually('all bytes', () => client.received.length > written);
});

test('real WebSockets echo, many at once', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  pair.harness.frontends.set('echo.dev.local', ['echo', `http://127.0.0.1:${port}`]);
  const talk = async (id: number): Promise<void> => {
    const socket = new WebSocket(`ws://127.0.0.1:${pair.harness.port}/`, {
      headers: { host: 'echo.dev.local' },
    });
    await once(socket, 'open');
    for (let i = 0; i < 50; i++) {
      const message = `${id}:${i}:${'x'.repeat(i * 100)}`;
      socket.send(message);
      const [data] = await once(socket, 'message');
      expect(String(data)).toBe(message);
    }
    socket.close();
    await once(socket, 'close');
  };
  await Promise.all(Array.from({ length: 20 }, (_, id) => talk(id)));
  await new Promise((done) => server.close(done));
});
