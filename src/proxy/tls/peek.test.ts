import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import type { Hello } from './clientHello.ts';
import { peekHello } from './peek.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A connection as a worker is given it, and its other end. */
async function connection(): Promise<{ client: Socket; socket: Socket }> {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = connect(address.port, '127.0.0.1');
  client.on('error', () => {});
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', () => {});
  closers.push(() => {
    client.destroy();
    socket.destroy();
    server.close();
  });
  return { client, socket };
}

const minute = 60_000;

test('what was looked at is there to be read', async () => {
  const { client, socket } = await connection();
  const hellos: Hello[] = [];
  peekHello(socket, minute, (hello) => hellos.push(hello));
  client.write('GET / HTTP/1.1\r\n\r\n');
  await eventually('it is looked at', () => hellos.length === 1);
  expect(hellos).toEqual([{ kind: 'other' }]);
  expect(socket.read()?.toString()).toBe('GET / HTTP/1.1\r\n\r\n');
});

test('a client that says too little in time is closed, and nobody is told', async () => {
  const { client, socket } = await connection();
  let told = 0;
  peekHello(socket, 30, () => told++);
  client.write(Buffer.from([22, 3, 1]));
  await once(client, 'close');
  expect(told).toBe(0);
});

test.each([
  ['a record that would be too long', Buffer.from([22, 3, 1, 255, 255, 1])],
  [
    'many records without an end',
    Buffer.concat(Array(4000).fill(Buffer.from([22, 3, 1, 0, 1, 1]))),
  ],
])('%s is closed', async (_what, bytes) => {
  const { client, socket } = await connection();
  let told = 0;
  peekHello(socket, minute, () => told++);
  client.write(bytes);
  await eventually('it is closed', () => socket.destroyed);
  expect(told).toBe(0);
});

test('a client that leaves is gone at once', async () => {
  const { client, socket } = await connection();
  let told = 0;
  peekHello(socket, minute, () => told++);
  client.write(Buffer.from([22, 3, 1, 0, 100, 1]));
  client.end();
  await eventually('it is closed', () => socket.destroyed);
  expect(told).toBe(0);
});
