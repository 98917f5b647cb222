import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { type Harness, startHarness } from '../support/engineHarness.ts';
import { eventually } from '../support/eventually.ts';
import { dial, get, type RawClient } from '../support/rawClient.ts';
import { okay, type RecordingBackend, startBackend } from '../support/recordingBackend.ts';

// Three backends, tried in order: `random` is 0. What counts is how many requests each of them saw.

let backends: RecordingBackend[];
let harness: Harness;
let client: RawClient;
const refused = 'http://127.0.0.1:1';

const start = async (settings = {}): Promise<void> => {
  harness = await startHarness({ settings: { tcpTimeoutMs: 1500, ...settings } });
  harness.frontends.set('app.dev.local', ['app', ...backends.map(({ url }) => url)]);
  client = await dial(harness.port);
};
beforeEach(async () => {
  backends = await Promise.all([startBackend(), startBackend(), startBackend()]);
  await start();
});
afterEach(async () => {
  client.destroy();
  await harness.stop();
  for (const backend of backends) {
    await backend.allEnded();
    await backend.close();
  }
});

const counts = () => backends.map(({ requests }) => requests.length);
const hangUp = (backend: RecordingBackend | undefined): void => {
  if (backend === undefined) return;
  backend.script = {
    request({ connection }) {
      connection.socket.destroy();
      return undefined;
    },
  };
};
const post = (body: string, more = ''): string =>
  `POST / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;

test.each(['GET', 'POST'])(
  '%s goes to the next backend when the first refuses the connection',
  async (method) => {
    harness.frontends.set('app.dev.local', ['app', refused, backends[1]?.url ?? '']);
    const response = await client
      .send(`${method} / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 4\r\n\r\nbody`)
      .response();
    expect(response.status).toBe(200);
    expect(backends[1]?.requests.map(({ body }) => body)).toEqual(['body']);
    expect(harness.failed).toEqual([{ url: refused, reason: 'refused' }]);
    const [record] = await harness.recorded(1);
    expect(record?.attempts.map(({ index, outcome }) => [index, outcome])).toEqual([
      [0, 'BERTH_BACKEND_REFUSED'],
      [1, 'answered'],
    ]);
  },
);

test.each(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PROPFIND'])(
  '%s is sent again when the connection is reset before an answer',
  async (method) => {
    hangUp(backends[0]);
    const response = await client
      .send(`${method} / HTTP/1.1\r\nHost: app.dev.local\r\n\r\n`)
      .response(method);
    expect(response.status).toBe(200);
    expect(counts()).toEqual([1, 1, 0]);
  },
);

test.each(['POST', 'PATCH', 'LOCK'])('%s is never sent twice', async (method) => {
  hangUp(backends[0]);
  const response = await client
    .send(`${method} / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 4\r\n\r\nbody`)
    .response();
  expect(response.status).toBe(502);
  expect(counts()).toEqual([1, 0, 0]);
});

test('PUT is sent again with its whole body', async () => {
  hangUp(backends[0]);
  const body = 'x'.repeat(limits.maxReplayBytes);
  client.send(
    `PUT / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect((await client.response()).status).toBe(200);
  expect(backends[1]?.requests.map((request) => request.body === body)).toEqual([true]);
});

