import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import type { BackendHealth } from '../../src/shared/contract/health.ts';
import { limits } from '../../src/shared/limits.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { eventually } from '../support/eventually.ts';
import { type RecordingBackend, startBackend } from '../support/recordingBackend.ts';
import { freePort } from '../support/redisServer.ts';
import { isLinux, itWhen, linuxReason } from '../support/requirement.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';
import { runVerb } from '../support/verb.ts';

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

const health = (name: string) => runVerb(berth.home, ['health', name]);

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
    await eventually('the check', async () => checked.requests.length > 0);
    await eventually('it shows', async () => (await backendOf('checked.test'))?.state === 'up');
    await eventually('a ping', async () => (await store.get('hchecker_ping')) !== null);

    await client.api.hosts.add({ name: 'plain.test', backends: [gone, live.url] });
    await eventually('the mark', async () => {
      expect(await ask('plain.test')).toBe(200);
      return (await store.scard('dead:plain.test')) === 1;
    });
    // A request that fails is seen before its mark has come around by the store.
    const reason = 'marked dead after a request: refused';
    await eventually('the reason', async () => (await backendOf('plain.test'))?.reason === reason);
    expect(await backendOf('plain.test')).toMatchObject({ url: gone, state: 'down' });
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

test('a lone backend without a check is up, down with the reason when it is killed, and up again, by itself', async () => {
  const backend = await startBackend();
  const { port, url } = backend;
  const marked: string[] = [];
  const subscriber = store.duplicate();
  subscriber.on('message', (_channel, message: string) => marked.push(message));
  await subscriber.subscribe('dead');
  let again: RecordingBackend | null = null;
  try {
    const before = await store.keys('*');
    const added = await runVerb(berth.home, ['add', 'app.localhost', url]);
    expect(added.exitCode).toBe(0);
    await eventually('up', async () => (await health('app.localhost')).stdout.includes('● up'));
    expect((await health('app.localhost')).stdout).toContain('accepts connections');

    await eventually('a second connection', () => backend.connections.length >= 2);
    const killedAt = Date.now();
    await backend.close();
    await eventually('down', async () => (await health('app.localhost')).exitCode === 7);
    expect((await health('app.localhost')).stdout).toMatch(/✗ down +http:\S+ +refused/);
    const down = await backendOf('app.localhost');
    expect((down?.since ?? Infinity) - killedAt).toBeLessThan(2 * limits.probeMs + 1000);

    const backAt = Date.now();
    again = await startBackend({}, { port });
    await eventually('up', async () => (await health('app.localhost')).exitCode === 0);
    expect((await health('app.localhost')).stdout).toContain('● up');
    const up = await backendOf('app.localhost');
    expect((up?.since ?? Infinity) - backAt).toBeLessThan(limits.probeMs + 1000);

    // Nobody asked the backend anything, and nobody else was told.
    for (const { received } of [...backend.connections, ...again.connections]) {
      expect(received).toBe('');
    }
    const isOfOthers = (key: string): boolean => before.includes(key) || !key.includes('localhost');
    expect((await store.keys('*')).filter((key) => !isOfOthers(key))).toEqual([
      'frontend:app.localhost',
    ]);
    expect(marked.filter((message) => message.includes('app.localhost'))).toEqual([]);
    expect(await client.api.health.list()).toContainEqual(
      expect.objectContaining({
        name: 'app.localhost',
        check: null,
        checker: { kind: 'passive', probeMs: limits.probeMs },
      }),
    );
  } finally {
    subscriber.disconnect();
    await again?.close();
    await backend.close();
  }
});

test('a lone backend that refused a request is up as soon as it takes connections again', async () => {
  const port = await freePort();
  await client.api.hosts.add({ name: 'soon.test', backends: [`http://127.0.0.1:${port}`] });
  expect(await ask('soon.test')).toBe(502);
  await eventually('down', async () => (await backendOf('soon.test'))?.state === 'down');
  const backend = await startBackend({}, { port });
  try {
    await eventually('up', async () => (await backendOf('soon.test'))?.state === 'up');
    expect((await backendOf('soon.test'))?.reason).toBe('accepts connections');
    expect(backend.requests).toEqual([]);
  } finally {
    await backend.close();
  }
});

itWhen(isLinux, linuxReason, 'who refuses connections comes with who listens there', async () => {
  const gone = await nowhere();
  const other = await startBackend({}, { host: '127.0.0.2' });
  const elsewhere = `http://127.0.0.1:${other.port}`;
  try {
    await client.api.hosts.add({ name: 'refused.test', backends: [gone, elsewhere] });
    await client.api.health.check({ name: 'refused.test' });
    await eventually('both hints', async () => {
      const backends = [await backendOf('refused.test'), await backendOf('refused.test', 1)];
      return backends.every((backend) => backend?.hint !== undefined);
    });
    const port = new URL(gone).port;
    expect(await backendOf('refused.test')).toMatchObject({
      state: 'down',
      hint: `nothing listens on ${port}`,
    });
    expect((await backendOf('refused.test', 1))?.hint).toMatch(
      new RegExp(`\\(pid ${process.pid}\\) listens on ${other.port}, perhaps at another`),
    );
    expect((await health('refused.test')).stdout).toContain(`nothing listens on ${port}`);
  } finally {
    await other.close();
  }
});

itWhen(isLinux, linuxReason, 'who listened where nobody does now is named', async () => {
  await using project = await temporaryDirectory();
  const commands = join(project.path, 'node_modules', '.bin');
  await mkdir(commands, { recursive: true });
  const script = join(commands, 'vite');
  const listens = "require('node:net').createServer().listen(0, '::1', function () {";
  await writeFile(script, `${listens} process.send(this.address().port); });`);
  const vite = spawn(process.execPath, [script], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const [port] = await once(vite, 'message');
    await client.api.hosts.add({ name: 'vite.test', backends: [`http://localhost:${port}`] });
    await eventually('up', async () => (await backendOf('vite.test'))?.state === 'up');
    // One look at who listens, which nothing tells of.
    await pause(limits.listeningPollMs + 1000);
    vite.kill('SIGKILL');
    await eventually('the hint', async () => (await backendOf('vite.test'))?.hint !== undefined);
    expect((await backendOf('vite.test'))?.hint).toBe(
      `nothing listens on ${port} (vite left just now)`,
    );
  } finally {
    vite.kill('SIGKILL');
  }
});
