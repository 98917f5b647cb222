import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { get } from '../support/rawClient.ts';
import { okay } from '../support/recordingBackend.ts';

let pair: Pair;
const times = { headTimeoutMs: 400, tcpTimeoutMs: 700 };
beforeEach(async () => {
  pair = await startPair({}, { settings: times });
});
afterEach(() => pair.stop());

const after = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};

test('a head that does not come to its end is answered 408 and closed', async () => {
  const client = await pair.dial();
  client.send('GET / HTTP/1.1\r\nHost: app');
  const took = await after(async () => {
    expect((await client.responses()).map(({ status }) => status)).toEqual([408]);
  });
  expect(took).toBeGreaterThan(times.headTimeoutMs * 0.9);
  const [record] = await pair.harness.recorded(1);
  expect(record).toMatchObject({ status: 408, error: 'BERTH_REQUEST_TIMEOUT', host: '' });
});

test('a head that drips in is no excuse', async () => {
  const client = await pair.dial();
  client.send('GET / HTTP/1.1\r\nHost: app.dev.local\r\n');
  const drip = setInterval(() => client.send('X-A: 1\r\n'), 50);
  const responses = await client.responses();
  clearInterval(drip);
  expect(responses.map(({ status }) => status)).toEqual([408]);
});

test('the second head of a connection is timed as well', async () => {
  const client = await pair.dial();
  await client.send(get('app.dev.local')).response();
  client.send('GET /');
  expect((await client.responses()).map(({ status }) => status)).toEqual([408]);
});

test('a connection on which nothing comes is closed without a word, before and after requests', async () => {
  const fresh = await pair.dial();
  const used = await pair.dial();
  await used.send(get('app.dev.local')).response();
  const took = await after(async () => {
    await fresh.finished();
    await used.finished();
  });
  expect(fresh.received).toBe('');
  expect(used.rest).toBe('');
  expect(took).toBeGreaterThan(times.tcpTimeoutMs * 0.8);
});

test('a body that stops is answered 408, and the backend sees its request end unfinished', async () => {
  const client = await pair.dial();
  client.send('POST / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 10\r\n\r\nhalf');
  expect((await client.responses()).map(({ status }) => status)).toEqual([408]);
  await pair.backend.allEnded();
  expect(pair.backend.requests).toEqual([]);
  expect(pair.harness.failed).toEqual([]);
});

test('a body that comes slowly but steadily is let through', async () => {
  const client = await pair.dial();
  client.send('POST / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 2400\r\n\r\n');
  const took = await after(async () => {
    for (const byte of 'steadily'.repeat(3)) {
      client.send(byte.repeat(100));
      await new Promise((done) => setTimeout(done, 50));
    }
  });
  expect(took).toBeGreaterThan(times.tcpTimeoutMs);
  expect((await client.response()).status).toBe(200);
});

test('a backend that stays silent is answered for with 504 and reported', async () => {
  pair.backend.script = { request: () => undefined };
  const client = await pair.dial();
  const response = await client.send(get('app.dev.local')).response();
  expect(response.status).toBe(504);
  expect(response.body).toContain('BERTH_BACKEND_TIMEOUT');
  expect(pair.harness.failed).toEqual([{ url: pair.backend.url, reason: 'timeout' }]);
  await pair.backend.allEnded();
});

test('a backend that stops in the middle of its response has the connection broken', async () => {
  pair.backend.script = {
    request: () => 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf',
  };
  const client = await pair.dial();
  client.send(get('app.dev.local'));
  await client.until('half');
  await client.finished();
  await pair.backend.allEnded();
  const [record] = await pair.harness.recorded(1);
  expect(record).toMatchObject({ status: 200, error: 'BERTH_BACKEND_TIMEOUT' });
});

test('a stream with pauses shorter than the limit lives on', async () => {
  pair.backend.script = {
    request(request) {
      let left = 12;
      const beat = setInterval(() => {
        request.connection.socket.write('1\r\n.\r\n');
        if (--left > 0) return;
        clearInterval(beat);
        request.connection.socket.write('0\r\n\r\n');
      }, 80);
      return 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    },
  };
  const client = await pair.dial();
  const took = await after(async () => {
    expect((await client.send(get('app.dev.local')).response()).body).toBe('.'.repeat(12));
  });
  expect(took).toBeGreaterThan(times.tcpTimeoutMs);
});

test('a client that stops reading is let go, and its backend connection with it', async () => {
  pair.backend.script = { request: () => okay('x'.repeat(30_000_000)) };
  const client = await pair.dial();
  client.socket.pause();
  client.send(get('app.dev.local'));
  await pair.backend.allEnded();
  await eventually('no open connection', () => pair.harness.engine.openConnections === 0);
  client.destroy();
});
