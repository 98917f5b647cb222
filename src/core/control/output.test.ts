import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createOutput, type Outlet } from './output.ts';

/** A WebSocket whose reader takes what it is told to. */
class SlowSocket extends EventEmitter implements Outlet {
  readyState: WebSocket['readyState'] = WebSocket.OPEN;
  readonly sent: string[] = [];
  readonly #unread: { readonly done: () => void }[] = [];
  send(data: string, _options: object, done: () => void): void {
    this.sent.push(data);
    this.#unread.push({ done });
  }
  /** The reader takes one message. */
  take(): void {
    this.#unread.shift()?.done();
  }
  terminate(): void {
    this.readyState = WebSocket.CLOSED;
    this.emit('close');
  }
}

const settled = async (promise: Promise<void>): Promise<boolean> => {
  let isSettled = false;
  void promise.then(() => {
    isSettled = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return isSettled;
};

it('senders go on while the reader keeps up, and wait when he does not', async () => {
  const socket = new SlowSocket();
  const { send } = createOutput(socket, { pause: 10, max: 100, each: 0 }, { set: () => undefined });
  expect(await settled(send('12345'))).toBe(true);
  expect(await settled(send('67890'))).toBe(true);
  const third = send('abcde');
  const fourth = send('fghij');
  expect(await settled(third)).toBe(false);
  expect(socket.sent).toEqual(['12345', '67890']);

  socket.take();
  expect(await settled(third)).toBe(true);
  expect(await settled(fourth)).toBe(false);
  socket.take();
  expect(await settled(fourth)).toBe(true);
  expect(socket.sent).toEqual(['12345', '67890', 'abcde', 'fghij']);
});

it('what waits counts: beyond the bound the connection ends, and nobody waits for ever', async () => {
  const socket = new SlowSocket();
  const { send } = createOutput(socket, { pause: 10, max: 30, each: 0 }, { set: () => undefined });
  await send('x'.repeat(10));
  const waiting = [send('y'.repeat(10)), send('z'.repeat(10))];
  expect(socket.readyState).toBe(WebSocket.OPEN);
  await send('one too many');
  expect(socket.readyState).toBe(WebSocket.CLOSED);
  await Promise.all(waiting);
  await send('after the end');
  expect(socket.sent).toEqual(['x'.repeat(10)]);
});
