import { afterEach, expect, test } from 'vitest';
import { makeCertificate } from '../support/certificates.ts';
import { type Farm, startFarm } from '../support/engineFarm.ts';
import { fieldOf, fieldsOf } from '../support/messageReader.ts';
import { get, type RawClient, type SeenResponse } from '../support/rawClient.ts';
import { okay } from '../support/recordingBackend.ts';

const certificate = makeCertificate();
let farm: Farm;
const start = async (): Promise<RawClient> => {
  farm = await startFarm(3, { tls: { ca: [], ...certificate } });
  farm.setOptions({ policy: 'sticky' });
  return farm.dial();
};
afterEach(() => farm[Symbol.asyncDispose]());

const ask = async (client: RawClient, cookie?: string): Promise<SeenResponse> =>
  client
    .send(get('app.dev.local', '/', cookie === undefined ? '' : `Cookie: ${cookie}\r\n`))
    .response();
/** Name and value of the cookie that a response sets. */
const pairOf = (response: SeenResponse): string =>
  (fieldOf(response, 'set-cookie') ?? '').split(';')[0] ?? '';

test('a client keeps the backend it first met, whatever the lot, and is told its cookie once', async () => {
  const client = await start();
  farm.harness.random = 0.5;
  const first = await ask(client);
  expect(first.body).toBe('1');
  expect(fieldsOf(first, 'set-cookie')).toEqual([
    expect.stringMatching(/^berth_[0-9a-f]{8}=[0-9a-f]{6}; Path=\/; HttpOnly; SameSite=Lax$/),
  ]);
  for (const roll of [0, 0.4, 0.9]) {
    farm.harness.random = roll;
    const next = await ask(client, pairOf(first));
    expect(next.body).toBe('1');
    expect(fieldsOf(next, 'set-cookie')).toEqual([]);
  }
  expect(farm.counts).toEqual([0, 4, 0]);
});

test('its cookie never reaches the backend; the others do, as they came', async () => {
  const client = await start();
  const mine = pairOf(await ask(client));
  await ask(client, `a=1; ${mine}; b="2 3"`);
  await ask(client, mine);
  await ask(client, 'berth_session=mine;x=y');
  const seen = farm.backends.flatMap(({ requests }) => requests);
  expect(seen.flatMap((request) => fieldsOf(request, 'cookie'))).toEqual([
    'a=1; b="2 3"',
    'berth_session=mine;x=y',
  ]);
  for (const { received } of farm.backends.flatMap(({ connections }) => connections)) {
    expect(received).not.toContain(mine);
  }
});

test.each(['dead', 'drained', 'gone', 'refusing'])(
  'a client whose backend is %s gets another one and its cookie',
  async (fate) => {
    const client = await start();
    const [a = '', b = '', c = ''] = farm.urls;
    farm.harness.random = 0.9;
    const first = await ask(client);
    expect(first.body).toBe('2');
    farm.harness.random = 0;
    const refusing = 'http://127.0.0.1:1';
    if (fate === 'dead') farm.harness.dead.add(c);
    if (fate === 'drained') farm.setOptions({ policy: 'sticky', drained: [c] });
    if (fate === 'gone') farm.harness.frontends.set('app.dev.local', ['app', a, b]);
    if (fate === 'refusing') farm.harness.frontends.set('app.dev.local', ['app', refusing, b, a]);
    const second = await ask(client, pairOf(first));
    expect(second.body).toBe(fate === 'refusing' ? '1' : '0');
    expect(pairOf(second)).toMatch(/^berth_/);
    expect(pairOf(second)).not.toBe(pairOf(first));
    farm.harness.random = 0.9;
    expect((await ask(client, pairOf(second))).body).toBe(second.body);
  },
);

test('over HTTPS the cookie is for HTTPS only', async () => {
  await start();
  const client = await farm.dial({ tls: { ca: certificate.cert } });
  expect(fieldOf(await ask(client), 'set-cookie')).toMatch(/; SameSite=Lax; Secure$/);
});

test('a WebSocket keeps to its backend too, and its handshake sets the cookie', async () => {
  await start();
  for (const [i, backend] of farm.backends.entries()) {
    backend.script = {
      request: () => `HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n${i}`,
    };
  }
  farm.harness.random = 0.5;
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  const one = await farm.dial();
  const { head } = await one.send(get('app.dev.local', '/', upgrade)).interim();
  const cookie = /\r\nSet-Cookie: (berth_[^;]+);/i.exec(head)?.[1] ?? '';
  expect(cookie).not.toBe('');
  farm.harness.random = 0;
  const two = await farm.dial();
  const again = await two
    .send(get('app.dev.local', '/', `${upgrade}Cookie: ${cookie}\r\n`))
    .interim();
  expect(again.head).not.toMatch(/set-cookie/i);
  expect(farm.counts).toEqual([0, 2, 0]);
});

test('cookies that a backend sets stay', async () => {
  const client = await start();
  for (const backend of farm.backends) {
    backend.script = { request: () => okay('', 'Set-Cookie: theirs=1\r\nSet-Cookie: more=2\r\n') };
  }
  const cookies = fieldsOf(await ask(client), 'set-cookie');
  expect(cookies.slice(0, 2)).toEqual(['theirs=1', 'more=2']);
  expect(cookies).toHaveLength(3);
});

test('no cookie is set where there is no choice, by another policy, or on an answer of our own', async () => {
  const client = await start();
  const [a = ''] = farm.urls;
  farm.harness.frontends.set('app.dev.local', ['app', a]);
  expect(fieldsOf(await ask(client), 'set-cookie')).toEqual([]);
  farm.harness.frontends.set('app.dev.local', ['app', 'http://127.0.0.1:1', 'http://127.0.0.1:2']);
  const failed = await ask(client);
  expect(failed.status).toBe(502);
  expect(fieldsOf(failed, 'set-cookie')).toEqual([]);
  farm.harness.frontends.set('app.dev.local', ['app', ...farm.urls]);
  farm.setOptions({ policy: 'random' });
  expect(fieldsOf(await ask(client), 'set-cookie')).toEqual([]);
});
