import { createServer } from 'node:net';
import { connect } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { readHello } from './clientHello.ts';

/** The first bytes that Node's client sends. */
async function helloOf(options: object): Promise<Buffer> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = connect({ port: address.port, host: '127.0.0.1', ...options });
  client.on('error', () => {});
  try {
    return await new Promise<Buffer>((resolve) => {
      server.once('connection', (socket) => {
        socket.on('error', () => {});
        socket.once('data', resolve);
      });
    });
  } finally {
    client.destroy();
    server.close();
  }
}

test.each([{}, { maxVersion: 'TLSv1.2' }])('a name is read from a hello (%j)', async (more) => {
  const hello = await helloOf({ servername: 'app.dev.local', ...more });
  expect(readHello(hello)).toEqual({ kind: 'hello', name: 'app.dev.local' });
});

test('a hello without a name is read as such', async () => {
  expect(readHello(await helloOf({}))).toEqual({ kind: 'hello', name: null });
});

describe('a hello that is there in part', () => {
  test('is waited for, and is the same however it was cut', async () => {
    const hello = await helloOf({ servername: 'app.dev.local' });
    for (let length = 0; length < hello.length; length++) {
      const read = readHello(hello.subarray(0, length));
      // The head of the record, then all of it.
      const needs = length < 5 ? 5 : hello.length;
      expect(read).toEqual({ kind: 'part', needs });
    }
  });

  test('in several records, is one', async () => {
    const hello = await helloOf({ servername: 'app.dev.local' });
    const payload = hello.subarray(5);
    const records = [payload.subarray(0, 7), payload.subarray(7, 60), payload.subarray(60)].map(
      (piece) => {
        const head = Buffer.from([22, 3, 1, 0, 0]);
        head.writeUInt16BE(piece.length, 3);
        return Buffer.concat([head, piece]);
      },
    );
    const whole = Buffer.concat(records);
    expect(readHello(whole)).toEqual({ kind: 'hello', name: 'app.dev.local' });
    for (let length = 0; length < whole.length; length++) {
      const read = readHello(whole.subarray(0, length));
      expect(read.kind).toBe('part');
      if (read.kind !== 'part') continue;
      expect(read.needs).toBeGreaterThan(length);
      expect(read.needs).toBeLessThanOrEqual(whole.length);
    }
  });
});

test('of more records than a client has reasons for, no more are waited for', () => {
  const record = (byte: number): Buffer => Buffer.from([22, 3, 1, 0, 1, byte]);
  const records = [1, 0, 64, ...Array<number>(limits.maxHelloRecords).fill(0)].map(record);
  expect(readHello(Buffer.concat(records))).toEqual({
    kind: 'part',
    needs: Number.POSITIVE_INFINITY,
  });
});

test.each([
  ['plain HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['a single byte', Buffer.from('G')],
  ['a record and then something else', Buffer.from([22, 3, 1, 0, 1, 2, 71, 69, 84])],
  ['another handshake message', Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0])],
  ['an alert', Buffer.from([21, 3, 1, 0, 2, 2, 40])],
  ['an empty record', Buffer.from([22, 3, 1, 0, 0])],
])('%s is no hello', (_what, bytes) => {
  expect(readHello(bytes)).toEqual({ kind: 'other' });
});

test('no bytes make it fail, or read what is not there', async () => {
  const hello = await helloOf({ servername: 'app.dev.local' });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(hello.length - 1), fc.nat(255)), { maxLength: 8 }),
      (changes) => {
        const bytes = Buffer.from(hello);
        for (const [at, value] of changes) bytes[at] = value;
        const read = readHello(bytes);
        if (read.kind === 'hello' && read.name !== null) {
          expect(bytes.includes(read.name, 0, 'latin1')).toBe(true);
        }
      },
    ),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      readHello(Buffer.from(bytes));
      readHello(Buffer.concat([hello.subarray(0, 5), bytes]));
    }),
  );
});
