import { request } from 'node:http';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import type { BackendHealth } from '../../src/shared/contract/health.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { eventually } from '../support/eventually.ts';
import { type RecordingBackend, startBackend } from '../support/recordingBackend.ts';
import { freePort } from '../support/redisServer.ts';

let berth: BerthProcess;
let client: ControlClient;
let store: Redis;
let hook: RecordingBackend;

beforeAll(async () => {
  hook = await startBackend();
  berth = await startBerth({ config: { server: { healthWebhook: `${hook.url}/hook?secret` } } });
  client = await connectControl({ socket: berth.controlSocket });
  store = new Redis({ host: '127.0.0.1', port: berth.storePort });
});

afterAll(async () => {
  store.disconnect();
  client.close();
  await berth[Symbol.asyncDispose]();
  await hook.close();
});

/** A URL at which nobody listens. */
const nowhere = async (): Promise<string> => `http://127.0.0.1:${await freePort()}`;

const backendOf = async (name: string, index = 0): Promise<BackendHealth | undefined> =>
  (await client.api.health.list()).find((host) => host.name === name)?.backends[index];

const ask = (host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request({ port: berth.port, host: '127.0.0.1', headers: { Host: host } });
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject);
    asked.end();
  });

test('while one frontend is checked, requests go on marking the backends of another', async () => {
  const [checked, live] = [await startBackend(), await startBackend()];
  const gone = await nowhere();
  try {
    await client.api.hosts.add({ name: 'checked.test', backends: [checked.url] });
    await client.api.hosts.set({
      name: 'checked.test',
      options: {
        check: {
          type: 'http',
          method: 'GET',
          path: '/up',
          host: null,
          expect: '2xx',
          intervalMs: 200,
          timeoutMs: 500,
          rise: 1,
          fall: 2,
        },
      },
    });
    await eventually('the check', async () => (await backendOf('checked.test'))?.state === 'up');
    expect(await store.get('hchecker_ping')).not.toBeNull();

    await client.api.hosts.add({ name: 'plain.test', backends: [gone, live.url] });
    await eventually('the mark', async () => {
      expect(await ask('plain.test')).toBe(200);
      return (await store.scard('dead:plain.test')) === 1;
    });
    await eventually('down', async () => (await backendOf('plain.test'))?.state === 'down');
    expect(await backendOf('plain.test')).toMatchObject({
      url: gone,
      reason: 'marked dead after a request: refused',
    });
    await eventually('up', async () => (await backendOf('plain.test', 1))?.state === 'up');
  } finally {
    await Promise.all([checked.close(), live.close()]);
  }
});

test('a lone backend that refuses its requests is down, told to the webhook, and up after a success', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await client.api.hosts.add({ name: 'lone.test', backends: [url] });
  expect((await backendOf('lone.test'))?.state).toBe('unknown');
  expect(await ask('lone.test')).toBe(502);
  await eventually('down', async () => (await backendOf('lone.test'))?.state === 'down');
  expect((await backendOf('lone.test'))?.reason).toBe(
    'seen by requests: the last request failed: refused',
  );
  expect(await store.exists('dead:lone.test')).toBe(0);

  const told = () =>
    hook.requests
      .map(({ body }) => JSON.parse(body) as { name: string; url: string; to: string })
      .filter(({ name }) => name === 'lone.test');
  await eventually('the post', () => told().length > 0);
  expect(told()).toMatchObject([{ url, from: 'unknown', to: 'down' }]);
  expect(hook.requests[0]).toMatchObject({ method: 'POST', target: '/hook?secret' });
  expect(berth.said).not.toContain('secret');

  const backend = await startBackend({}, { port });
  try {
    expect(await ask('lone.test')).toBe(200);
    await eventually('up', async () => (await backendOf('lone.test'))?.state === 'up');
  } finally {
    await backend.close();
  }
});
