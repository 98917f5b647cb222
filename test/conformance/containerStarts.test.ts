import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPages } from '../../src/proxy/pages/createPages.ts';
import type { ContainerNote } from '../../src/shared/model/options.ts';
import { type Farm, startFarm } from '../support/engineFarm.ts';
import { fieldOf } from '../support/messageReader.ts';
import { get } from '../support/rawClient.ts';
import { okay, type RecordingBackend, startBackend } from '../support/recordingBackend.ts';

const browser = 'Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n';

let farm: Farm;
let started: RecordingBackend | null;

beforeEach(async () => {
  started = null;
  const pages = createPages({
    staticPages: {},
    suffixes: ['dev.local'],
    sharedSuffixes: [],
    version: '0.0.1',
  });
  farm = await startFarm(2, { pages });
});
afterEach(async () => {
  await farm[Symbol.asyncDispose]();
  await started?.close();
});

/** What a mapping says of the container. @param forMs how long it is awaited */
const note = (state: ContainerNote['state'], forMs = 60_000): ContainerNote => ({
  what: 'web of shop',
  state,
  until: Date.now() + forMs,
});

/** A port that refuses connections until `come`. */
async function absent(): Promise<{ readonly url: string; come(): Promise<void> }> {
  const first = await startBackend({ request: () => okay('') });
  const { url, port } = first;
  await first.close();
  return {
    url,
    come: async () => {
      started = await startBackend({ request: () => okay('hello') }, { port });
    },
  };
}

const list = (...urls: readonly string[]): void =>
  void farm.harness.frontends.set('app.dev.local', ['app', ...urls]);

/** Loads a page as a browser without scripts does: anew as often as it says, until it does not. */
async function browse(
  loaded: (status: number, loads: number) => void | Promise<void>,
): Promise<{ readonly loads: number; readonly status: number; readonly body: string }> {
  for (let loads = 1; ; loads++) {
    const { status, refresh, body } = await load();
    await loaded(status, loads);
    if (refresh === null) return { loads, status, body };
    await new Promise((done) => setTimeout(done, refresh * 1000));
  }
}

const load = (): Promise<{ status: number; refresh: number | null; body: string }> =>
  new Promise((resolve, reject) => {
    const headers = { Host: 'app.dev.local', Accept: 'text/html' };
    request({ port: farm.harness.port, agent: false, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => {
        const [, seconds = null] = /http-equiv="refresh" content="(\d+);/.exec(body) ?? [];
        const refresh = seconds === null ? null : Number(seconds);
        resolve({ status: response.statusCode ?? 0, refresh, body });
      });
    })
      .once('error', reject)
      .end();
  });

test('a browser that waits gets its page when the container is there, which sees one request', async () => {
  const { url, come } = await absent();
  list(url);
  farm.setOptions({ container: note('starting') });
  const seen: number[] = [];
  const { status, body } = await browse(async (answered, loads) => {
    seen.push(answered);
    if (loads === 2) await come();
  });
  expect(seen).toEqual([503, 503, 200]);
  expect([status, body]).toEqual([200, 'hello']);
  expect(started?.requests).toHaveLength(1);
  expect(started?.requests[0]?.start).toBe('GET / HTTP/1.1');
});

test('a browser that waits for a container without a backend gets its page when that is listed', async () => {
  list();
  farm.setOptions({ container: note('starting') });
  const { loads, body } = await browse((_status, count) => {
    if (count === 1) list(...farm.urls);
  });
  expect([loads, body]).toEqual([2, '0']);
  expect(farm.counts).toEqual([1, 0]);
});

test('what did not come up in time is the usual answer, which loads nothing again', async () => {
  const { url } = await absent();
  list(url);
  farm.setOptions({ container: note('starting', 500) });
  const { loads, status, body } = await browse(() => {});
  expect([loads, status]).toEqual([2, 502]);
  expect(body).toContain('BERTH_BACKEND_REFUSED');
  expect(body).toContain('web of shop did not come up in time.');
});

test('the record says what was awaited and what was tried', async () => {
  const { url } = await absent();
  list(url);
  farm.setOptions({ container: note('starting') });
  const client = await farm.dial();
  expect((await client.send(get('app.dev.local', '/', browser)).response()).status).toBe(503);
  const [record] = await farm.harness.recorded(1);
  expect(record).toMatchObject({
    status: 503,
    error: 'BERTH_CONTAINER_STARTING',
    frontend: 'app.dev.local',
    attempts: [{ index: 0, url, outcome: 'BERTH_BACKEND_REFUSED' }],
  });
});

