import { afterEach, describe, expect, test } from 'vitest';
import type { WorkerSettings } from '../../src/shared/model/settings.ts';
import { makeCertificate } from '../support/certificates.ts';
import { type Farm, startFarm } from '../support/engineFarm.ts';
import { fieldOf } from '../support/messageReader.ts';
import { get } from '../support/rawClient.ts';

const certificate = makeCertificate();
let farm: Farm;
afterEach(() => farm[Symbol.asyncDispose]());

const start = async (isSecure = true, settings: Partial<WorkerSettings> = {}): Promise<void> => {
  farm = await startFarm(1, { settings, ...(isSecure ? { tls: { ca: [], ...certificate } } : {}) });
  farm.setOptions({ redirectToHttps: true });
};

describe('a plain request for', () => {
  test.each([
    ['app.dev.local', '/', '/'],
    ['App.dev.local:8080', '/a//b?q=%20#'.slice(0, -1), '/a//b?q=%20'],
    ['app.dev.local.', '/?x', '/?x'],
  ])('%s and %s is sent to HTTPS', async (host, target, path) => {
    await start();
    const client = await farm.dial();
    const response = await client.send(get(host, target)).response();
    expect(response.status).toBe(308);
    const { securePort } = farm.harness;
    expect(fieldOf(response, 'location')).toBe(`https://app.dev.local:${securePort}${path}`);
    expect(farm.counts).toEqual([0]);
    const [record] = await farm.harness.recorded(1);
    expect(record).toMatchObject({ status: 308, frontend: 'app.dev.local', backend: null });
  });
});

test.each(['POST', 'PUT'])('so is a %s, with its body read', async (method) => {
  await start();
  const client = await farm.dial();
  const head = `${method} / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 4\r\n\r\n`;
  expect((await client.send(`${head}body`).response(method)).status).toBe(308);
  expect(farm.counts).toEqual([0]);
});

test('so is OPTIONS * to the root, and an absolute target by its own host', async () => {
  await start();
  const { securePort } = farm.harness;
  const client = await farm.dial();
  const whole = await client
    .send('OPTIONS * HTTP/1.1\r\nHost: app.dev.local\r\n\r\n')
    .response('OPTIONS');
  expect(fieldOf(whole, 'location')).toBe(`https://app.dev.local:${securePort}/`);
  const absolute = await client.send(get('other', 'http://app.dev.local/x')).response();
  expect(fieldOf(absolute, 'location')).toBe(`https://app.dev.local:${securePort}/x`);
});

test('a WebSocket handshake over plain HTTP is refused in the same way', async () => {
  await start();
  const client = await farm.dial();
  client.send(get('app.dev.local', '/ws', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  const response = await client.response();
  expect(response.status).toBe(308);
  expect(fieldOf(response, 'location')).toBe(`https://app.dev.local:${farm.harness.securePort}/ws`);
  await client.finished();
  expect(farm.counts).toEqual([0]);
});

test('over HTTPS it is served', async () => {
  await start();
  const client = await farm.dial({ tls: { ca: certificate.cert } });
  expect((await client.send(get('app.dev.local')).response()).status).toBe(200);
});

test('without an HTTPS listener it is served as it came', async () => {
  await start(false);
  const client = await farm.dial();
  expect((await client.send(get('app.dev.local')).response()).status).toBe(200);
});

test.each([
  ['keep', 200],
  ['append', 200],
  ['replace', 308],
] as const)('who came over HTTPS to a proxy before us gets %s → %i', async (forwarded, status) => {
  await start(true, { forwarded });
  const client = await farm.dial();
  const request = get('app.dev.local', '/', 'X-Forwarded-Proto: https\r\n');
  expect((await client.send(request).response()).status).toBe(status);
});
