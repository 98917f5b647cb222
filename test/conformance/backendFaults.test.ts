import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { startFullBacklog } from '../support/fullBacklog.ts';
import { get } from '../support/rawClient.ts';
import { okay } from '../support/recordingBackend.ts';

// One frontend, one backend that fails at a given stage in a given way, with nothing to retry on.

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.stop());

const ask = async (host = 'app.dev.local') => {
  const client = await pair.dial();
  const response = await client.send(get(host)).response();
  return [response.status, response.body.trim()];
};

test('a port on which nobody listens: 502, reported as refused', async () => {
  pair.harness.frontends.set('app.dev.local', ['app', 'http://127.0.0.1:1']);
  expect(await ask()).toEqual([502, 'BERTH_BACKEND_REFUSED']);
  expect(pair.harness.failed).toEqual([{ url: 'http://127.0.0.1:1', reason: 'refused' }]);
});

const stages: Record<string, string> = {
  'before a byte': '',
  'in the status line': 'HTTP/1.1 2',
  'in the head': 'HTTP/1.1 200 OK\r\nContent-Le',
  'after an interim response': 'HTTP/1.1 102 Processing\r\n\r\n',
};
const ways: Record<string, (socket: Socket) => void> = {
  'an end': (socket) => socket.end(),
  'a reset': (socket) => socket.resetAndDestroy(),
};
const before = Object.keys(stages).flatMap((stage) =>
  Object.keys(ways).map((way) => [stage, way] as const),
);

test.each(before)('%s, %s: 502', async (stage, way) => {
  pair.backend.script = {
    request({ connection }) {
      const bytes = stages[stage] ?? '';
      if (bytes === '') ways[way]?.(connection.socket);
      else connection.socket.write(bytes, () => ways[way]?.(connection.socket));
      return undefined;
    },
  };
  const client = await pair.dial();
  client.send(get('app.dev.local'));
  if (stage.startsWith('after')) await client.interim();
  const response = await client.response();
  expect(response.status).toBe(502);
  expect(response.body).toMatch(/BERTH_BACKEND_(RESET|PROTOCOL)/);
  expect(pair.harness.failed).toEqual([]);
});

describe('with little patience', () => {
  beforeEach(async () => {
    await pair.stop();
    pair = await startPair({}, { settings: { connectTimeoutMs: 400, tcpTimeoutMs: 700 } });
  });

  test('a name that does not resolve: 502', async () => {
    pair.harness.frontends.set('app.dev.local', ['app', 'http://nowhere.invalid:80']);
    expect((await ask())[1]).toMatch(/BERTH_BACKEND_(UNRESOLVED|CONNECT_TIMEOUT)/);
  });

  test('a port that neither takes nor refuses: 504 after connectTimeout, reported', async () => {
    const full = await startFullBacklog();
    pair.harness.frontends.set('app.dev.local', ['app', `http://127.0.0.1:${full.port}`]);
    const begun = performance.now();
    expect(await ask()).toEqual([504, 'BERTH_BACKEND_CONNECT_TIMEOUT']);
    expect(performance.now() - begun).toBeGreaterThan(350);
    expect(pair.harness.failed.map(({ reason }) => reason)).toEqual(['connect-timeout']);
    await full.close();
  });

  test('a connection that is taken when its backend is none any more: nothing is sent over it', async () => {
    const slow = await startPair({}, { settings: { connectTimeoutMs: 10_000 } });
    const full = await startFullBacklog();
    const other = await startFullBacklog();
    for (const [taking, isListed] of [
      [full, false],
      [other, true],
    ] as const) {
      const host = `${isListed ? 'kept' : 'gone'}.dev.local`;
      slow.harness.frontends.set(host, ['app', `http://127.0.0.1:${taking.port}`]);
      const client = await slow.dial();
      client.send(get(host));
      await new Promise((resolve) => setTimeout(resolve, 250));
      if (!isListed) slow.harness.frontends.set(host, ['app', 'http://127.0.0.1:1']);
      taking.take();
      if (isListed) await eventually('it has the request', () => taking.received.includes('GET /'));
      else {
        const { status, body } = await client.response();
        expect([status, body.trim()]).toEqual([502, 'BERTH_BACKEND_UNREACHABLE']);
        expect(taking.received).toBe('');
      }
      client.socket.destroy();
    }
    expect(slow.harness.failed).toEqual([]);
    await full.close();
    await other.close();
    await slow.stop();
  });

  test('a TLS handshake that is never answered: 504 after connectTimeout', async () => {
    pair.harness.frontends.set('app.dev.local', ['app', pair.backend.url.replace('http', 'https')]);
    expect(await ask()).toEqual([504, 'BERTH_BACKEND_CONNECT_TIMEOUT']);
  });

  test.each(before)('%s, silence: 504', async (stage) => {
    pair.backend.script = { request: () => stages[stage] ?? '' };
    const client = await pair.dial();
    client.send(get('app.dev.local'));
    if (stage.startsWith('after')) await client.interim();
    expect((await client.response()).status).toBe(504);
  });
});

