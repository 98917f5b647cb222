import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, expect, it } from 'vitest';
import { describeWhen } from '../../../test/support/requirement.ts';
import { BindError, type BoundPort, openPort } from './bind.ts';
import { createListeners } from './listeners.ts';
import { type Binder, openPortFor } from './openPortFor.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** Bound as a user of macOS binds, to whom all ports of this system are reserved. */
const mac: Partial<Binder> = {
  platform: 'darwin',
  isRoot: () => false,
  reservedBelow: 65_536,
};
const options = { ipv6Only: false, maxEarly: 8, acceptFailed: () => undefined };

/** A port that nobody has on any address. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '::');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

interface Greeter {
  readonly bound: BoundPort;
  /** What arrived, by local address. */
  readonly served: readonly (string | undefined)[];
}

/** Binds, and greets whoever is let in. */
async function greet(
  address: string,
  port: number,
  binder: Partial<Binder> = mac,
): Promise<Greeter> {
  const bound = await openPortFor(binder)(address, port, options);
  opened.push(bound);
  const served: (string | undefined)[] = [];
  bound.serve((socket) => {
    served.push(socket.localAddress);
    socket.on('error', () => undefined);
    socket.end('hello');
  });
  return { bound, served };
}

/** What a client reads until its connection is over, and how that ended. */
async function meet(address: string, port: number): Promise<string> {
  const socket: Socket = connect({ host: address, port });
  socket.write('GET / HTTP/1.1\r\n\r\n');
  let text = '';
  socket.on('data', (part: Buffer) => {
    text += part.toString();
  });
  let failure = '';
  socket.once('error', (error: NodeJS.ErrnoException) => {
    failure = error.code ?? error.message;
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return text === '' ? failure : text;
}

const closed = expect.stringMatching(/^$|^ECONNRESET$|^EPIPE$/);
const own = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
const ownV4 = own.find(({ family }) => family === 'IPv4')?.address ?? '';
const ownV6 = own.find(({ family }) => family === 'IPv6')?.address ?? '';

it('a user of macOS is served on 127.0.0.1 by the wildcard, and who comes to another address is closed unread', async () => {
  const port = await freePort();
  const { bound, served } = await greet('127.0.0.1', port);
  expect(bound).toMatchObject({ address: '127.0.0.1', port });
  expect(await meet('127.0.0.1', port)).toBe('hello');
  expect(await meet('127.0.0.2', port)).toEqual(closed);
  expect(served).toEqual(['127.0.0.1']);
});

it('::1 is served by the IPv6 wildcard, which leaves IPv4 to others', async () => {
  const port = await freePort();
  const six = await greet('::1', port);
  const four = await greet('localhost', port);
  expect(six.bound.address).toBe('::1');
  expect(await meet('::1', port)).toBe('hello');
  expect(await meet('127.0.0.1', port)).toBe('hello');
  expect(six.served).toEqual(['::1']);
  expect(four.served).toEqual(['127.0.0.1']);
});

describeWhen(
  ownV4 !== '' && ownV6 !== '',
  'needs a network with both families',
  'addresses of the network',
  () => {
    it.each([
      ['127.0.0.1', ownV4],
      ['::1', ownV6],
    ])('of who is served at %s get a connection, and not a byte', async (address, other) => {
      const port = await freePort();
      const { served } = await greet(address, port);
      expect(await meet(other, port)).toEqual(closed);
      expect(await meet(address, port)).toBe('hello');
      expect(served).toEqual([address]);
    });
  },
);

it('strangers take no place from those who wait for the start', async () => {
  const port = await freePort();
  const bound = await openPortFor(mac)('127.0.0.1', port, { ...options, maxEarly: 1 });
  opened.push(bound);
  for (let i = 0; i < 5; i++) expect(await meet('127.0.0.2', port)).toEqual(closed);
  const waiting = meet('127.0.0.1', port);
  // Later than the one that waits, since the system gives connections in their order.
  expect(await meet('127.0.0.2', port)).toEqual(closed);
  bound.serve((socket) => socket.end('hello'));
  expect(await waiting).toBe('hello');
});

it('a port of somebody else is taken, also where the system would let the wildcard be bound beside it', async () => {
  const port = await freePort();
  const holder = createServer().listen(port, '127.0.0.1');
  await once(holder, 'listening');
  opened.push({ close: async () => void holder.close() });
  const asked: unknown[] = [];
  const open: Binder['open'] = async (...all) => {
    asked.push(all);
    return await openPort('127.0.0.1', 0, options);
  };
  const binding = openPortFor({ ...mac, open })('127.0.0.1', port, options);
  await expect(binding).rejects.toMatchObject({ failure: 'taken', address: '127.0.0.1', port });
  expect(asked).toEqual([]);
});

it('a wildcard of somebody else is told of with the address that was wanted', async () => {
  const port = await freePort();
  const holder = createServer().listen(port, '0.0.0.0');
  await once(holder, 'listening');
  opened.push({ close: async () => void holder.close() });
  const unseen = openPortFor({ ...mac, isAnswered: async () => false });
  const binding = unseen('127.0.0.1', port, options);
  await expect(binding).rejects.toBeInstanceOf(BindError);
  await expect(binding).rejects.toMatchObject({ failure: 'taken', address: '127.0.0.1', port });
});

it.each([
  ['another system', { platform: 'linux' }, '127.0.0.1'],
  ['root', { isRoot: () => true }, '127.0.0.1'],
  ['a port that is free to all', { reservedBelow: 1024 }, '127.0.0.1'],
  ['an address that is no loopback one', {}, '0.0.0.0'],
] as const)(
  '%s: what was asked for is bound, and nothing else',
  async (_title, changed, address) => {
    const port = await freePort();
    const asked: unknown[] = [];
    const open: Binder['open'] = async (at, number, how) => {
      asked.push([at, how.onlyTo]);
      return await openPort(at, number, how);
    };
    opened.push(await openPortFor({ ...mac, ...changed, open })(address, port, options));
    expect(asked).toEqual([[address, undefined]]);
  },
);

it('what an instance tells of itself is the address that it serves, and who has its port', async () => {
  const [port, free] = [await freePort(), await freePort()];
  const holder = createServer().listen(port, '127.0.0.1');
  await once(holder, 'listening');
  opened.push({ close: async () => void holder.close() });
  const said: string[] = [];
  const listeners = createListeners({
    open: openPortFor(mac),
    findOwner: async () => ({ name: 'caddy', pid: 7 }),
    accept: () => undefined,
    acceptFailed: () => undefined,
    maxEarly: 1,
    log: (_level, message) => said.push(message),
  });
  opened.push(listeners);
  const { listeners: bound } = await listeners.propose({
    binds: [{ address: '127.0.0.1', port, tls: null }],
    ...{ fallbackPorts: [free], secureFallbackPorts: [], secureIsSet: false },
  });
  expect(bound).toMatchObject([{ address: '127.0.0.1', port: free, moved: { because: 'taken' } }]);
  expect(said).toEqual([`Port ${port} is taken by caddy (pid 7). Using ${free}.`]);
});
