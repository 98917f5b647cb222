import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Http2Pair, startHttp2Pair } from '../support/http2Pair.ts';
import { fieldOf, fieldsOf } from '../support/messageReader.ts';
import { dial, get } from '../support/rawClient.ts';
import { okay } from '../support/recordingBackend.ts';

let pair: Http2Pair;
beforeEach(async () => {
  pair = await startHttp2Pair();
});
afterEach(() => pair.stop());

describe('the protocol of a connection', () => {
  const chosen = async (
    protocols: readonly string[] | undefined,
  ): Promise<string | false | null> => {
    const socket = connectTls({
      port: pair.harness.securePort,
      host: '127.0.0.1',
      servername: 'localhost',
      rejectUnauthorized: false,
      ...(protocols === undefined ? {} : { ALPNProtocols: [...protocols] }),
    });
    await new Promise<void>((done, fail) => {
      socket.on('secureConnect', done);
      socket.on('error', fail);
    });
    const protocol = socket.alpnProtocol;
    socket.destroy();
    return protocol;
  };

  test.each([
    [['h2', 'http/1.1'], 'h2'],
    [['http/1.1', 'h2'], 'h2'],
    [['http/1.1'], 'http/1.1'],
    [undefined, false],
  ] as const)('of a client that offers %j is %s', async (offered, protocol) => {
    expect(await chosen(offered)).toBe(protocol);
  });

  test('is either one on the same port, at the same time', async () => {
    const client = await pair.dial();
    const old = await dial(pair.harness.securePort, { tls: { ca: pair.certificate } });
    expect((await client.get('app.dev.local')).body).toBe('ok');
    expect((await old.send(get('app.dev.local')).response()).body).toBe('ok');
    old.destroy();
    const records = await pair.harness.recorded(2);
    expect(records.map(({ httpVersion }) => httpVersion)).toEqual(['2.0', '1.1']);
  });
});

test('a request is forwarded as HTTP/1.1, with what a backend may want to know of the client', async () => {
  const client = await pair.dial();
  const response = await client.get('app.dev.local', '/p?q=1', {
    'user-agent': 'agent',
    'x-one': ['1', '2'],
  });
  expect(response.status).toBe(200);
  expect(response.body).toBe('ok');
  const [seen] = pair.backend.requests;
  if (seen === undefined) throw new Error('nothing seen');
  expect(seen.start).toBe('GET /p?q=1 HTTP/1.1');
  expect(fieldsOf(seen, 'host')).toEqual(['app.dev.local']);
  expect(fieldsOf(seen, 'x-one')).toEqual(['1', '2']);
  expect(fieldOf(seen, 'x-forwarded-proto')).toBe('https');
  expect(fieldOf(seen, 'x-forwarded-port')).toBe(String(pair.harness.securePort));
  expect(fieldOf(seen, 'x-forwarded-for')).toBe('::ffff:127.0.0.1');
  expect(fieldOf(seen, 'x-forwarded-host')).toBe('app.dev.local');
  expect(fieldOf(seen, 'via')).toBe('2.0 berth-a1b2c3');
  expect(fieldOf(seen, 'transfer-encoding')).toBeUndefined();
  expect(seen.fields.some(([name]) => name.startsWith(':'))).toBe(false);
});

test('its record says HTTP/2', async () => {
  const client = await pair.dial();
  await client.get('app.dev.local', '/p', { referer: 'there', 'user-agent': 'agent' });
  const [record] = await pair.harness.recorded(1);
  expect(record).toMatchObject({
    protocol: 'https',
    httpVersion: '2.0',
    method: 'GET',
    target: '/p',
    host: 'app.dev.local',
    status: 200,
    bytes: 2,
    referer: 'there',
    userAgent: 'agent',
    client: '::ffff:127.0.0.1',
    error: null,
  });
});

test('many requests of one connection go side by side', async () => {
  pair.backend.script = {
    request: ({ target }) => (target === '/slow' ? undefined : okay(target)),
  };
  const client = await pair.dial();
  const slow = client.send({ ':authority': 'app.dev.local', ':path': '/slow' });
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, i) => client.get('app.dev.local', `/${i}`)),
  );
  expect(all.map(({ body }) => body)).toEqual(Array.from({ length: 50 }, (_, i) => `/${i}`));
  expect(slow.headers).toBeNull();
  const held = pair.backend.requests.find(({ target }) => target === '/slow');
  held?.connection.socket.write(okay('/slow'));
  expect((await slow.response()).body).toBe('/slow');
});
