import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import type { HarnessOptions } from '../support/engineHarness.ts';
import { eventually } from '../support/eventually.ts';
import {
  data,
  fieldBlock,
  flag,
  frame,
  frameType,
  headers,
  requestFields,
  reset,
  setting,
  uint32,
} from '../support/http2Frames.ts';
import { type Http2Pair, startHttp2Pair } from '../support/http2Pair.ts';
import { okay, type Script } from '../support/recordingBackend.ts';

let pair: Http2Pair;
const start = async (script: Script = {}, options: HarnessOptions = {}): Promise<void> => {
  pair = await startHttp2Pair(script, options);
};
afterEach(() => pair.stop());

const internalError = 2;
const refusedStream = 7;
const enhanceYourCalm = 11;
const to = (path: string, more = {}) => ({ ':authority': 'app.dev.local', ':path': path, ...more });

describe('a backend that breaks off', () => {
  const beginnings: Readonly<Record<string, string>> = {
    'a body with a length': 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart',
    'a chunked body': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n',
  };

  test.each(Object.entries(beginnings))(
    'in %s resets its stream, and never ends it; others go on',
    async (_, beginning) => {
      await start({
        request({ target, connection }) {
          if (target !== '/broken') return okay();
          connection.socket.write(beginning);
          setTimeout(() => connection.socket.destroy(), 30);
          return undefined;
        },
      });
      const client = await pair.frames();
      client.begin().send(headers(1, requestFields([], { ':path': '/broken' })));
      await client.until('a reset', () => client.resetOf(1) !== null);
      expect(client.resetOf(1)).toBe(internalError);
      expect(client.bodyOf(1)).toBe('part');
      expect(client.endOf(1)).toBe(false);
      client.send(headers(3, requestFields()));
      await client.until('an answer', () => client.endOf(3));
      const [record] = await pair.harness.recorded(1);
      expect(record).toMatchObject({ status: 200, error: 'BERTH_BACKEND_RESET' });
    },
  );

  test('before it answered is a 502, and another backend gets what may be sent twice', async () => {
    await start({ request: ({ connection }) => void connection.socket.destroy() });
    const client = await pair.dial();
    expect((await client.get('app.dev.local')).status).toBe(502);
  });

  test('while a body is being sent to it is a 502', async () => {
    await start({
      head: ({ connection }) => void setTimeout(() => connection.socket.destroy(), 50),
    });
    const client = await pair.dial();
    const request = client.send(to('/', { ':method': 'POST' }), null);
    const more = (): void => {
      while (!request.stream.writableEnded && request.stream.write(Buffer.alloc(50_000)));
    };
    request.stream.on('drain', more);
    more();
    await eventually('the answer', () => request.headers !== null);
    expect(Number(request.headers?.[':status'])).toBe(502);
    expect(await request.closed()).toBe(0);
    pair.backend.script = {};
    expect((await client.get('app.dev.local')).status).toBe(200);
  });

  test('with what is no HTTP is a 502', async () => {
    await start({ request: () => 'nonsense\r\n\r\n' });
    const client = await pair.dial();
    expect((await client.get('app.dev.local')).status).toBe(502);
  });

  test('with a status that HTTP/2 does not have resets its stream', async () => {
    await start({ request: () => 'HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n' });
    const client = await pair.dial();
    expect(await client.send(to('/')).closed()).toBe(internalError);
    pair.backend.script = {};
    expect((await client.get('app.dev.local')).status).toBe(200);
  });

  test('by silence is a 504 in time', async () => {
    await start({ request: () => undefined }, { settings: { tcpTimeoutMs: 300, retryOnError: 0 } });
    const client = await pair.dial();
    expect((await client.get('app.dev.local')).status).toBe(504);
  });

  test('by silence in its body is a reset in time', async () => {
    await start(
      { request: () => 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart' },
      { settings: { tcpTimeoutMs: 300 } },
    );
    const client = await pair.dial();
    const request = client.send(to('/'));
    expect(await request.closed()).toBe(internalError);
    expect(request.body).toBe('part');
  });
});

describe('a client that leaves', () => {
  test('one request cancels it at its backend; others go on', async () => {
    await start({
      request: ({ target }) =>
        target === '/other' ? okay() : 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart',
    });
    const client = await pair.dial();
    const request = client.send(to('/'));
    await eventually('the beginning', () => request.body === 'part');
    request.stream.close(8);
    await eventually('the end', () => pair.backend.connections[0]?.closed === true);
    expect((await client.get('app.dev.local', '/other')).status).toBe(200);
    const records = await pair.harness.recorded(2);
    expect(records.map(({ status, target }) => [status, target])).toEqual([
      [200, '/'],
      [200, '/other'],
    ]);
  });

  test('before the answer is recorded as such', async () => {
    await start({ request: () => undefined });
    const client = await pair.dial();
    const request = client.send(to('/'));
    await eventually('the request', () => pair.backend.requests.length === 1);
    request.stream.close(8);
    await eventually('the end', () => pair.backend.connections[0]?.closed === true);
    const [record] = await pair.harness.recorded(1);
    expect(record?.status).toBe(499);
  });

  test('altogether cancels all of its requests', async () => {
    await start({ request: () => 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart' });
    const client = await pair.dial();
    const requests = Array.from({ length: 20 }, () => client.send(to('/')));
    await eventually('all', () => requests.every(({ body }) => body === 'part'));
    client.session.destroy();
    await pair.backend.allEnded();
    expect(await pair.harness.recorded(20)).toHaveLength(20);
    await eventually('no connection', () => pair.harness.engine.openConnections === 0);
  });

  test('without a word does so too', async () => {
    await start({ request: () => 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart' });
    const client = await pair.frames();
    client.begin().send(headers(1, requestFields()));
    await client.until('the beginning', () => client.bodyOf(1) === 'part');
    client.socket.destroy();
    await pair.backend.allEnded();
    await eventually('no connection', () => pair.harness.engine.openConnections === 0);
  });
});

describe('the pace', () => {
  test('of a client that does not read holds its backend up, and no other request', async () => {
    const big = 'x'.repeat(30_000_000);
    await start({ request: ({ target }) => okay(target === '/big' ? big : 'ok') });
    const client = await pair.frames();
    // Nothing of a body is taken before its window is opened.
    client.begin(setting(4, 0)).send(headers(1, requestFields([], { ':path': '/big' })));
    await eventually('the head', () => client.of(frameType.headers, 1).length === 1);
    const [seen] = pair.backend.connections;
    await eventually('the backend to wait', () => (seen?.socket.writableLength ?? 0) > 1_000_000);
    const waiting = seen?.socket.writableLength ?? 0;
    expect(waiting).toBeGreaterThan(20_000_000);
    // Other requests of the same connection are answered; the first one goes on when it is read.
    client.send(headers(3, requestFields()), frame(frameType.window, 0, 3, uint32(1000)));
    await client.until('the other', () => client.endOf(3));
    expect(seen?.socket.writableLength).toBe(waiting);
    client.send(
      frame(frameType.window, 0, 0, uint32(40_000_000)),
      frame(frameType.window, 0, 1, uint32(40_000_000)),
    );
    await client.until('all of it', () => client.endOf(1));
    expect(client.bodyOf(1).length).toBe(big.length);
  });

  test('of a backend that does not read holds its client up, and no other request', async () => {
    let slowSocket: Socket | null = null;
    let received = 0;
    const slowBackend = createServer((socket) => {
      slowSocket = socket;
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        received += chunk.length;
      });
      socket.pause();
    });
    await new Promise<void>((done) => slowBackend.listen(0, '127.0.0.1', done));
    const address = slowBackend.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await start({}, { frontends: { 'slow.dev.local': ['slow', `http://127.0.0.1:${port}`] } });
    const client = await pair.dial();
    const slow = client.send(
      { ...to('/'), ':authority': 'slow.dev.local', ':method': 'POST' },
      null,
    );
    const size = 60_000_000;
    let sent = 0;
    const chunk = Buffer.alloc(50_000, 'y');
    const fill = (): void => {
      while (sent < size) {
        sent += chunk.length;
        if (!slow.stream.write(chunk)) return;
      }
    };
    slow.stream.on('drain', fill);
    fill();
    let before = -1;
    await eventually('no more to be taken', async () => {
      const still = before === sent;
      before = sent;
      await new Promise((done) => setTimeout(done, 100));
      return still;
    });
    expect(sent).toBeLessThan(30_000_000);
    expect((await client.get('app.dev.local', '/other')).status).toBe(200);
    const other = client.send({ ...to('/other'), ':method': 'POST' }, 'body'.repeat(100_000));
    expect((await other.response()).status).toBe(200);
    expect(before).toBe(sent);
    (slowSocket as Socket | null)?.resume();
    await eventually('the rest', () => sent >= size);
    slow.stream.end();
    await eventually('all of it', () => received > size);
    slow.stream.close(8);
    await slow.closed();
    await new Promise((done) => slowBackend.close(done));
  });

  test('of a client that reads nothing for too long ends its request', async () => {
    await start(
      { request: () => okay('x'.repeat(5_000_000)) },
      { settings: { tcpTimeoutMs: 300 } },
    );
    const client = await pair.frames();
    client.begin(setting(4, 0)).send(headers(1, requestFields()));
    await client.until('a reset', () => client.resetOf(1) !== null);
    expect(client.endOf(1)).toBe(false);
    await eventually('the end', () => pair.backend.connections[0]?.closed === true);
  });

  test('of a client that opens all windows and reads nothing costs a bounded amount of memory', async () => {
    let sent = 0;
    const endless = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n');
        const chunk = Buffer.alloc(64 * 1024);
        const fill = (): void => {
          do sent += chunk.length;
          while (socket.write(chunk));
        };
        socket.on('drain', fill);
        fill();
      });
    });
    await new Promise<void>((done) => endless.listen(0, '127.0.0.1', done));
    const address = endless.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await start(
      {},
      {
        frontends: { 'big.dev.local': ['big', `http://127.0.0.1:${port}`] },
        settings: { tcpTimeoutMs: 3000 },
      },
    );
    const client = await pair.frames();
    const whole = 2 ** 31 - 1;
    client.begin(setting(4, whole)).send(frame(frameType.window, 0, 0, uint32(whole - 65_535)));
    await client.until('settings', () => client.of(frameType.settings, 0).length === 2);
    client.socket.pause();
    const before = process.memoryUsage().arrayBuffers;
    const fields = requestFields([], { ':authority': 'big.dev.local' });
    client.send(...Array.from({ length: 30 }, (_, i) => headers(1 + 2 * i, fields)));
    let last = -1;
    await eventually('the backends to wait', async () => {
      const still = sent > 30_000_000 && sent === last;
      last = sent;
      await new Promise((done) => setTimeout(done, 200));
      return still;
    });
    // Each has a gigabyte to come: here is a read of its backend and what it has given to node:http2, and garbage.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
    // While it is full, node:http2 does not see that it has gone: time ends it.
    client.destroy();
    await eventually('no connection', () => pair.harness.engine.openConnections === 0);
    await new Promise((done) => endless.close(done));
  });

  test('of a body that trickles ends its request with an answer', async () => {
    await start({}, { settings: { tcpTimeoutMs: 300 } });
    const client = await pair.frames();
    client.begin().send(headers(1, requestFields([], { ':method': 'POST' }), flag.endHeaders));
    const drip = setInterval(() => client.send(data(1, 'x')), 20);
    await client.until('an answer', () => client.bodyOf(1).includes('BERTH_REQUEST_TIMEOUT'));
    clearInterval(drip);
    expect(pair.backend.requests).toEqual([]);
  });
});

