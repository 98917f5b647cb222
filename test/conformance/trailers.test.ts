import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { fieldOf } from '../support/messageReader.ts';
import { get } from '../support/rawClient.ts';
import { okay } from '../support/recordingBackend.ts';

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.stop());

const forbidden =
  'Host: x\r\nAuthorization: x\r\nCookie: x\r\nSet-Cookie: x\r\nConnection: x\r\nX-Forwarded-For: 9.9.9.9\r\nContent-Type: x\r\n';

test('trailers of a request are forwarded, but for those that frame, route or authenticate', async () => {
  const client = await pair.dial();
  await client
    .send(
      `POST / HTTP/1.1\r\nHost: app.dev.local\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum, Server-Timing\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n${forbidden}x-sum: 2\r\n\r\n`,
    )
    .response();
  const [seen] = pair.backend.requests;
  expect(seen?.trailers).toEqual([
    ['X-Sum', '1'],
    ['x-sum', '2'],
  ]);
  expect(seen && fieldOf(seen, 'trailer')).toBe('X-Sum, Server-Timing');
  expect(seen && fieldOf(seen, 'authorization')).toBeUndefined();
  expect(seen && fieldOf(seen, 'x-forwarded-for')).toBe('::ffff:127.0.0.1');
});

test.each(['at once', 'later'])(
  'trailers of a response that come %s are forwarded likewise',
  async (when) => {
    const end = `0\r\nX-Sum: 1\r\n${forbidden}\r\n`;
    pair.backend.script = {
      request(request) {
        const begin =
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n';
        if (when === 'at once') return begin + end;
        setTimeout(() => request.connection.socket.write(end), 20);
        return begin;
      },
    };
    const client = await pair.dial();
    const response = await client.send(get('app.dev.local', '/', 'TE: trailers\r\n')).response();
    expect(response.body).toBe('abc');
    expect(response.trailers).toEqual([['X-Sum', '1']]);
    expect(fieldOf(response, 'trailer')).toBe('X-Sum');
  },
);

test('HTTP/1.0 clients get the body without chunks and trailers', async () => {
  pair.backend.script = {
    request: () =>
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n',
  };
  const client = await pair.dial();
  client.send('GET / HTTP/1.0\r\nHost: app.dev.local\r\n\r\n');
  const [response] = await client.responses();
  expect(response?.body).toBe('abc');
  expect(response && fieldOf(response, 'transfer-encoding')).toBeUndefined();
  expect(response && fieldOf(response, 'trailer')).toBeUndefined();
});

test('trailers that nobody announced arrive too', async () => {
  pair.backend.script = {
    request: () =>
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\ngrpc-status: 0\r\n\r\n',
  };
  const client = await pair.dial();
  const response = await client.send(get('app.dev.local')).response();
  expect(response.trailers).toEqual([['grpc-status', '0']]);
});

test('a trailer says nothing of the connection: the next response on it is read', async () => {
  const first =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nConnection: close\r\n\r\n';
  pair.backend.script = {
    request: (request) => (request.target === '/first' ? first : okay('second')),
  };
  const client = await pair.dial();
  client.send(get('app.dev.local', '/first'));
  expect((await client.response()).body).toBe('ok');
  client.send(get('app.dev.local', '/second'));
  const second = await client.response();
  expect([second.status, second.body]).toEqual([200, 'second']);
});
