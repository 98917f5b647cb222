import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { get } from '../support/rawClient.ts';
import { okay } from '../support/recordingBackend.ts';

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.stop());

test('the head of a response is passed on before its first byte of body', async () => {
  pair.backend.script = {
    request: () =>
      'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
  };
  const client = await pair.dial();
  client.send(get('app.dev.local'));
  await client.until('text/event-stream');
  await client.until('\r\n\r\n');
});

test('each event is passed on as it comes, with chunks and until the end of the connection', async () => {
  for (const head of ['Transfer-Encoding: chunked\r\n', '']) {
    let say = (_text: string): void => {};
    pair.backend.script = {
      request({ connection }) {
        say = (text) => {
          const size = text.length.toString(16);
          connection.socket.write(head === '' ? text : `${size}\r\n${text}\r\n`);
        };
        return `HTTP/1.1 200 OK\r\n${head}\r\n`;
      },
    };
    const client = await pair.dial();
    client.send(get('app.dev.local'));
    await client.until('200 OK');
    for (const event of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
      say(event);
      await client.until(event);
    }
    client.destroy();
    await pair.backend.allEnded();
  }
});

test('request and response can stream at the same time', async () => {
  pair.backend.script = {
    head({ connection }) {
      connection.socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    },
    data(connection, chunk) {
      const text = chunk.toString('latin1');
      if (text.includes('ping')) connection.socket.write('4\r\npong\r\n');
    },
    request: () => '0\r\n\r\n',
  };
  const client = await pair.dial();
  client.send('POST / HTTP/1.1\r\nHost: app.dev.local\r\nTransfer-Encoding: chunked\r\n\r\n');
  await client.until('200 OK');
  for (let i = 1; i <= 3; i++) {
    client.send('4\r\nping\r\n');
    await eventually(`pong ${i}`, () => (client.received.match(/pong/g) ?? []).length === i);
  }
  client.send('0\r\n\r\n');
  expect((await client.response()).body).toBe('pongpongpong');
});

test('a client that reads slowly holds the backend back', async () => {
  let written = 0;
  let stopped = false;
  pair.backend.script = {
    request({ connection }) {
      const { socket } = connection;
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n');
      const chunk = Buffer.alloc(64 * 1024);
      const pump = (): void => {
        while (!socket.destroyed) {
          written += chunk.length;
          if (!socket.write(chunk)) {
            stopped = true;
            socket.once('drain', pump);
            return;
          }
        }
      };
      pump();
      return undefined;
    },
  };
  const client = await pair.dial();
  client.socket.pause();
  client.send(get('app.dev.local'));
  await eventually('back-pressure', () => stopped);
  let last = -1;
  await eventually('a standstill', async () => {
    if (written === last) return true;
    last = written;
    await new Promise((done) => setTimeout(done, 300));
    return false;
  });
  expect(written).toBeLessThan(64 * 1024 * 1024);
  client.destroy();
});

test('a backend that reads slowly holds the client back', async () => {
  pair.backend.script = { head: ({ connection }) => void connection.socket.pause() };
  const client = await pair.dial();
  client.send('POST / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 1000000000\r\n\r\n');
  const chunk = Buffer.alloc(64 * 1024);
  let written = 0;
  let blocked = false;
  while (!blocked && written < 200 * 1024 * 1024) {
    written += chunk.length;
    if (client.socket.write(chunk)) continue;
    blocked = await new Promise<boolean>((done) => {
      const timer = setTimeout(done, 500, true);
      client.socket.once('drain', () => {
        clearTimeout(timer);
        done(false);
      });
    });
  }
  expect(blocked).toBe(true);
  expect(written).toBeLessThan(64 * 1024 * 1024);
  client.destroy();
  pair.backend.connections[0]?.socket.resume();
});

test('200 MB pass in both directions to the byte, with flat memory', async () => {
  const size = 200 * 1024 * 1024;
  const chunk = Buffer.alloc(256 * 1024, 'x');
  let uploaded = 0;
  pair.backend.script = {
    connection({ socket }) {
      // Counted, not kept: the recording would be the memory that grows.
      socket.removeAllListeners('data');
      let head = true;
      socket.on('data', (data: Buffer) => {
        uploaded += head ? data.length - data.indexOf('\r\n\r\n') - 4 : data.length;
        head = false;
        if (uploaded < size) return;
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
        let left = size;
        const pump = (): void => {
          while (left > 0) {
            left -= chunk.length;
            if (!socket.write(chunk)) {
              socket.once('drain', pump);
              return;
            }
          }
        };
        pump();
      });
    },
  };
  const client = await pair.dial();
  let downloaded = 0;
  client.socket.removeAllListeners('data');
  client.socket.on('data', (data: Buffer) => {
    downloaded += data.length;
  });
  const before = process.memoryUsage().rss;
  client.send(`PUT / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: ${size}\r\n\r\n`);
  for (let left = size; left > 0; left -= chunk.length) {
    if (!client.socket.write(chunk)) {
      await new Promise((done) => client.socket.once('drain', done));
    }
  }
  await eventually('the whole download', () => downloaded > size);
  expect(uploaded).toBe(size);
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  const [record] = await pair.harness.recorded(1);
  expect(record?.bytes).toBe(downloaded);
});

test('a paused download does not wedge the connection for the next request', async () => {
  pair.backend.script = { request: () => okay('x'.repeat(5_000_000)) };
  const client = await pair.dial();
  for (let i = 0; i < 3; i++) {
    client.socket.pause();
    client.send(get('app.dev.local'));
    await new Promise((done) => setTimeout(done, 100));
    client.socket.resume();
    expect((await client.response()).body.length).toBe(5_000_000);
  }
  expect(pair.backend.connections).toHaveLength(1);
});
