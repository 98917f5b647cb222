import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Farm, startFarm } from '../support/engineFarm.ts';
import { get } from '../support/rawClient.ts';

let farm: Farm;
beforeEach(async () => {
  farm = await startFarm(2);
  farm.setOptions({ paused: true, redirectToHttps: true });
});
afterEach(() => farm[Symbol.asyncDispose]());

test('the record tells it, and the connection serves on once it is resumed', async () => {
  const client = await farm.dial();
  expect((await client.send(get('app.dev.local')).response()).status).toBe(503);
  expect(farm.counts).toEqual([0, 0]);
  const [record] = await farm.harness.recorded(1);
  expect(record).toMatchObject({
    status: 503,
    error: 'BERTH_HOST_PAUSED',
    frontend: 'app.dev.local',
    backend: null,
    attempts: [],
    considered: 2,
  });
  farm.setOptions({});
  expect((await client.send(get('app.dev.local')).response()).status).toBe(200);
});

test('no backend is marked dead for it', async () => {
  const client = await farm.dial();
  await client.send(get('app.dev.local')).response();
  expect([...farm.harness.dead]).toEqual([]);
});

test('a body is not sent on, and a WebSocket handshake is refused', async () => {
  const client = await farm.dial();
  const head = 'POST / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 4\r\n\r\n';
  expect((await client.send(`${head}body`).response('POST')).status).toBe(503);
  const other = await farm.dial();
  other.send(get('app.dev.local', '/ws', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  expect((await other.response()).status).toBe(503);
  expect(farm.counts).toEqual([0, 0]);
});