describe('a connection', () => {
  test('without a request is ended in time, with a word', async () => {
    await start({}, { settings: { tcpTimeoutMs: 200 } });
    const client = await pair.dial();
    await client.get('app.dev.local');
    await eventually('the end', () => client.closed);
    expect(client.goaways).toEqual([0]);
  });

  test('that never says a word, or nothing of HTTP/2, is ended', async () => {
    await start({}, { settings: { tcpTimeoutMs: 200 } });
    const silent = await pair.frames();
    const wrong = await pair.frames();
    wrong.send(Buffer.from('GET / HTTP/1.1\r\nHost: app.dev.local\r\n\r\n'));
    await eventually('both ends', () => silent.ended && wrong.ended);
    expect(pair.backend.connections).toEqual([]);
  });

  test('whose field list does not come to its end is ended, pings or not', async () => {
    await start({}, { settings: { tcpTimeoutMs: 200 } });
    const client = await pair.frames();
    const pinging = setInterval(() => {
      if (!client.ended) client.send(frame(frameType.ping, 0, 0, Buffer.alloc(8)));
    }, 20);
    client.begin();
    await eventually('the end', () => client.ended);
    clearInterval(pinging);
    const slow = await pair.frames();
    const block = fieldBlock(requestFields([['x-one', 'x'.repeat(5000)]]));
    slow.begin().send(frame(frameType.headers, flag.endStream, 1, block.subarray(0, 10)));
    let at = 10;
    const drip = setInterval(() => {
      if (!slow.ended) slow.send(frame(frameType.continuation, 0, 1, block.subarray(at, ++at)));
    }, 20);
    await eventually('the end', () => slow.ended);
    clearInterval(drip);
    expect(pair.backend.connections).toEqual([]);
  });

  test('has so many requests at a time and no more', async () => {
    await start({ request: () => undefined });
    const client = await pair.frames();
    client.begin();
    const ids = Array.from({ length: 140 }, (_, i) => 1 + 2 * i);
    client.send(...ids.map((id) => headers(id, requestFields())));
    await client.until(
      'refusals',
      () => client.frames.filter(({ type }) => type === frameType.reset).length === 12,
    );
    expect(ids.filter((id) => client.resetOf(id) === refusedStream)).toEqual(ids.slice(128));
    // The pool of connections to one backend has fewer places.
    await eventually('the others', () => pair.backend.requests.length === 100);
  });
});

