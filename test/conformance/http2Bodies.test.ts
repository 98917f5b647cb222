import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { data, flag, headers, requestFields, reset } from '../support/http2Frames.ts';
import { type Http2Pair, startHttp2Pair } from '../support/http2Pair.ts';
import { fieldOf } from '../support/messageReader.ts';
import { okay } from '../support/recordingBackend.ts';

let pair: Http2Pair;
beforeEach(async () => {
  pair = await startHttp2Pair();
});
afterEach(() => pair.stop());

const to = (method: string, path = '/', more = {}) => ({
  ':method': method,
  ':authority': 'app.dev.local',
  ':path': path,
  ...more,
});

describe('the body of a request', () => {
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

  test.each(methods)('of %s is framed soundly, with and without a length', async (method) => {
    const client = await pair.dial();
    const send = async (body: string, more = {}): Promise<void> => {
      await client.send(to(method, '/', more), body).response();
    };
    await send('');
    await send('hello', { 'content-length': '5' });
    await send('hello');
    const seen = pair.backend.requests;
    expect(seen.map(({ method: seenMethod, body }) => [seenMethod, body])).toEqual([
      [method, ''],
      [method, 'hello'],
      [method, 'hello'],
    ]);
    expect(seen[1] && fieldOf(seen[1], 'content-length')).toBe('5');
    expect(seen[1] && fieldOf(seen[1], 'transfer-encoding')).toBeUndefined();
    expect(seen[2] && fieldOf(seen[2], 'content-length')).toBeUndefined();
    expect(seen[2] && fieldOf(seen[2], 'transfer-encoding')).toBe('chunked');
    expect(seen[0] && fieldOf(seen[0], 'transfer-encoding')).toBeUndefined();
  });

  test('that looks like a request is a body', async () => {
    const client = await pair.dial();
    const body = '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: app.dev.local\r\n\r\n';
    await client.send(to('POST'), body).response();
    await client.get('app.dev.local', '/canary');
    expect(pair.backend.requests.map(({ target }) => target)).toEqual(['/', '/canary']);
    expect(pair.backend.requests[0]?.body).toBe(body);
  });

  test('that is empty, but was announced, is one', async () => {
    const client = await pair.frames();
    client
      .begin()
      .send(
        headers(1, requestFields([], { ':method': 'POST' }), flag.endHeaders),
        data(1, '', true),
        headers(
          3,
          requestFields([['content-length', '0']], { ':method': 'POST' }),
          flag.endHeaders,
        ),
        data(3, '', true),
      );
    await client.until('answers', () => client.endOf(1) && client.endOf(3));
    expect(pair.backend.requests.map(({ body }) => body)).toEqual(['', '']);
  });

  test('of many megabytes arrives to the byte', async () => {
    const client = await pair.dial();
    const body = Buffer.alloc(12_000_000, 'abcdefghij\n');
    const request = client.send(to('POST', '/', { 'content-length': body.length }), body);
    await request.response();
    expect(pair.backend.requests[0]?.body === body.toString('latin1')).toBe(true);
  });

  test('that its client breaks off is broken off at the backend, whatever the code', async () => {
    for (const [index, code] of [0, 2, 8].entries()) {
      const client = await pair.frames();
      client
        .begin()
        .send(headers(1, requestFields([], { ':method': 'POST' }), flag.endHeaders), data(1, 'ab'));
      await eventually('the beginning', () => pair.backend.connections.length === index + 1);
      const seen = pair.backend.connections[index];
      await eventually('the body', () => seen?.received.includes('ab') === true);
      client.send(reset(1, code));
      await eventually('the end', () => seen?.closed === true);
      expect(seen?.received).not.toContain('0\r\n\r\n');
    }
    expect(pair.backend.requests).toEqual([]);
    const records = await pair.harness.recorded(3);
    expect(records.map(({ status }) => status)).toEqual([499, 499, 499]);
  });
});

