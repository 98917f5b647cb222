import { chmod } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { os } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { afterEach, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { startControlHarness } from '../../../test/support/controlHarness.ts';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';
import { subprotocols } from '../../shared/contract/wire.ts';
import { BerthError, errorCatalogue } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { version } from '../../shared/version.ts';
import { connectError } from './connectError.ts';
import { connectControl } from './index.ts';

const open = new Set<Socket>();
afterEach(() => {
  for (const socket of open) socket.destroy();
});

async function listen(server: Server, path: string): Promise<void> {
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
}

async function refusedBy(server: Server): Promise<BerthError> {
  await using place = await temporaryDirectory();
  const path = join(place.path, 'control.sock');
  await listen(server, path);
  try {
    return await failure(connectControl({ socket: path }));
  } finally {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function failure(doing: Promise<unknown>): Promise<BerthError> {
  const error: unknown = await doing.then(
    () => new Error('it went well'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof BerthError)) throw error;
  return error;
}

it('nobody who listens', async () => {
  await using place = await temporaryDirectory();
  const socket = join(place.path, 'control.sock');
  expect((await failure(connectControl({ socket }))).code).toBe('BERTH_NOT_RUNNING');
});

it.each(['ECONNRESET', 'EPIPE'])('what is cut off before the handshake with %s', (code) => {
  const error = Object.assign(new Error(`write ${code}`), { code, syscall: 'write' });
  expect(connectError(error, '/run/control.sock')).toMatchObject({
    code: 'BERTH_CONTROL_FOREIGN',
    detail: expect.stringContaining('/run/control.sock'),
  });
});

it.each<[string, () => Server]>([
  ['a web server', () => createHttpServer((_request, response) => response.end('hello'))],
  [
    'a web server that refuses',
    () => createHttpServer((_, response) => response.writeHead(401).end()),
  ],
  [
    'what hangs up without an answer',
    () => createServer((socket) => socket.once('data', () => socket.destroy())),
  ],
  ['what speaks no HTTP', () => createServer((socket) => void socket.write('220 mail\r\n'))],
  [
    'a WebSocket of another kind',
    () => {
      const server = createHttpServer();
      new WebSocketServer({ server, handleProtocols: () => false });
      return server;
    },
  ],
  [
    'a WebSocket that takes our subprotocol and sends something else',
    () => {
      const server = createHttpServer();
      const takes = { server, handleProtocols: () => subprotocols.name };
      new WebSocketServer(takes).on('connection', (socket) => socket.send('hello'));
      return server;
    },
  ],
])('another program answers: %s', async (_what, server) => {
  const { code, detail } = await refusedBy(server());
  expect([code, detail]).toEqual([
    'BERTH_CONTROL_FOREIGN',
    expect.stringContaining('control.sock'),
  ]);
});

it('rights: the file system does not let us in', () => {
  for (const code of ['EACCES', 'EPERM']) {
    const error = Object.assign(new Error(`connect ${code}`), { code });
    expect(connectError(error, '/run/control.sock')).toMatchObject({
      code: 'BERTH_CONTROL_FORBIDDEN',
      detail: expect.stringContaining('/run/control.sock'),
    });
  }
});

it.skipIf(process.getuid?.() === 0)('rights: a socket that is closed to us', async () => {
  await using harness = await startControlHarness();
  await chmod(harness.socket, 0);
  expect((await failure(connectControl({ socket: harness.socket }))).code).toBe(
    'BERTH_CONTROL_FORBIDDEN',
  );
});

it('a token that is not the one of the instance', async () => {
  await using harness = await startControlHarness();
  const url = `http://127.0.0.1:${harness.port}`;
  expect(await failure(connectControl({ url, token: 'wrong' }))).toMatchObject({
    code: 'BERTH_CONTROL_REFUSED',
    detail: expect.stringContaining('not the token of this instance'),
  });
});

it('another contract names both versions and the process', async () => {
  const hello = os.handler(() => ({ contract: 999, version: '9.0.0', pid: 4711 }));
  const rpc = new RPCHandler({ instance: { hello } });
  const server = createHttpServer();
  new WebSocketServer({ server, handleProtocols: () => subprotocols.name }).on(
    'connection',
    (socket) => void rpc.upgrade(socket),
  );
  expect(await refusedBy(server)).toMatchObject({
    code: 'BERTH_CONTROL_VERSION',
    detail: `the instance with pid 4711 is version 9.0.0, and this is version ${version}`,
  });
});

it('too many connections', async () => {
  await using harness = await startControlHarness();
  const address = { socket: harness.socket };
  const clients = await Promise.all(
    Array.from({ length: limits.maxControlConnections }, () => connectControl(address)),
  );
  expect(await failure(connectControl(address))).toMatchObject({
    code: 'BERTH_CONTROL_BUSY',
    detail: expect.stringContaining(`(${limits.maxControlConnections})`),
  });
  for (const client of clients) client.close();
});

it('advice about versions is given where the versions differ, and nowhere else', () => {
  for (const [code, { advice }] of Object.entries(errorCatalogue)) {
    if (!code.startsWith('BERTH_CONTROL_')) continue;
    expect(/version/.test(advice)).toBe(code === 'BERTH_CONTROL_VERSION');
  }
});
