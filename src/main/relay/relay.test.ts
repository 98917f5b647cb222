import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { PortSignal } from '../../shared/desktop/bridge.ts';
import { limits } from '../../shared/limits.ts';
import type { RelayPort, RelaySocket } from './relay.ts';
import { createRelays } from './relays.ts';

class FakePort extends EventEmitter implements RelayPort {
  readonly got: PortSignal[] = [];
  isStarted = false;
  isClosed = false;
  postMessage(signal: PortSignal): void {
    if (this.isClosed) throw new Error('closed');
    this.got.push(signal);
  }
  start(): void {
    this.isStarted = true;
  }
  close(): void {
    this.isClosed = true;
  }
  says(data: unknown): void {
    this.emit('message', { data });
  }
  get reason(): string | null {
    const last = this.got.at(-1);
    return last?.kind === 'closed' ? last.reason : null;
  }
}

class FakeSocket extends EventEmitter implements RelaySocket {
  readonly sent: string[] = [];
  bufferedAmount = 0;
  isPaused = false;
  end: 'open' | 'closed' | 'terminated' = 'open';
  send(text: string): void {
    this.sent.push(text);
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  close(): void {
    this.end = 'closed';
  }
  terminate(): void {
    this.end = 'terminated';
  }
  says(text: string): void {
    this.emit('message', Buffer.from(text), false);
  }
}

async function setUp() {
  const port = new FakePort();
  const socket = new FakeSocket();
  const relays = createRelays(async () => socket);
  relays.add(port);
  await Promise.resolve();
  return { port, socket, relays };
}

test('texts go both ways, once it is open', async () => {
  const { port, socket } = await setUp();
  expect(port.isStarted).toBe(true);
  expect(port.got).toEqual([{ kind: 'open' }]);
  port.says({ kind: 'text', text: 'question' });
  expect(socket.sent).toEqual(['question']);
  socket.says('answer ✓');
  expect(port.got.at(-1)).toEqual({ kind: 'text', text: 'answer ✓' });
});

test('what the page has not taken is not read further', async () => {
  const { port, socket } = await setUp();
  for (let n = 1; n < limits.maxPortAhead; n++) socket.says('x');
  expect(socket.isPaused).toBe(false);
  socket.says('x');
  expect(socket.isPaused).toBe(true);
  port.says({ kind: 'taken' });
  expect(socket.isPaused).toBe(false);
  // More takings than texts are no credit.
  for (let n = 0; n < limits.maxPortAhead * 2; n++) port.says({ kind: 'taken' });
  for (let n = 0; n < limits.maxPortAhead; n++) socket.says('x');
  expect(socket.isPaused).toBe(true);
});

test('a page that sends more than the instance takes is cut off', async () => {
  const { port, socket } = await setUp();
  socket.bufferedAmount = limits.maxPortBehindBytes + 1;
  port.says({ kind: 'text', text: 'x' });
  expect(socket.end).toBe('closed');
  expect(port.reason).toBe('the page sends more than the instance takes');
});

test.each([
  ['no object', 'text'],
  ['an unknown kind', { kind: 'open' }],
  ['a text that is none', { kind: 'text', text: 1 }],
  ['more than a signal has', { kind: 'close', more: true }],
  ['a text that is too long', { kind: 'text', text: 'ä'.repeat(limits.maxControlMessageBytes) }],
])('%s ends the connection', async (_what, data) => {
  const { port, socket } = await setUp();
  port.says(data);
  expect(socket.sent).toEqual([]);
  expect(socket.end).toBe('closed');
  expect(port.isClosed).toBe(true);
});

test('what is sent before it is open ends the connection', async () => {
  const port = new FakePort();
  const socket = new FakeSocket();
  const relays = createRelays(async () => socket);
  relays.add(port);
  port.says({ kind: 'text', text: 'early' });
  expect(port.reason).toBe('the page did not wait until it was open');
  await Promise.resolve();
  expect(socket).toMatchObject({ sent: [], end: 'terminated' });
});

test('each side hears of the end of the other', async () => {
  const first = await setUp();
  first.socket.emit('close');
  expect(first.port.reason).toBe('the instance has closed it');
  expect(first.relays.size).toBe(1);
  await Promise.resolve();
  expect(first.relays.size).toBe(0);

  const second = await setUp();
  second.socket.pause();
  second.port.says({ kind: 'close' });
  expect(second.socket.end).toBe('terminated');

  const third = await setUp();
  third.port.emit('close');
  expect(third.socket.end).toBe('closed');
});

test('why it could not be opened is told', async () => {
  const port = new FakePort();
  createRelays(async () => {
    throw new Error('nobody listens');
  }).add(port);
  await new Promise((resolve) => setImmediate(resolve));
  expect(port.reason).toBe('nobody listens');
});

test('what the instance sends in binary ends the connection', async () => {
  const { port, socket } = await setUp();
  socket.emit('message', Buffer.from('x'), true);
  expect(port.reason).toBe('what the instance sent is no text');
});

test('a window has so many connections, and all end with it', async () => {
  const sockets: FakeSocket[] = [];
  const relays = createRelays(async () => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket;
  });
  for (let n = 0; n < limits.maxDesktopPorts; n++) relays.add(new FakePort());
  const further = new FakePort();
  relays.add(further);
  expect(further.reason).toBe('this window has too many connections');
  await Promise.resolve();
  expect(sockets).toHaveLength(limits.maxDesktopPorts);
  relays.closeAll();
  expect(sockets.every(({ end }) => end === 'closed')).toBe(true);
});
