import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type ControlHarness, startControlHarness } from '../../../test/support/controlHarness.ts';
import { RawClient } from '../../../test/support/rawClient.ts';
import { limits } from '../../shared/limits.ts';
import { connectControl } from '../client/index.ts';

/** Sends raw bytes to the loopback door and reads until it closes the connection. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      answer += part;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

const body = '{"json":{"name":"evil.local","backends":["http://127.0.0.1:1"]}}';

interface Fields {
  readonly [name: string]: string | null;
}

/** A call that changes something, as our own page sends it; null leaves a field out. */
function callText({ port, token }: ControlHarness, changed: Fields, sent = body): string {
  const fields: Fields = {
    Host: `127.0.0.1:${port}`,
    Origin: `http://127.0.0.1:${port}`,
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(sent)),
    Connection: 'close',
    ...changed,
  };
  return `POST /rpc/hosts/add HTTP/1.1\r\n${lines(fields)}\r\n${sent}`;
}

function upgradeText({ port, token }: ControlHarness, changed: Fields): string {
  const fields: Fields = {
    Host: `127.0.0.1:${port}`,
    Origin: `http://127.0.0.1:${port}`,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': `berth.rpc.v1, berth.token.${token}`,
    ...changed,
  };
  return `GET /rpc HTTP/1.1\r\n${lines(fields)}\r\n`;
}

const lines = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, value]) => (value === null ? '' : `${name}: ${value}\r\n`))
    .join('');

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);

/** Foreign values of one field, with the status of the refusal. `PORT` stands for the port of the door. */
const forgeries: readonly [string, Fields, number][] = [
  ['a foreign Host', { Host: 'evil.com' }, 403],
  ['a foreign Host with our port', { Host: 'evil.com:PORT' }, 403],
  ['127.evil.com', { Host: '127.evil.com:PORT', Origin: 'http://127.evil.com:PORT' }, 403],
  ['127.0.0.1.evil.com', { Host: '127.0.0.1.evil.com:PORT', Origin: null }, 403],
  [
    'a name that leads here (DNS rebinding)',
    { Host: 'rebound.example:PORT', Origin: 'http://rebound.example:PORT' },
    403,
  ],
  ['a foreign Origin', { Origin: 'http://evil.com' }, 403],
  ['the Origin of another port', { Origin: 'http://127.0.0.1:3000' }, 403],
  ['the null Origin', { Origin: 'null' }, 403],
  ['another site', { Origin: null, 'Sec-Fetch-Site': 'cross-site' }, 403],
  ['another port of the same site', { Origin: null, 'Sec-Fetch-Site': 'same-site' }, 403],
];

const withPort = (fields: Fields, port: number): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value?.replace('PORT', String(port)) ?? null,
    ]),
  );

describe('a call is refused, and nothing is asked of the services, with', () => {
  it.each<[string, Fields, number]>([
    ...forgeries,
    ['no token', { Authorization: null }, 401],
    ['a wrong token', { Authorization: `Bearer ${'A'.repeat(43)}` }, 401],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', { 'Content-Type': 'text/plain;charset=UTF-8' }, 415],
    ['no type', { 'Content-Type': null }, 415],
  ])('%s', async (_, changed, status) => {
    await using harness = await startControlHarness();
    const answer = await exchange(harness.port, callText(harness, withPort(changed, harness.port)));
    expect(statusOf(answer)).toBe(status);
    expect(answer).not.toMatch(/access-control/i);
    expect(answer).not.toContain(harness.token);
    expect(harness.services.calls).toEqual([]);
    expect(harness.said.join('\n')).toMatch(
      /^warn: control: a request to the loopback was refused: /,
    );
  });

  it('a body beyond the bound, announced, chunked or sent all the same', async () => {
    await using harness = await startControlHarness();
    const large = `{"json":"${'x'.repeat(limits.maxControlBodyBytes)}"}`;
    const announced = await exchange(harness.port, callText(harness, {}, large));
    const chunk = `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`;
    const chunked = await exchange(
      harness.port,
      callText(harness, { 'Content-Length': null, 'Transfer-Encoding': 'chunked' }, chunk),
    );
    for (const answer of [announced, chunked]) {
      expect(statusOf(answer)).toBe(413);
      expect(answer).toContain('larger than 1048576 bytes');
    }
    expect(harness.services.calls).toEqual([]);
  });

  it('a head beyond the bound', async () => {
    await using harness = await startControlHarness();
    const answer = await exchange(harness.port, callText(harness, { X: 'x'.repeat(20_000) }));
    expect(statusOf(answer)).toBe(431);
    expect(harness.services.calls).toEqual([]);
  });
});

