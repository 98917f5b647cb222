import { mkdir, readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import type { HostsEvent } from '../../src/shared/contract/hosts.ts';
import type { RecordBatch } from '../../src/shared/contract/traffic.ts';
import { BerthError } from '../../src/shared/errors.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { type EchoBackend, startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { parseExposition } from '../support/exposition.ts';
import { addHost } from '../support/storeClient.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

/** The status of one request through an instance. */
async function ask({ port }: BerthProcess, host: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', headers: { Host: host } }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    })
      .once('error', reject)
      .end();
  });
}

const codeOf = async (doing: Promise<unknown>): Promise<string> => {
  const error: unknown = await doing.catch((reason: unknown) => reason);
  return error instanceof BerthError ? error.code : String(error);
};

describe('an instance that runs', () => {
  let berth: BerthProcess;
  let backend: EchoBackend;
  let client: ControlClient;
  beforeAll(async () => {
    backend = await startEchoBackend();
    berth = await startBerth();
    client = await connectControl({ socket: berth.controlSocket });
  });
  afterAll(async () => {
    client.close();
    await berth[Symbol.asyncDispose]();
    await backend[Symbol.asyncDispose]();
  });

  it('tells of itself what is so', async () => {
    const status = await client.api.instance.status();
    expect(status).toMatchObject({
      schema: 1,
      pid: berth.pid,
      mode: 'headless',
      listeners: [{ address: '127.0.0.1', port: berth.port, secure: false }],
      store: { state: 'live', driver: `embedded://127.0.0.1:${berth.storePort}` },
      accessLog: berth.accessLog,
      dashboard: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
    expect(status.workers.map(({ pid }) => pid)).toEqual(berth.workers());
    expect(client.instance.pid).toBe(berth.pid);
  });

  it('tells of itself again when something has changed', async () => {
    const seen: number[] = [];
    for await (const { requests } of await client.api.instance.watch()) {
      seen.push(requests);
      if (seen.length === 2) break;
      expect(await ask(berth, 'nobody.local')).toBe(400);
    }
    expect(seen[1]).toBe((seen[0] ?? 0) + 1);
  });

  it('answers at its address with the token of its file', async () => {
    const { dashboard } = await client.api.instance.status();
    const url = String(dashboard);
    const token = (await readFile(join(berth.home, 'run', 'control.token'), 'utf8')).trim();
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    const metrics = await fetch(`${url}/metrics`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await metrics.text()).toContain('berth_build_info');
    const remote = await connectControl({ url, token });
    expect(remote.instance.pid).toBe(berth.pid);
    remote.close();
  });

  it('serves a host from the moment it was added here', async () => {
    const added = await client.api.hosts.add({ name: 'added.local', backends: [backend.url] });
    expect(added.backends).toEqual([backend.url]);
    expect(await ask(berth, 'added.local')).toBe(200);
    await client.api.hosts.remove({ name: 'added.local' });
    await eventually('it is gone', async () => (await ask(berth, 'added.local')) === 400);
  });

  it('begins options anew that cannot be read, and takes that for what it is', async () => {
    const store = new Redis(berth.storePort);
    try {
      await store.rpush('frontend:odd.local', 'odd', backend.url);
      await store.set('berth:options:odd.local', 'no json');
      const { api } = client;
      const rulesOf = async () =>
        (await api.hosts.get({ name: 'odd.local' })).findings.map(({ rule }) => rule);
      expect(await rulesOf()).toContain('unreadable-options');
      const options = { policy: 'sticky' } as const;
      expect(await codeOf(api.hosts.set({ name: 'odd.local', options }))).toBe(
        'BERTH_INPUT_INVALID',
      );
      const view = await api.hosts.set({ name: 'odd.local', reset: true, options });
      expect(view).toMatchObject({ backends: [backend.url], options });
      expect(JSON.parse((await store.get('berth:options:odd.local')) ?? '')).toEqual(options);
      expect(await rulesOf()).toEqual([]);
      await api.hosts.set({ name: 'odd.local', reset: true });
      expect(await store.get('berth:options:odd.local')).toBeNull();
    } finally {
      store.disconnect();
    }
  });

  it('streams what anybody changes in the store', async () => {
    const changes: HostsEvent[] = [];
    for await (const event of await client.api.hosts.watch()) {
      if (event.kind === 'all') await addHost(berth.storePort, 'foreign.local', backend.url);
      else if (event.kind === 'changed') changes.push(event);
      if (changes.length > 0) break;
    }
    expect(changes).toMatchObject([{ host: { name: 'foreign.local', backends: [backend.url] } }]);
  });

  it('streams each request once, and counts it in every place', async () => {
    await addHost(berth.storePort, 'traffic.local', backend.url);
    const before = await client.api.instance.status();
    const stream = await client.api.traffic.follow({ filter: 'host:traffic.local' });
    for (let sent = 0; sent < 5; sent++) expect(await ask(berth, 'traffic.local')).toBe(200);
    expect(await ask(berth, 'foreign.local')).toBe(200);
    const seen: RecordBatch['records'][number][] = [];
    for await (const { records } of stream) {
      seen.push(...records);
      if (seen.length >= 5) break;
    }
    expect(seen.map(({ host, backend: url }) => [host, url])).toEqual(
      Array.from({ length: 5 }, () => ['traffic.local', backend.url]),
    );
    await eventually('every request is counted', async () => {
      const { requests } = await client.api.instance.status();
      return requests >= before.requests + 6;
    });
    const { hosts } = await client.api.traffic.hosts();
    expect(hosts.find(({ host }) => host === 'traffic.local')?.requests).toBe(5);
    expect(await client.api.instance.metrics()).toContain('host="traffic.local"');
  });

  it('shows a backend that is gone as down, with the reason, and in the status', async () => {
    const gone = 'http://127.0.0.1:9';
    await addHost(berth.storePort, 'down.local', gone, 'http://127.0.0.1:10');
    await eventually('it is marked', async () => {
      await ask(berth, 'down.local');
      const all = await client.api.health.list();
      const host = all.find(({ name }) => name === 'down.local');
      return host?.backends[0]?.state === 'down' && host.backends[0].reason !== '';
    });
    expect((await client.api.instance.status()).backendsDown).toBeGreaterThan(0);
  });

  it('reloads as SIGHUP does, and refuses a wrong file while everything goes on', async () => {
    const from = berth.said.length;
    await client.api.instance.reload();
    await berth.saying(/the configuration is read again/, from);
    await berth.reload({ server: { workers: 'many' } });
    expect(await codeOf(client.api.instance.reload())).toBe('BERTH_CONFIG_INVALID');
    expect(await ask(berth, 'foreign.local')).toBe(200);
    await berth.reload({});
  });
});

it('a reload with another store ends the streams of the old one, and shows the hosts of the new', async () => {
  await using backend = await startEchoBackend();
  await using other = await startBerth();
  await addHost(other.storePort, 'new.local', backend.url);
  await using berth = await startBerth();
  await addHost(berth.storePort, 'old.local', backend.url);
  const client = await connectControl({ socket: berth.controlSocket });
  await eventually('the host is known', async () => (await client.api.hosts.list()).length === 1);
  const events = await client.api.hosts.watch();
  expect((await events.next()).value).toMatchObject({ hosts: [{ name: 'old.local' }] });

  await berth.reload({ driver: `redis://127.0.0.1:${other.storePort}` });
  expect((await events.next()).done).toBe(true);
  await eventually('the new hosts are shown', async () => {
    const hosts = await client.api.hosts.list();
    return hosts.length === 1 && hosts[0]?.name === 'new.local';
  });
  expect(await ask(berth, 'new.local')).toBe(200);
  await client.api.hosts.set({ name: 'new.local', backends: [backend.url, 'http://127.0.0.1:9'] });
  const counted = parseExposition(await client.api.instance.metrics()).get('berth_backends');
  expect(counted?.samples.reduce((sum, { value }) => sum + value, 0)).toBe(2);
  client.close();
});

it('where no control socket can be made, it says so and serves', async () => {
  await using place = await temporaryDirectory();
  await using backend = await startEchoBackend();
  await mkdir(join(place.path, 'run', 'control.sock'), { recursive: true, mode: 0o700 });
  await using berth = await startBerth({ home: place.path });
  expect(berth.said).toMatch(/warning: there is no control socket: /);
  expect(berth.controlSocket).toBe('');
  await addHost(berth.storePort, 'app.local', backend.url);
  expect(await ask(berth, 'app.local')).toBe(200);
});

it('a second instance in the same directories is refused, with a shared store too', async () => {
  await using place = await temporaryDirectory();
  await using backend = await startEchoBackend();
  await using first = await startBerth({ home: place.path });
  await addHost(first.storePort, 'app.local', backend.url);
  const driver = `redis://127.0.0.1:${first.storePort}`;
  const refused: unknown = await startBerth({ home: place.path, config: { driver } }).catch(
    (error: unknown) => String(error),
  );
  expect(refused).toContain(`An instance of Berth runs here already: process ${first.pid} uses`);
  expect(refused).toMatch(/berth status.*berth stop.*BERTH_HOME.*\[BERTH_ALREADY_RUNNING\]/s);
  expect(await ask(first, 'app.local')).toBe(200);
  const client = await connectControl({ socket: first.controlSocket });
  expect(client.instance.pid).toBe(first.pid);
  client.close();
});

it("what a killed instance leaves stands in nobody's way", async () => {
  await using place = await temporaryDirectory();
  for (let times = 0; times < 2; times++) {
    const berth = await startBerth({ home: place.path });
    expect(berth.controlSocket).not.toBe('');
    await berth.killTree();
  }
  await using last = await startBerth({ home: place.path });
  const client = await connectControl({ socket: last.controlSocket });
  expect(client.instance.pid).toBe(last.pid);
  client.close();
  await last.stop();
  const left = await readdir(dirname(last.controlSocket));
  expect(left.filter((name) => name.includes('lock'))).toEqual([]);
});

it('a stop ends calls and streams, and nobody is left to ask', async () => {
  await using berth = await startBerth();
  const client = await connectControl({ socket: berth.controlSocket });
  const watching = (await client.api.instance.watch()).next();
  await watching;
  expect(await berth.stop()).toMatchObject({ code: 0 });
  await client.closed;
  expect(await codeOf(client.api.hosts.list())).toBe('BERTH_CONTROL_ENDED');
  expect(await codeOf(connectControl({ socket: berth.controlSocket }))).toBe('BERTH_NOT_RUNNING');
});