describe('Expect: 100-continue', () => {
  test('is passed on, and so is the answer to it', async () => {
    pair.backend.script = {
      head: ({ connection }) => void connection.socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
      request: () => okay('done'),
    };
    const client = await pair.dial();
    const request = client.send(to('POST', '/', { expect: '100-continue' }), null);
    await eventually('100', () => request.interim.length === 1);
    expect(pair.backend.requests).toHaveLength(0);
    request.stream.end('body');
    expect((await request.response()).body).toBe('done');
    expect(pair.backend.requests[0]?.body).toBe('body');
    expect(request.interim.map((fields) => Number(fields[':status']))).toEqual([100]);
  });

  test('is answered by us where a backend says nothing', async () => {
    const client = await pair.dial();
    const request = client.send(to('POST', '/', { expect: '100-continue' }), null);
    await eventually('100', () => request.interim.length === 1);
    request.stream.end('body');
    expect((await request.response()).body).toBe('ok');
  });

  test('can be refused without a body', async () => {
    pair.backend.script = {
      head: ({ connection }) =>
        void connection.socket.write('HTTP/1.1 417 No\r\nContent-Length: 2\r\n\r\nno'),
    };
    const client = await pair.dial();
    const request = client.send(to('POST', '/', { expect: '100-continue' }), null);
    await eventually('417', () => request.headers !== null && request.body === 'no');
    expect(await request.closed()).toBe(0);
    pair.backend.script = {};
    expect((await client.get('app.dev.local')).status).toBe(200);
  });

  test('of another kind is refused', async () => {
    const client = await pair.dial();
    expect((await client.send(to('POST', '/', { expect: 'x' }), 'b').response()).status).toBe(417);
    expect(pair.backend.requests).toEqual([]);
  });
});

