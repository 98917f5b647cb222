import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { BerthError } from '../../src/shared/errors.ts';
import { limits } from '../../src/shared/limits.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { eventually } from '../support/eventually.ts';
import { type RecordingBackend, startBackend } from '../support/recordingBackend.ts';

let backend: RecordingBackend;
let berth: BerthProcess;
let client: ControlClient;

type Input = Parameters<ControlClient['api']['traffic']['replay']>[0];
const replay = (input: Omit<Input, 'host'> & { host?: string }, signal?: AbortSignal) =>
  client.api.traffic.replay({ host: 'app.test', ...input }, signal === undefined ? {} : { signal });
const refusalOf = async (input: Parameters<typeof replay>[0]): Promise<string> => {
  const error = await replay(input).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof BerthError)) throw new Error(`not refused: ${String(error)}`);
  return `${error.code} ${error.detail}`;
};
const last = () => {
  const request = backend.requests.at(-1);
  if (request === undefined) throw new Error('the backend saw nothing');
  return request;
};

beforeAll(async () => {
  backend = await startBackend();
  berth = await startBerth();
  client = await connectControl({ socket: berth.controlSocket });
  await client.api.hosts.add({ name: 'app.test', backends: [backend.url] });
  await client.api.hosts.add({ name: 'dead.test', backends: ['http://127.0.0.1:9'] });
});
afterEach(() => {
  backend.script = {};
});
afterAll(async () => {
  client.close();
  await berth[Symbol.asyncDispose]();
  await backend.close();
});

it('reaches the backend as it was given, to the byte', async () => {
  const bytes = Buffer.from([0, 1, 0x80, 0xff, 0x0d, 0x0a, 0x0a]);
  await replay({
    method: 'PATCH',
    path: '/a/%2e?x=%FF&y={}',
    headers: [
      ['X-Two', '1'],
      ['x-two', 'zw\xf6lf'],
      ['Content-Type', 'application/x-thing'],
    ],
    body: { encoding: 'base64', data: bytes.toString('base64') },
  });
  const seen = last();
  expect(`${seen.method} ${seen.target}`).toBe('PATCH /a/%2e?x=%FF&y={}');
  expect(Buffer.from(seen.body, 'latin1').equals(bytes)).toBe(true);
  const { head } = seen;
  expect(head).toContain('\r\nX-Two: 1\r\nx-two: zw\xf6lf\r\n');
  expect(head).toMatch(/\r\nhost: app\.test\r\n/i);
  expect(head).toMatch(/\r\ncontent-length: 7(?:\r\n|$)/i);
  expect(head).not.toMatch(/transfer-encoding/i);
});

it.each(['GET', 'DELETE', 'POST'])('a %s has a body, or none', async (method) => {
  await replay({ method, path: '/with', body: { encoding: 'utf8', data: 'ä' } });
  expect(Buffer.from(last().body, 'latin1').toString()).toBe('ä');
  await replay({ method, path: '/without' });
  expect(last()).toMatchObject({ target: '/without', body: '' });
});

it('tells the answer, how long it took, and which record is its own', async () => {
  const json = Buffer.from('{"a":"ä"}').toString('latin1');
  backend.script = {
    request: () =>
      `HTTP/1.1 200 OK\r\nContent-Length: 10\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n${json}`,
  };
  const told = await replay({ method: 'GET', path: '/one', headers: [['User-Agent', 'me']] });
  expect(told).toMatchObject({
    ok: true,
    status: 200,
    reason: '',
    body: { encoding: 'utf8', data: '{"a":"ä"}', bytes: 10, total: 10, cut: null },
    record: { method: 'GET', target: '/one', host: 'app.test', userAgent: 'me', status: 200 },
  });
  expect(told.ms).toBeGreaterThan(0);
  expect(told.headers.filter(([name]) => /set-cookie/i.test(name))).toHaveLength(2);
  expect(told.headers.filter(([name]) => /x-debug/i.test(name))).toEqual([]);
  const { records } = await client.api.traffic.recent({ filter: 'path:/one' });
  expect(records.map(({ id }) => id)).toEqual([told.record?.id]);
});

it('finds no record while none is kept', async () => {
  await client.api.traffic.capture({ on: false });
  try {
    expect(await replay({ method: 'GET', path: '/' })).toMatchObject({ ok: true, record: null });
  } finally {
    await client.api.traffic.capture({ on: true });
  }
});