describe('requests of all connections together', () => {
  test('are as many as maxConnections; one more may be sent again', async () => {
    await start({ request: () => undefined }, { settings: { maxConnections: 3 } });
    const client = await pair.dial();
    const other = await pair.dial();
    const first = [client.send(to('/')), client.send(to('/')), other.send(to('/'))];
    await eventually('three requests', () => pair.backend.requests.length === 3);
    expect(await other.send(to('/')).closed()).toBe(refusedStream);
    first[0]?.stream.close(8);
    await first[0]?.closed();
    const next = other.send(to('/'));
    await eventually('one more', () => pair.backend.requests.length === 4);
    expect(next.code).toBeNull();
  });
});

describe('a flood', () => {
  test('of requests that are cancelled at once is ended, and its backend hardly sees it', async () => {
    await start({ request: () => undefined });
    const client = await pair.frames();
    client.begin();
    const sent = 20_000;
    for (let i = 0; i < sent && !client.ended; i++) {
      const id = 1 + 2 * i;
      client.send(headers(id, requestFields()), reset(id, 8));
      if (i % 100 === 0) await new Promise((done) => setImmediate(done));
    }
    await client.until('the end', () => client.ended || client.goaway !== null);
    await eventually('the end', () => pair.harness.engine.openConnections === 0);
    expect(pair.backend.connections.length).toBeLessThan(1500);
    const canary = await pair.dial();
    pair.backend.script = {};
    expect((await canary.get('app.dev.local')).status).toBe(200);
  });

  const floods: Readonly<Record<string, (i: number) => Buffer>> = {
    PING: () => frame(frameType.ping, 0, 0, Buffer.alloc(8)),
    SETTINGS: () => frame(frameType.settings, 0, 0, setting(4, 65_535)),
    PRIORITY: () => frame(frameType.priority, 0, 3, Buffer.from([0, 0, 0, 1, 5])),
    WINDOW_UPDATE: (i) => frame(frameType.window, 0, 0, uint32(1 + (i % 2))),
    'unknown frames': () => frame(0x42, 0, 0, Buffer.alloc(64)),
    'empty DATA': () => data(1, ''),
    'padded DATA': () =>
      frame(frameType.data, flag.padded, 1, Buffer.concat([Buffer.from([200]), Buffer.alloc(200)])),
  };

  test('is ended with the reason', async () => {
    await start();
    const client = await pair.frames();
    const pings = Array.from({ length: limits.http2ControlBurst + 100 }, () =>
      frame(frameType.ping, 0, 0, Buffer.alloc(8)),
    );
    client.begin().send(...pings);
    await client.until('the end', () => client.ended);
    expect(client.goaway).toBe(enhanceYourCalm);
  });

  test.each(Object.entries(floods))('of %s is ended', async (kind, make) => {
    await start({ request: () => undefined });
    const client = await pair.frames();
    client.begin();
    if (kind.endsWith('DATA'))
      client.send(headers(1, requestFields([], { ':method': 'POST' }), flag.endHeaders));
    const batch = Buffer.concat(Array.from({ length: 1000 }, (_, i) => make(i)));
    for (let i = 0; i < 2000 && !client.ended; i++) {
      if (client.socket.write(batch)) await new Promise((done) => setImmediate(done));
      else await eventually('room', () => client.ended || !client.socket.writableNeedDrain);
    }
    await eventually('the end', () => pair.harness.engine.openConnections === 0);
  });

  test('of CONTINUATION frames is ended', async () => {
    await start();
    const client = await pair.frames();
    client.begin().send(frame(frameType.headers, 0, 1, fieldBlock(requestFields())));
    const more = fieldBlock(
      Array.from({ length: 20 }, (_, i) => [`x-${i}`, 'v'.repeat(100)] as const),
    );
    for (let i = 0; i < 200 && !client.ended; i++) {
      client.send(frame(frameType.continuation, 0, 1, more));
      await new Promise((done) => setImmediate(done));
    }
    await eventually('the end', () => pair.harness.engine.openConnections === 0);
    expect(pair.backend.connections).toEqual([]);
  });

  test('is none, what clients send who load and leave pages all the time', async () => {
    await start({
      request: ({ target }) => (target === '/slow' ? undefined : okay('x'.repeat(100))),
    });
    const client = await pair.dial();
    for (let page = 0; page < 5; page++) {
      const left = Array.from({ length: 80 }, () => client.send(to('/slow')));
      await Promise.all(Array.from({ length: 20 }, () => client.get('app.dev.local', '/')));
      for (const { stream } of left) stream.close(8);
      await Promise.all(left.map((request) => request.closed()));
    }
    expect((await client.get('app.dev.local', '/')).status).toBe(200);
    expect(client.closed).toBe(false);
    expect(client.goaways).toEqual([]);
  });
});

