import { afterEach, expect, test } from 'vitest';
import { startHarness } from '../support/engineHarness.ts';
import { type Pair, startPair } from '../support/enginePair.ts';
import { fieldsOf } from '../support/messageReader.ts';
import { dial, get } from '../support/rawClient.ts';

let pair: Pair | null = null;
afterEach(async () => {
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