it('brings bytes that are no text in base64', async () => {
  const bytes = Buffer.from([0x89, 0x50, 0xff, 0]);
  backend.script = {
    request: () =>
      `HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n${bytes.toString('latin1')}`,
  };
  const { body } = await replay({ method: 'GET', path: '/' });
  expect(body).toMatchObject({ encoding: 'base64', data: bytes.toString('base64'), bytes: 4 });
});

it('keeps the beginning of a long body, and says of how much', async () => {
  const total = limits.maxReplayAnswerBytes + 1000;
  backend.script = {
    request: () => `HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n${'x'.repeat(total)}`,
  };
  const { body } = await replay({ method: 'GET', path: '/long' });
  expect(body).toMatchObject({ bytes: limits.maxReplayAnswerBytes, total, cut: 'size' });
  backend.script = {
    request: () =>
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${total.toString(16)}\r\n${'x'.repeat(total)}\r\n`,
  };
  expect((await replay({ method: 'GET', path: '/endless' })).body).toMatchObject({
    total: null,
    cut: 'size',
  });
});

it('says that a body broke off', async () => {
  backend.script = {
    request: ({ connection }) => {
      connection.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf');
      return undefined;
    },
  };
  const { body } = await replay({ method: 'GET', path: '/' });
  expect(body).toMatchObject({ data: 'half', total: 9, cut: 'broken' });
});

it('gives the reason where Berth itself answered', async () => {
  expect(await replay({ method: 'GET', path: '/', host: 'dead.test' })).toMatchObject({
    ok: false,
    status: 502,
    reason: expect.stringContaining('BERTH_BACKEND_REFUSED'),
    record: { error: 'BERTH_BACKEND_REFUSED' },
  });
  expect(await replay({ method: 'GET', path: '/', host: 'unknown.test:99' })).toMatchObject({
    ok: false,
    status: 400,
    reason: expect.stringContaining('BERTH_HOST_UNKNOWN'),
    record: { host: 'unknown.test' },
  });
});

it('goes to the proxy, whatever host is named', async () => {
  const elsewhere = await startBackend();
  try {
    const { reason } = await replay({
      method: 'GET',
      path: '/elsewhere',
      host: `127.0.0.1:${elsewhere.port}`,
    });
    expect(reason).toContain('BERTH_HOST_UNKNOWN');
    expect(elsewhere.connections).toEqual([]);
  } finally {
    await elsewhere.close();
  }
});

it('refuses what frames a request, what is too large, and a listener that is not there', async () => {
  const before = backend.requests.length;
  expect(
    await refusalOf({ method: 'POST', path: '/', headers: [['Transfer-Encoding', 'chunked']] }),
  ).toBe('BERTH_INPUT_INVALID headers[0][0]: Transfer-Encoding is set by Berth; leave it out');
  const data = 'x'.repeat(limits.maxReplayBodyBytes + 1);
  expect(
    await refusalOf({ method: 'POST', path: '/', body: { encoding: 'utf8', data } }),
  ).toContain('at most 262144 are sent from here');
  expect(await refusalOf({ method: 'GET', path: '/', secure: true })).toBe(
    'BERTH_INPUT_INVALID the instance serves no HTTPS',
  );
  expect(backend.requests.length).toBe(before);
});

it('is cancelled by whoever asked, and so is its request to the backend', async () => {
  backend.script = { request: () => undefined };
  const leaving = new AbortController();
  const before = backend.requests.length;
  const asked = replay({ method: 'GET', path: '/hangs' }, leaving.signal);
  await eventually('the request', () => backend.requests.length > before);
  leaving.abort();
  await expect(asked).rejects.toThrow();
  await eventually('its end', () => last().connection.closed);
});

it('a few at a time', async () => {
  backend.script = { request: () => undefined };
  const leaving = new AbortController();
  const before = backend.requests.length;
  const hanging = Array.from({ length: limits.maxReplays }, () =>
    replay({ method: 'GET', path: '/hangs' }, leaving.signal).catch(() => null),
  );
  await eventually('all of them', () => backend.requests.length === before + limits.maxReplays);
  expect(await refusalOf({ method: 'GET', path: '/' })).toContain('BERTH_REPLAYS_BUSY');
  leaving.abort();
  await Promise.all(hanging);
  backend.script = {};
  await eventually('a free place', async () => {
    const told = await replay({ method: 'GET', path: '/' }).catch(() => delay(20));
    return told?.ok === true;
  });
});