describe('a drain', () => {
  test('says which request is the last, answers up to that, and ends', async () => {
    await start({
      request({ target, connection }) {
        if (target === '/slow') setTimeout(() => connection.socket.write(okay('slow')), 300);
        return target === '/slow' ? undefined : okay();
      },
    });
    const client = await pair.frames();
    client
      .begin()
      .send(headers(1, requestFields()), headers(3, requestFields([], { ':path': '/slow' })));
    await eventually('the requests', () => pair.backend.requests.length === 2);
    const drained = pair.harness.engine.drain(5000);
    await client.until('a word', () => client.goaway === 0);
    const [last] = client.of(frameType.goaway, 0);
    expect(last?.payload.readUInt32BE(0)).toBe(3);
    // What comes after that is not looked at, as it was told.
    client.send(headers(5, requestFields()));
    await client.until('both answers', () => client.endOf(1) && client.endOf(3));
    await client.until('the end', () => client.ended);
    expect(client.endOf(5)).toBe(false);
    expect(pair.backend.requests).toHaveLength(2);
    await drained;
  });

  test('ends a client of node:http2 without a failed request', async () => {
    await start({
      request({ connection }) {
        setTimeout(() => connection.socket.write(okay('late')), 200);
        return undefined;
      },
    });
    const client = await pair.dial();
    const requests = Array.from({ length: 20 }, () => client.send(to('/')));
    await eventually('all of them', () => pair.backend.requests.length === 20);
    const drained = pair.harness.engine.drain(5000);
    const answers = await Promise.all(requests.map((request) => request.response()));
    expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 20 }, () => 'late'));
    await drained;
    await eventually('the end', () => client.closed);
  });

  test('breaks what does not come to its end', async () => {
    await start({ request: () => 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart' });
    const client = await pair.dial();
    const request = client.send(to('/'));
    await eventually('the beginning', () => request.body === 'part');
    await pair.harness.engine.drain(200);
    await eventually('the end', () => client.closed);
    expect(request.code).not.toBe(0);
  });

  test('tells clients without a request at once', async () => {
    await start();
    const client = await pair.dial();
    await client.get('app.dev.local');
    const drained = pair.harness.engine.drain(10_000, 5000);
    await eventually('the end', () => client.closed);
    expect(client.goaways).toEqual([0]);
    await drained;
  });
});

