import { afterEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../../../../test/support/enginePair.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { get } from '../../../../test/support/rawClient.ts';
import { okay } from '../../../../test/support/recordingBackend.ts';

// Parsers live in the memory of WebAssembly, which no garbage collector looks after.

const given = new Set<number>();
const native = Reflect.get(globalThis, 'WebAssembly');
let pair: Pair;

/** Counts the parsers that are given out and given back. */
class WatchedInstance {
  readonly exports: object;

  constructor(module: object, imports: object) {
    const { exports } = new native.Instance(module, imports);
    this.exports = {
      ...exports,
      llhttp_alloc: (type: number) => {
        const pointer: number = exports.llhttp_alloc(type);
        given.add(pointer);
        return pointer;
      },
      llhttp_free: (pointer: number) => {
        if (!given.delete(pointer)) throw new Error('given back twice');
        exports.llhttp_free(pointer);
      },
    };
  }
}

afterEach(() => {
  Reflect.set(globalThis, 'WebAssembly', native);
});

test('the parser of each connection is given back once, however the connection ends', async () => {
  Reflect.set(globalThis, 'WebAssembly', { Module: native.Module, Instance: WatchedInstance });
  pair = await startPair(
    {
      request({ connection, target }) {
        if (target === '/silent') return undefined;
        if (target === '/garbage') return 'no HTTP\r\n\r\n';
        if (target === '/resets') connection.socket.resetAndDestroy();
        if (target !== '/tunnel') return okay();
        return 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
      },
    },
    { settings: { engine: 'splice' } },
  );
  const handshake =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  for (const target of ['/', '/garbage', '/resets', '/silent', '/tunnel', '']) {
    const client = await pair.dial();
    if (target === '') client.send('GET / HTTP/1.1\r\nHo');
    else client.send(get('app.dev.local', target, target === '/tunnel' ? handshake : ''));
    if (target === '/silent') {
      await eventually('the request', () =>
        pair.backend.requests.some((request) => request.target === target),
      );
    } else if (target !== '') {
      await client.until('HTTP/1.1');
    }
    client.destroy();
  }
  expect(given.size).toBeGreaterThan(0);
  await pair.stop();
  await eventually('every parser is given back', () => given.size === 0);
});