it('the same call without a forgery is done', async () => {
  await using harness = await startControlHarness();
  const answer = await exchange(harness.port, callText(harness, {}));
  expect(statusOf(answer)).toBe(200);
  expect(harness.services.calls).toHaveLength(1);
  expect(harness.said).toEqual([]);
});

describe('a code of berth open', () => {
  const codeOf = async ({ socket }: ControlHarness): Promise<string> => {
    const { api, close } = await connectControl({ socket });
    const { code } = await api.instance.handOver();
    close();
    return code;
  };
  const tryText = ({ port }: ControlHarness, changed: Fields, sent: string): string => {
    const fields: Fields = {
      Host: `127.0.0.1:${port}`,
      Origin: `http://127.0.0.1:${port}`,
      'Sec-Fetch-Site': 'same-origin',
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(sent)),
      Connection: 'close',
      ...changed,
    };
    return `POST /hand-over HTTP/1.1\r\n${lines(fields)}\r\n${sent}`;
  };
  const attempt = (harness: ControlHarness, code: string, changed: Fields = {}): Promise<string> =>
    exchange(harness.port, tryText(harness, changed, JSON.stringify({ code })));

  it('is exchanged for the token by the page, once, and nothing keeps the answer', async () => {
    await using harness = await startControlHarness();
    const code = await codeOf(harness);
    const answer = await attempt(harness, code);
    expect(statusOf(answer)).toBe(200);
    expect(answer).toMatch(/cache-control: no-store/i);
    expect(answer).toMatch(/content-type: application\/json/i);
    expect(answer).not.toMatch(/access-control|set-cookie/i);
    expect(answer.endsWith(`{"token":"${harness.token}"}`)).toBe(true);
    expect(harness.said).toEqual([]);

    const again = await attempt(harness, code);
    expect(statusOf(again)).toBe(401);
    expect(again).toMatch(/This code was used, is too old, .*"berth open" makes another\.\n$/);
    expect(harness.said.join('\n')).toMatch(/the loopback was refused: This code was used/);
  });

  it.each<[string, Fields, number]>([
    ...forgeries,
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', { 'Content-Type': 'text/plain;charset=UTF-8' }, 415],
    ['no type', { 'Content-Type': null }, 415],
  ])('is refused with %s, and holds on', async (_, changed, status) => {
    await using harness = await startControlHarness();
    const code = await codeOf(harness);
    const answer = await attempt(harness, code, withPort(changed, harness.port));
    expect(statusOf(answer)).toBe(status);
    expect(answer).not.toMatch(/access-control/i);
    expect(answer).not.toContain(harness.token);
    expect(statusOf(await attempt(harness, code))).toBe(200);
  });

  it('that is wrong, of another instance, or no code at all gets nothing', async () => {
    await using harness = await startControlHarness();
    await using other = await startControlHarness();
    for (const code of ['', 'A'.repeat(43), harness.token, await codeOf(other)]) {
      const answer = await attempt(harness, code);
      expect(statusOf(answer)).toBe(401);
      expect(answer).not.toContain(harness.token);
    }
    for (const sent of ['', '{}', '[]', 'null', '{"code":1}', '{"code":', `"${harness.token}"`]) {
      const answer = await exchange(harness.port, tryText(harness, {}, sent));
      expect(statusOf(answer)).toBe(400);
    }
    const large = JSON.stringify({ code: 'x'.repeat(limits.maxControlBodyBytes) });
    expect(statusOf(await exchange(harness.port, tryText(harness, {}, large)))).toBe(413);
  });

  it('proves nothing: who only tries codes is among the first to go', async () => {
    await using harness = await startControlHarness();
    const waiting = new RawClient(connect(harness.port, '127.0.0.1'));
    waiting.send(tryText(harness, { Connection: 'keep-alive', 'Content-Length': '100' }, '{'));
    await new Promise((resolve) => setTimeout(resolve, limits.controlProofMs));
    const others = Array.from({ length: limits.maxUnprovenConnections }, () =>
      connect(harness.port, '127.0.0.1').on('error', () => undefined),
    );
    await waiting.finished();
    for (const socket of others) socket.destroy();
  });
});