test('a thousand requests of every fate leave nothing behind', async () => {
  await start({
    request({ target, connection }) {
      if (target === '/die') return void connection.socket.destroy();
      if (target === '/hang') return undefined;
      if (target === '/half') {
        connection.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart');
        setTimeout(() => connection.socket.destroy(), 5);
        return undefined;
      }
      return okay('x'.repeat(1000));
    },
  });
  for (let round = 0; round < 10; round++) {
    const client = await pair.dial();
    const fates = ['/ok', '/die', '/half', '/hang', '/body'].flatMap((path) =>
      Array.from({ length: 20 }, () =>
        client.send(
          to(path, path === '/body' ? { ':method': 'POST' } : {}),
          path === '/body' ? 'b'.repeat(10_000) : '',
        ),
      ),
    );
    const hanging = fates.slice(60, 80);
    await Promise.all(
      fates.filter((request) => !hanging.includes(request)).map((request) => request.closed()),
    );
    for (const { stream } of hanging) stream.close(8);
    await Promise.all(hanging.map((request) => request.closed()));
    if (round % 2 === 0) client.session.close();
    else client.session.destroy();
  }
  expect(await pair.harness.recorded(1000)).toHaveLength(1000);
  await eventually('no connection', () => pair.harness.engine.openConnections === 0);
});