test('programs get 503 with Retry-After, a WebSocket handshake too, and no body is sent on', async () => {
  list();
  farm.setOptions({ container: note('starting') });
  const handshake = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  const requests = [
    get('app.dev.local', '/', 'Accept: application/json\r\n'),
    get('app.dev.local', '/ws', handshake),
    `POST / HTTP/1.1\r\nHost: app.dev.local\r\n${browser}Content-Length: 4\r\n\r\nbody`,
  ];
  for (const text of requests) {
    const client = await farm.dial();
    const response = await client.send(text).response();
    expect(response.status).toBe(503);
    expect(fieldOf(response, 'retry-after')).toBe('1');
    expect(fieldOf(response, 'cache-control')).toBe('no-store');
    expect(response.body).not.toContain('http-equiv');
  }
  expect(farm.counts).toEqual([0, 0]);
});

test('a refusal is no death while the container starts, and is one when it has had its time', async () => {
  const absents = [await absent(), await absent()];
  const urls = absents.map(({ url }) => url);
  list(...urls);
  farm.setOptions({ container: note('starting') });
  const client = await farm.dial();
  expect((await client.send(get('app.dev.local')).response()).status).toBe(503);
  expect(farm.harness.failed).toEqual([]);
  expect([...farm.harness.dead]).toEqual([]);
  farm.setOptions({ container: note('starting', 0) });
  expect((await client.send(get('app.dev.local')).response()).status).toBe(502);
  expect(farm.harness.failed.map(({ url }) => url).sort()).toEqual([...urls].sort());
});

test('a backend beside the container that starts answers in its stead', async () => {
  const { url } = await absent();
  list(url, ...farm.urls);
  farm.setOptions({ container: note('starting') });
  const client = await farm.dial();
  expect((await client.send(get('app.dev.local')).response()).status).toBe(200);
  expect(farm.counts).toEqual([1, 0]);
});

test('what a backend answers, or fails with after it took a request, is never covered up', async () => {
  const failing = await startBackend({ request: () => 'SSH-2.0-OpenSSH\r\n' });
  list(failing.url);
  farm.setOptions({ container: note('starting') });
  const client = await farm.dial();
  expect((await client.send(get('app.dev.local')).response()).status).toBe(502);
  const [record] = await farm.harness.recorded(1);
  expect(record?.error).toBe('BERTH_BACKEND_PROTOCOL');
  await failing.close();
});

test('a request that may not be sent twice is not said to have reached nobody when the connection ended', async () => {
  const dropping = await startBackend({
    request: ({ connection }) => {
      connection.socket.destroy();
      return undefined;
    },
  });
  list(dropping.url);
  farm.setOptions({ container: note('starting') });
  const post = 'POST / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 0\r\n\r\n';
  for (const [text, error] of [
    [post, 'BERTH_BACKEND_RESET'],
    [get('app.dev.local'), 'BERTH_CONTAINER_STARTING'],
  ] as const) {
    const client = await farm.dial();
    await client.send(text).response();
    expect(farm.harness.records.at(-1)?.error).toBe(error);
  }
  await dropping.close();
});

test('a container without a way to it is a 502 that says where to see why', async () => {
  list();
  farm.setOptions({ container: note('unreachable') });
  const client = await farm.dial();
  const response = await client
    .send(get('app.dev.local', '/', 'Accept: application/json\r\n'))
    .response();
  expect(response.status).toBe(502);
  expect(JSON.parse(response.body).error).toMatchObject({
    code: 'BERTH_CONTAINER_UNREACHABLE',
    detail: 'Its container web of shop runs, and there is no way to its port.',
    command: 'berth containers',
  });
});

test('a container that does not run is a 502 that says how to start it', async () => {
  list();
  farm.setOptions({ container: note('stopped') });
  const client = await farm.dial();
  const response = await client
    .send(get('app.dev.local', '/', 'Accept: application/json\r\n'))
    .response();
  expect(response.status).toBe(502);
  expect(JSON.parse(response.body).error).toMatchObject({
    code: 'BERTH_CONTAINER_STOPPED',
    detail: 'Its container web of shop does not run.',
    command: 'docker compose -p shop start web',
  });
  const [record] = await farm.harness.recorded(1);
  expect(record?.error).toBe('BERTH_CONTAINER_STOPPED');
});