describe('a WebSocket is refused with', () => {
  it.each<[string, Fields, number]>([
    ...forgeries,
    ['no token', { 'Sec-WebSocket-Protocol': 'berth.rpc.v1' }, 401],
    ['a wrong token', { 'Sec-WebSocket-Protocol': 'berth.rpc.v1, berth.token.x' }, 401],
  ])('%s', async (_, changed, status) => {
    await using harness = await startControlHarness();
    const text = upgradeText(harness, withPort(changed, harness.port));
    const answer = await exchange(harness.port, text);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/connection: close/i);
  });
});

it('the token that a WebSocket offers is never answered', async () => {
  await using harness = await startControlHarness();
  const client = new RawClient(connect(harness.port, '127.0.0.1'));
  client.send(upgradeText(harness, {}));
  await client.until('\r\n\r\n');
  client.destroy();
  const answer = client.received;
  expect(statusOf(answer)).toBe(101);
  expect(answer).toMatch(/sec-websocket-protocol: berth\.rpc\.v1\r\n/i);
  expect(answer).not.toContain(harness.token);
  expect(answer).not.toMatch(/permessage-deflate/i);
});

it('a body that waits for 100 Continue is asked for only when the call is let in', async () => {
  await using harness = await startControlHarness();
  const expecting = (changed: Fields): RawClient => {
    const text = callText(harness, { Expect: '100-continue', ...changed });
    const [head = ''] = text.split('\r\n\r\n');
    return new RawClient(connect(harness.port, '127.0.0.1')).send(`${head}\r\n\r\n`);
  };
  const refused = expecting({ Authorization: null });
  await refused.finished();
  expect(refused.received).toMatch(/^HTTP\/1\.1 401 /);

  const allowed = expecting({});
  expect((await allowed.interim()).status).toBe(100);
  allowed.send(body);
  await allowed.finished();
  expect(allowed.rest).toMatch(/^HTTP\/1\.1 200 /);
  expect(harness.services.calls).toHaveLength(1);
});

it('an instance that stops waits for nobody who is connected', async () => {
  const harness = await startControlHarness();
  const idle = new RawClient(connect(harness.port, '127.0.0.1'));
  const half = new RawClient(connect(harness.port, '127.0.0.1')).send('GET / HTTP/1.1\r\n');
  const open = new RawClient(connect(harness.port, '127.0.0.1')).send(upgradeText(harness, {}));
  await open.until('101 Switching Protocols');
  await harness[Symbol.asyncDispose]();
  await Promise.all([idle.finished(), half.finished(), open.finished()]);
});

describe('every answer', () => {
  it.each([
    'GET / HTTP/1.1',
    'GET /nothing HTTP/1.1',
    'OPTIONS / HTTP/1.1',
    'GET /metrics HTTP/1.1',
  ])('%s may not be framed, sniffed, stored or read by another origin', async (line) => {
    await using harness = await startControlHarness();
    const answer = await exchange(
      harness.port,
      `${line}\r\nHost: localhost:${harness.port}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/content-security-policy: default-src 'none'/i);
    expect(answer).toMatch(/frame-ancestors 'none'/);
    expect(answer).toMatch(/x-content-type-options: nosniff/i);
    expect(answer).toMatch(/referrer-policy: no-referrer/i);
    expect(answer).toMatch(/cache-control: no-store/i);
    expect(answer).not.toMatch(/access-control|set-cookie/i);
    expect(answer).not.toContain(harness.token);
  });
});

it('refusals are said once a minute, not once each', async () => {
  await using harness = await startControlHarness();
  for (let index = 0; index < 5; index++) {
    await exchange(harness.port, callText(harness, { Origin: 'null' }));
  }
  expect(harness.said).toHaveLength(1);
});
