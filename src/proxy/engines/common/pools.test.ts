import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { type Backend, parseBackend } from '../../../shared/model/backend.ts';
import { BackendConnection, BackendPools } from './pools.ts';

let server: Server;
let backend: Backend;
let pools: BackendPools<BackendConnection>;
const accepted = new Set<Socket>();
/** Monotonic milliseconds. */
let now = 0;

const backendAt = (url: string): Backend => {
  const parsed = parseBackend(url, 0);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.backend;
};

beforeEach(async () => {
  server = createServer((socket) => {
    accepted.add(socket);
    socket.on('error', () => {});
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  backend = backendAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  now = 1000;
  pools = new BackendPools({
    prepare: (home) => ({
      onread: null,
      connectionOf: (socket, openMs) => {
        const connection = new BackendConnection(socket, openMs);
        socket.on('error', () => {});
        socket.on('close', () => home.forget(connection));
        return connection;
      },
    }),
    maxSockets: 2,
    connectTimeoutMs: 5000,
    queueTimeoutMs: 5000,
    keepAlive: true,
    now: () => now,
  });
});

afterEach(() => {
  for (const socket of accepted) socket.destroy();
  accepted.clear();
  server.close();
});

/** @param maxIdleMs as `acquire` takes it */
const borrow = (
  maxIdleMs = Number.POSITIVE_INFINITY,
  uploading = false,
): Promise<BackendConnection> =>
  new Promise((connected, notConnected) => {
    const waiter = { connected, notConnected, uploading };
    const connection = pools.of(backend).acquire(waiter, maxIdleMs, now);
    if (connection !== null) connected(connection);
  });

const giveBack = (connection: BackendConnection): void => pools.of(backend).release(connection);

test('an idle connection is closed when its time is over, and not before', async () => {
  const connection = await borrow();
  giveBack(connection);
  now += limits.backendIdleMs - 1;
  pools.sweep(now);
  expect([connection.socket.destroyed, pools.sockets]).toEqual([false, 1]);
  now += 1;
  pools.sweep(now);
  expect([connection.socket.destroyed, pools.sockets]).toEqual([true, 0]);
});

test('one that a request has is not closed, however long it takes', async () => {
  const connection = await borrow();
  now += 10 * limits.backendIdleMs;
  pools.sweep(now);
  expect(connection.socket.destroyed).toBe(false);
});

test('one whose time is over is not lent, also before anybody has closed it', async () => {
  const connection = await borrow();
  connection.idleLimitMs = 500;
  giveBack(connection);
  now += 500;
  expect(await borrow()).not.toBe(connection);
  expect(connection.socket.destroyed).toBe(true);
});

test('one that was idle for too long for this request is kept for others', async () => {
  const connection = await borrow();
  giveBack(connection);
  now += 11;
  expect(await borrow(10)).not.toBe(connection);
  expect(await borrow()).toBe(connection);
});

test('where all connections are open and idle, the oldest makes room for a new one', async () => {
  const [first, second] = [await borrow(), await borrow()];
  giveBack(first);
  giveBack(second);
  const fresh = await borrow(-1);
  expect([first.socket.destroyed, second.socket.destroyed]).toEqual([true, false]);
  expect(pools.sockets).toBe(2);
  giveBack(fresh);
});

test('one that its backend has closed is lent to nobody', async () => {
  const connection = await borrow();
  giveBack(connection);
  const closed = once(connection.socket, 'close');
  for (const socket of accepted) socket.destroy();
  await closed;
  expect(pools.sockets).toBe(0);
  expect(await borrow()).not.toBe(connection);
});

const upload = (): Promise<BackendConnection> => borrow(Number.POSITIVE_INFINITY, true);

test.each<[string, (connection: BackendConnection) => void]>([
  ['breaks', ({ socket }) => void socket.destroy()],
  ['comes back', giveBack],
  ['has its whole body', (connection) => pools.of(backend).uploaded(connection)],
])('an upload whose connection %s leaves its place to the next, once', async (_, end) => {
  // One of two.
  const first = await upload();
  let second: BackendConnection | null = null;
  const waiting = upload().then((connection) => (second = connection));
  const other = await borrow();
  giveBack(other);
  expect(second).toBeNull();
  end(first);
  await waiting;
  let third: BackendConnection | null = null;
  // It waits to the end of the test.
  upload().then(
    (connection) => (third = connection),
    () => {},
  );
  await new Promise((done) => setImmediate(done));
  expect(third).toBeNull();
});

test('with a pool more than there may be, the one that was used longest ago gives up what is idle', async () => {
  const connection = await borrow();
  giveBack(connection);
  const others = Array.from({ length: limits.maxBackendPools - 1 }, (_, i) =>
    backendAt(`http://10.0.0.1:${1000 + i}`),
  );
  for (const one of others) pools.of(one).lastUsed = now + 1;
  expect(connection.socket.destroyed).toBe(false);
  pools.of(backendAt('http://10.0.0.2:80'));
  expect(connection.socket.destroyed).toBe(true);
});

test('what a pool has lent when it is given up is closed as it comes back', async () => {
  const pool = pools.of(backend);
  const connection = await borrow();
  pools.close();
  expect(connection.socket.destroyed).toBe(false);
  pool.release(connection);
  expect(connection.socket.destroyed).toBe(true);
});