const heads: Record<string, string> = {
  length: 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n',
  chunks: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n',
};
const during = Object.keys(heads).flatMap((framing) =>
  Object.keys(ways).map((way) => [framing, way] as const),
);

test.each(during)(
  'in a body framed by %s, %s: the client connection is broken',
  async (framing, way) => {
    pair.backend.script = {
      request({ connection }) {
        connection.socket.write(`${heads[framing]}some`);
        setTimeout(() => ways[way]?.(connection.socket), 30);
        return undefined;
      },
    };
    const client = await pair.dial();
    client.send(get('app.dev.local'));
    await client.until('some');
    await client.finished();
    expect(client.received.endsWith('some') || client.received.endsWith('some\r\n')).toBe(true);
    const [record] = await pair.harness.recorded(1);
    expect(record).toMatchObject({ status: 200, error: 'BERTH_BACKEND_RESET' });
  },
);

test.each([
  ['a chunk that has no length', 'ZZ\r\n'],
  ['a good chunk and one that has no length', '2\r\nok\r\nZZ\r\n'],
  ['a trailer that frames', '2\r\nok\r\n0\r\nContent-Length: 9\r\n\r\n'],
])(
  'in the bytes that brought the head, %s: 502, since nothing was passed on',
  async (_what, rest) => {
    pair.backend.script = {
      request: () => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${rest}`,
    };
    const client = await pair.dial();
    const response = await client.send(get('app.dev.local')).response();
    expect([response.status, response.body.trim()]).toEqual([502, 'BERTH_BACKEND_PROTOCOL']);
    const [record] = await pair.harness.recorded(1);
    expect(record).toMatchObject({ status: 502, error: 'BERTH_BACKEND_PROTOCOL' });
    expect(record?.attempts.map(({ outcome }) => outcome)).toEqual(['BERTH_BACKEND_PROTOCOL']);
    pair.backend.script = { request: () => okay('next') };
    expect((await client.send(get('app.dev.local')).response()).body).toBe('next');
    expect(pair.backend.connections).toHaveLength(2);
  },
);

test('in a body that only the end would end, a reset resets the client of HTTP/1.0', async () => {
  pair.backend.script = {
    request({ connection }) {
      connection.socket.write('HTTP/1.1 200 OK\r\n\r\nsome');
      setTimeout(() => connection.socket.resetAndDestroy(), 50);
      return undefined;
    },
  };
  const client = await pair.dial();
  client.send('GET / HTTP/1.0\r\nHost: app.dev.local\r\n\r\n');
  await client.finished();
  expect(client.reset).toBe(true);
});

test('a backend that dies while a body is being sent to it: 502', async () => {
  pair.backend.script = { head: ({ connection }) => connection.socket.resetAndDestroy() };
  const client = await pair.dial();
  client.send('POST / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 1000000\r\n\r\n');
  const feed = setInterval(() => client.send('x'.repeat(1000)), 5);
  const [response] = await client.responses();
  clearInterval(feed);
  expect(response?.status).toBe(502);
});

test('a server that speaks first is no HTTP server: 502', async () => {
  const banner: Server = createServer((socket) => {
    socket.on('error', () => {});
    socket.resume().write('SSH-2.0-OpenSSH_9.2\r\n');
  });
  await new Promise<void>((done) => banner.listen(0, '127.0.0.1', done));
  const address = banner.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  pair.harness.frontends.set('app.dev.local', ['app', `http://127.0.0.1:${port}`]);
  expect(await ask()).toEqual([502, 'BERTH_BACKEND_PROTOCOL']);
  await new Promise((done) => banner.close(done));
});

test('a failed backend leaves nothing behind, and the next request is served', async () => {
  let broken = true;
  pair.backend.script = {
    request({ connection }) {
      if (!broken) return okay();
      connection.socket.destroy();
      return undefined;
    },
  };
  for (let i = 0; i < 20; i++) expect((await ask())[0]).toBe(502);
  broken = false;
  expect((await ask())[0]).toBe(200);
  await eventually('one backend connection', () => pair.backend.open === 1);
});

const otherLines: Record<string, string> = {
  'a reason phrase with NUL': 'HTTP/1.1 200 O\0K',
  'a reason phrase with a control character': 'HTTP/1.1 200 O\x1bK',
  'HTTP/2.0': 'HTTP/2.0 200 OK',
  'HTTP/0.9': 'HTTP/0.9 200 OK',
};
test.each(Object.entries(otherLines))(
  '%s: 502, and the client stays connected',
  async (_, line) => {
    pair.backend.script = {
      request({ target, connection }) {
        if (target === '/next') return okay('next');
        connection.socket.write(`${line}\r\nContent-Length: 2\r\n\r\nok`, 'latin1');
        return undefined;
      },
    };
    const client = await pair.dial();
    const response = await client.send(get('app.dev.local')).response();
    expect([response.status, response.body.trim()]).toEqual([502, 'BERTH_BACKEND_PROTOCOL']);
    expect((await client.send(get('app.dev.local', '/next')).response()).body).toBe('next');
  },
);