test('PUT with a body too large to be kept is not sent again', async () => {
  hangUp(backends[0]);
  const body = 'x'.repeat(limits.maxReplayBytes + 1);
  client.send(
    `PUT / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect((await client.response()).status).toBe(502);
  expect(counts()).toEqual([1, 0, 0]);
});

test('a chunked body that is still coming is continued on the next backend', async () => {
  let cut = (): void => {};
  const [first] = backends;
  if (first !== undefined) {
    first.script = {
      head: ({ connection }) => {
        cut = () => connection.socket.destroy();
      },
    };
  }
  client.send(
    'PUT / HTTP/1.1\r\nHost: app.dev.local\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
  );
  await eventually(
    'the first chunk',
    () => first?.connections[0]?.received.includes('abc') ?? false,
  );
  cut();
  await eventually(
    'the first chunk again',
    () => backends[1]?.connections[0]?.received.includes('abc') ?? false,
  );
  expect((await client.send('3\r\ndef\r\n0\r\n\r\n').response()).status).toBe(200);
  expect(backends[1]?.requests.map(({ body }) => body)).toEqual(['abcdef']);
});

test('a silent backend is reported, and a GET goes on to the next', async () => {
  if (backends[0] !== undefined) backends[0].script = { request: () => undefined };
  expect((await client.send(get('app.dev.local')).response()).status).toBe(200);
  expect(counts()).toEqual([1, 1, 0]);
  expect(harness.failed).toEqual([{ url: backends[0]?.url, reason: 'timeout' }]);
});

test('a POST to a silent backend is answered 504, and nobody else sees it', async () => {
  if (backends[0] !== undefined) backends[0].script = { request: () => undefined };
  expect((await client.send(post('body')).response()).status).toBe(504);
  expect(counts()).toEqual([1, 0, 0]);
});

test('a response of any status is an answer and not a reason to try again', async () => {
  if (backends[0] !== undefined) {
    backends[0].script = {
      request: () => 'HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\nbusy',
    };
  }
  const response = await client.send(get('app.dev.local')).response();
  expect([response.status, response.body]).toEqual([503, 'busy']);
  expect(counts()).toEqual([1, 0, 0]);
  expect(harness.answered).toEqual([{ url: backends[0]?.url, status: 503, retryAfter: true }]);
});

test('retries are bounded by retryOnError', async () => {
  for (const backend of backends) hangUp(backend);
  await harness.stop();
  await start({ retryOnError: 1 });
  expect((await client.send(get('app.dev.local')).response()).status).toBe(502);
  expect(counts()).toEqual([1, 1, 0]);
});

test('with retryOnError 0 the first failure is the answer', async () => {
  await harness.stop();
  await start({ retryOnError: 0 });
  harness.frontends.set('app.dev.local', ['app', refused, backends[1]?.url ?? '']);
  const response = await client.send(get('app.dev.local')).response();
  expect(response.body).toContain('BERTH_BACKEND_REFUSED');
  expect(counts()).toEqual([0, 0, 0]);
});

test('when every backend has failed the last failure is the answer', async () => {
  for (const backend of backends) hangUp(backend);
  const response = await client.send(get('app.dev.local')).response();
  expect(response.body).toContain('BERTH_BACKEND_RESET');
  expect(counts()).toEqual([1, 1, 1]);
});

test('a kept connection that the backend closed meanwhile costs a GET nothing', async () => {
  let kept: (() => void) | undefined;
  if (backends[0] !== undefined) {
    backends[0].script = {
      request({ connection, target }) {
        if (target === '/1') return okay('first');
        if (kept === undefined) {
          kept = () => {};
          connection.socket.destroy();
          return undefined;
        }
        return okay('second');
      },
    };
  }
  await harness.stop();
  await start({ retryOnError: 0 });
  await client.send(get('app.dev.local', '/1')).response();
  expect((await client.send(get('app.dev.local', '/2')).response()).body).toBe('second');
  expect(counts()).toEqual([3, 0, 0]);
  expect(harness.failed).toEqual([]);
});

test('the try after a kept connection broke is made on a connection that served nobody yet', async () => {
  const held: (() => void)[] = [];
  if (backends[0] !== undefined) {
    backends[0].script = {
      request({ connection, target }) {
        if (target === '/hold') {
          held.push(() => connection.socket.write(okay('held')));
          return undefined;
        }
        if (connection.requests.length === 1) return okay('fresh');
        connection.socket.destroy();
        return undefined;
      },
    };
  }
  client.destroy();
  await harness.stop();
  await start({ retryOnError: 0 });
  const second = await dial(harness.port);
  client.send(get('app.dev.local', '/hold'));
  second.send(get('app.dev.local', '/hold'));
  await eventually('two connections', () => held.length === 2);
  for (const answer of held) answer();
  await client.response();
  await second.response();
  expect((await client.send(get('app.dev.local', '/')).response()).body).toBe('fresh');
  second.destroy();
  const seen = backends[0]?.connections.map(({ requests }) => requests.map(({ target }) => target));
  expect(seen?.slice(0, 2).toSorted((a, b) => a.length - b.length)).toEqual([
    ['/hold'],
    ['/hold', '/'],
  ]);
  expect(seen?.slice(2)).toEqual([['/']]);
});

test('a POST on a kept connection that breaks is answered 502 and not sent again', async () => {
  if (backends[0] !== undefined) {
    backends[0].script = {
      request({ connection, target }) {
        if (target === '/1') return okay('first');
        connection.socket.destroy();
        return undefined;
      },
    };
  }
  await client.send(get('app.dev.local', '/1')).response();
  expect((await client.send(post('body')).response()).status).toBe(502);
  expect(counts()).toEqual([2, 0, 0]);
});

test('dead backends are not tried', async () => {
  harness.dead.add(backends[0]?.url ?? '');
  harness.dead.add(backends[1]?.url ?? '');
  expect((await client.send(get('app.dev.local')).response()).status).toBe(200);
  expect(counts()).toEqual([0, 0, 1]);
});

test('the choice is as random says', async () => {
  for (const random of [0.99, 0.5, 0]) {
    harness.random = random;
    await client.send(get('app.dev.local')).response();
  }
  expect(counts()).toEqual([1, 1, 1]);
});