describe('a response', () => {
  test('has its fields, without those of a connection', async () => {
    pair.backend.script = {
      request: () =>
        'HTTP/1.1 201 Made\r\nContent-Length: 2\r\nSet-Cookie: a=1\r\nX-One: 1\r\nSet-Cookie: b=2\r\nx-one: 2\r\n' +
        'Connection: keep-alive, X-Secret\r\nX-Secret: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\nUpgrade: h2c\r\n\r\nok',
    };
    const client = await pair.dial();
    const { status, headers: fields, body } = await client.get('app.dev.local');
    expect([status, body]).toEqual([201, 'ok']);
    expect(fields['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(fields['x-one']).toBe('1, 2');
    expect(fields['content-length']).toBe('2');
    for (const name of ['connection', 'x-secret', 'keep-alive', 'proxy-connection', 'upgrade']) {
      expect(fields[name]).toBeUndefined();
    }
  });

  test('that says twice what can be said once is understood as its first word', async () => {
    pair.backend.script = {
      request: () =>
        okay(
          'ok',
          'Content-Type: text/plain\r\nContent-Type: text/html\r\nContent-Encoding: a\r\nContent-Encoding: b\r\n',
        ),
    };
    const client = await pair.dial();
    const { headers: fields, body } = await client.get('app.dev.local');
    expect(body).toBe('ok');
    expect(fields['content-type']).toBe('text/plain');
    expect(fields['content-encoding']).toBe('a, b');
  });

  test.each([
    [
      'chunked',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n',
      false,
    ],
    ['up to the end of its connection', 'HTTP/1.1 200 OK\r\n\r\nabc', true],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nabc', true],
  ] as const)('that is %s has an end of its stream', async (_, answer, ends) => {
    pair.backend.script = {
      request({ connection }) {
        if (!ends) return answer;
        connection.socket.end(answer);
        return undefined;
      },
    };
    const client = await pair.dial();
    const request = client.send(to('GET'));
    const response = await request.response();
    expect([response.status, response.body]).toEqual([200, 'abc']);
    expect(response.headers['transfer-encoding']).toBeUndefined();
    expect(await request.closed()).toBe(0);
  });

  test.each([
    ['to HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 200, '5'],
    ['of 304', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', 304, '5'],
    ['of 204', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n', 204, undefined],
    ['of 205', 'GET', 'HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n', 205, undefined],
    ['that is empty', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 200, '0'],
  ])('%s has no body', async (_, method, answer, status, length) => {
    pair.backend.script = { request: () => answer };
    const client = await pair.dial();
    const request = client.send(to(method));
    const response = await request.response();
    expect([response.status, response.body]).toEqual([status, '']);
    expect(response.headers['content-length']).toBe(length);
    expect(await request.closed()).toBe(0);
    expect((await client.send(to(method)).response()).status).toBe(status);
  });

  test('of an error page to HEAD has no body', async () => {
    const client = await pair.dial();
    const request = client.send({ ...to('HEAD'), ':authority': 'nobody.dev.local' });
    expect(await request.response()).toMatchObject({ status: 400, body: '' });
  });

  test('of many megabytes arrives to the byte', async () => {
    const body = 'klmnopqrst\n'.repeat(1_000_000);
    pair.backend.script = { request: () => okay(body) };
    const client = await pair.dial();
    expect((await client.get('app.dev.local')).body === body).toBe(true);
    const [record] = await pair.harness.recorded(1);
    expect(record?.bytes).toBe(body.length);
  });

  test('with interim responses has all of them before it', async () => {
    pair.backend.script = {
      request: () =>
        'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nConnection: x\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n' +
        okay('late'),
    };
    const client = await pair.dial();
    const response = await client.get('app.dev.local');
    expect(response.body).toBe('late');
    expect(response.interim.map((fields) => [Number(fields[':status']), fields['link']])).toEqual([
      [103, '</a.css>'],
      [102, undefined],
    ]);
    expect(response.interim[0]?.['connection']).toBeUndefined();
  });

  test('that comes before the request is whole lets the client stop', async () => {
    pair.backend.script = {
      head: ({ connection }) => void connection.socket.write(okay('early')),
      request: () => undefined,
    };
    const client = await pair.dial();
    const request = client.send(to('POST'), null);
    request.stream.write('part');
    await eventually('the answer', () => request.body === 'early');
    expect(await request.closed()).toBe(0);
    await eventually('the end', () => pair.backend.connections[0]?.closed === true);
    pair.backend.script = {};
    expect((await client.get('app.dev.local')).status).toBe(200);
  });
});

describe('trailers', () => {
  test('of a request reach a backend', async () => {
    const client = await pair.dial();
    const request = client.session.request(to('POST', '/', { te: 'trailers', trailer: 'x-sum' }), {
      waitForTrailers: true,
    });
    request.on('wantTrailers', () => request.sendTrailers({ 'x-sum': '1' }));
    request.end('abc');
    await eventually('the request', () => pair.backend.requests.length === 1);
    const [seen] = pair.backend.requests;
    expect(seen?.body).toBe('abc');
    expect(seen?.trailers).toEqual([['x-sum', '1']]);
    expect(seen && fieldOf(seen, 'trailer')).toBe('x-sum');
  });

  test.each([
    ['at once', 0],
    ['later', 20],
  ])('of a response that come %s reach its client', async (_, pauseMs) => {
    pair.backend.script = {
      request({ connection }) {
        const begin =
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: grpc-status\r\n\r\n3\r\nabc\r\n';
        const end =
          '0\r\ngrpc-status: 0\r\nX-Two: 1\r\nx-two: 2\r\nConnection: x\r\nSet-Cookie: x\r\n\r\n';
        if (pauseMs === 0) return begin + end;
        setTimeout(() => connection.socket.write(end), pauseMs);
        return begin;
      },
    };
    const client = await pair.dial();
    const request = client.send(to('GET', '/', { te: 'trailers' }));
    const response = await request.response();
    expect(response.body).toBe('abc');
    expect(response.headers['trailer']).toBe('grpc-status');
    expect(response.trailers).toMatchObject({ 'grpc-status': '0', 'x-two': '1, 2' });
    expect(Object.keys(response.trailers ?? {})).toEqual(['grpc-status', 'x-two']);
    expect(await request.closed()).toBe(0);
  });

  test('without a body reach its client too', async () => {
    pair.backend.script = {
      request: () =>
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\ngrpc-status: 5\r\n\r\n',
    };
    const client = await pair.dial();
    const response = await client.get('app.dev.local');
    expect(response.body).toBe('');
    expect(response.trailers?.['grpc-status']).toBe('5');
  });
});
