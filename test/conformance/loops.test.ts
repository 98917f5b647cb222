import { afterEach, expect, test } from 'vitest';
import { createPages } from '../../src/proxy/pages/createPages.ts';
import { startHarness } from '../support/engineHarness.ts';
import { type Pair, startPair } from '../support/enginePair.ts';
import { fieldsOf } from '../support/messageReader.ts';
import { dial, get } from '../support/rawClient.ts';
import { type Relay, startRelay } from '../support/relay.ts';

let pair: Pair | null = null;
const relays: Relay[] = [];
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.close();
  await pair?.stop();
  pair = null;
});

test('every request carries Via with the version it came in, behind what was there', async () => {
  pair = await startPair();
  const client = await pair.dial();
  await client.send(get('app.dev.local', '/', 'Via: 1.0 fred, 1.1 p.example\r\n')).response();
  expect(fieldsOf(pair.backend.requests[0] ?? { fields: [] }, 'via')).toEqual([
    '1.0 fred, 1.1 p.example',
    '1.1 berth-a1b2c3',
  ]);
});

test.each(['1.1 berth-a1b2c3', '1.0 x, 1.1 berth-a1b2c3 (Berth), 1.1 y'])(
  'a request that passed this instance before (%s) is answered 508',
  async (via) => {
    pair = await startPair();
    const client = await pair.dial();
    const response = await client.send(get('app.dev.local', '/', `Via: ${via}\r\n`)).response();
    expect(response.status).toBe(508);
    expect(pair.backend.requests).toEqual([]);
  },
);

test('the name of another instance is no loop, nor is one that begins alike', async () => {
  pair = await startPair();
  const client = await pair.dial();
  for (const via of ['1.1 berth-ffffff', '1.1 berth-a1b2c3d4', '1.1 x (berth-a1b2c3)']) {
    const response = await client.send(get('app.dev.local', '/', `Via: ${via}\r\n`)).response();
    expect(response.status).toBe(200);
  }
});

test('two instances in a ring end the request with 508 after one round', async () => {
  const one = await startHarness({ settings: { instanceId: '111111' } });
  const two = await startHarness({ settings: { instanceId: '222222' } });
  one.frontends.set('ring.dev.local', ['ring', `http://127.0.0.1:${two.port}`]);
  two.frontends.set('ring.dev.local', ['ring', `http://127.0.0.1:${one.port}`]);
  const client = await dial(one.port);
  const response = await client.send(get('ring.dev.local')).response();
  expect(response.status).toBe(508);
  await one.recorded(2);
  await two.recorded(1);
  expect(one.records).toHaveLength(2);
  expect(two.records).toHaveLength(1);
  client.destroy();
  await Promise.all([one.stop(), two.stop()]);
});

/** Points a host at a server that sends its requests back to the engine. */
async function relayed(
  { harness }: Pair,
  host: string,
  options: { host?: string; drops?: readonly string[] } = {},
): Promise<Relay> {
  const relay = await startRelay({ to: harness.port, ...options });
  relays.push(relay);
  harness.frontends.set(host, ['relay', relay.url]);
  return relay;
}

test('every request says by which host it went to which backend, behind what was there', async () => {
  pair = await startPair();
  const client = await pair.dial();
  const came = 'X-Berth-Trail: berth-ffffff/web.dev.local#3\r\n';
  await client.send(get('app.dev.local', '/', came)).response();
  expect(fieldsOf(pair.backend.requests[0] ?? { fields: [] }, 'x-berth-trail')).toEqual([
    'berth-ffffff/web.dev.local#3',
    'berth-a1b2c3/app.dev.local#0',
  ]);
});

test('nobody nominates that away', async () => {
  pair = await startPair();
  const client = await pair.dial();
  const fields =
    'X-Berth-Trail: berth-a1b2c3/app.dev.local#0\r\nConnection: x-berth-trail, via\r\n';
  expect((await client.send(get('app.dev.local', '/', fields)).response()).status).toBe(508);
});

test('a dev server that asks another host of ours is no loop', async () => {
  pair = await startPair();
  const relay = await relayed(pair, 'web.dev.local', { host: 'app.dev.local' });
  const client = await pair.dial();
  const response = await client.send(get('web.dev.local', '/api')).response();
  expect([response.status, response.body]).toEqual([200, 'ok']);
  expect(relay.count).toBe(1);
  expect(pair.backend.requests.map(({ target }) => target)).toEqual(['/api']);
});

test.each([
  ['keeps Host', {}],
  ['keeps Host and drops Via', { drops: ['via'] }],
  ['keeps Host and drops what it does not know', { drops: ['x-berth-trail'] }],
])('a dev server that %s ends in 508 after one round', async (_, options) => {
  pair = await startPair();
  const relay = await relayed(pair, 'web.dev.local', options);
  const client = await pair.dial();
  const response = await client.send(get('web.dev.local', '/api')).response();
  expect(response.status).toBe(508);
  expect(relay.count).toBe(1);
  const [inner, outer] = await pair.harness.recorded(2);
  expect([inner?.error, outer?.error, outer?.status]).toEqual(['BERTH_LOOP', null, 508]);
});

test('two instances and a dev server between end the request after one round', async () => {
  pair = await startPair();
  const other = await startHarness({ settings: { instanceId: '222222' } });
  const relay = await startRelay({ to: pair.harness.port, drops: ['via'] });
  relays.push(relay);
  pair.harness.frontends.set('ring.dev.local', ['ring', `http://127.0.0.1:${other.port}`]);
  other.frontends.set('ring.dev.local', ['ring', relay.url]);
  const client = await pair.dial();
  expect((await client.send(get('ring.dev.local')).response()).status).toBe(508);
  expect(relay.count).toBe(1);
  expect(pair.harness.problems.at(-1)?.detail).toBe(
    'It was sent to backend #0 of ring.dev.local, and came back by way of ring.dev.local (#0).',
  );
  await other.stop();
});

test('from host to host it goes a bounded number of times', async () => {
  pair = await startPair();
  const made: Relay[] = [];
  for (let i = 0; i < 12; i++) {
    made.push(await relayed(pair, `h${i}.dev.local`, { host: `h${i + 1}.dev.local` }));
  }
  const client = await pair.dial();
  expect((await client.send(get('h0.dev.local')).response()).status).toBe(508);
  expect(made.filter(({ count }) => count > 0)).toHaveLength(8);
});

test.each(['text/html', 'application/json', 'text/plain'])(
  'the answer names the host, the backend and the way out, as %s',
  async (accept) => {
    const pages = createPages({
      staticPages: {},
      suffixes: ['dev.local'],
      sharedSuffixes: [],
      version: '1.2.3',
    });
    pair = await startPair({}, { pages });
    await relayed(pair, 'web.dev.local');
    const client = await pair.dial();
    const request = get('web.dev.local', '/', `Accept: ${accept}\r\n`);
    const { status, body, fields } = await client.send(request).response();
    expect(status).toBe(508);
    expect(fieldsOf({ fields }, 'content-type')[0]).toContain(accept);
    const text = body.replace(/\s+/g, ' ');
    expect(text).toContain('It was sent to backend #0 of web.dev.local, and came back.');
    expect(text).toContain('Point the backend at the server itself.');
    expect(text).toContain('changeOrigin');
    expect(text).toContain('berth health web.dev.local');
  },
);
