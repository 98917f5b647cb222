import { get } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectControl } from '../../src/core/client/index.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { type EchoBackend, startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { dial } from '../support/rawClient.ts';
import { addHost } from '../support/storeClient.ts';
import { handshake } from '../support/tlsClient.ts';
import { runVerb } from '../support/verb.ts';

let backend: EchoBackend;
let berth: BerthProcess | null = null;
beforeEach(async () => {
  backend = await startEchoBackend('it');
});
afterEach(async () => {
  await berth?.[Symbol.asyncDispose]();
  berth = null;
  await backend[Symbol.asyncDispose]();
});

const start = async (config: object | null): Promise<BerthProcess> => {
  berth = await startBerth({ config });
  return berth;
};

/** What an instance answers for a host, as text. */
const ask = async ({ port }: BerthProcess, host: string) =>
  await new Promise<{ readonly status: number; readonly body: string }>((resolve, reject) => {
    get({ host: '127.0.0.1', port, headers: { host }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    }).on('error', reject);
  });
const statusOf = async (instance: BerthProcess, host: string): Promise<number> =>
  (await ask(instance, host)).status;
const served = (instance: BerthProcess, host: string): Promise<void> =>
  eventually(`${host} is served`, async () => (await statusOf(instance, host)) === 200);

test('without a configuration file one frontend answers under both suffixes, and an unknown host says where it was looked for', async () => {
  const instance = await start(null);
  await addHost(instance.storePort, 'app.localhost', backend.url);
  await served(instance, 'app.localhost');
  expect((await ask(instance, 'app.dev.local')).body).toBe('it GET /');
  expect(backend.requests).toBe(2);
  const { status, body } = await ask(instance, 'other.dev.local');
  expect(status).toBe(400);
  const names = [...body.matchAll(/^ {2}(?:looked for)? +(\S+)$/gm)].map(([, name]) => name);
  expect(names.slice(-6)).toEqual([
    ...['other.dev.local', 'other.localhost', '*.dev.local', '*.localhost', '*.local', '*'],
  ]);
});

test('a config.json of Hipache that names no suffixes means what it always did, until it names some', async () => {
  const instance = await start({});
  await addHost(instance.storePort, 'app.localhost', backend.url);
  await served(instance, 'app.localhost');
  expect(await statusOf(instance, 'app.dev.local')).toBe(400);
  expect(await statusOf(instance, 'welcome.dev.local')).toBe(200);

  await instance.reload({ suffixes: ['localhost', 'test'] });
  await served(instance, 'app.test');
  expect(await statusOf(instance, 'app.dev.local')).toBe(400);

  await instance.reload({});
  await eventually('it is as before', async () => (await statusOf(instance, 'app.test')) === 400);
  expect(await statusOf(instance, 'app.localhost')).toBe(200);
});

test('verbs wait for a host and open it by either name, and change it by its own alone', async () => {
  const { home, port } = await start({ suffixes: ['localhost', 'dev.local'] });
  const added = await runVerb(home, ['add', 'app.dev.local', backend.url]);
  expect(added.stderr).toContain('As app.localhost a browser always finds it');
  for (const host of ['app.localhost', 'app.dev.local']) {
    expect(await runVerb(home, ['wait', host, '--timeout', '20s'])).toMatchObject({ exitCode: 0 });
    expect((await runVerb(home, ['open', host, '--print'])).stdout).toBe(
      `http://${host}:${port}/\n`,
    );
  }
  expect(backend.requests).toBe(2);
  const { stdout } = await runVerb(home, ['logs', '--trace', '--filter', 'host:app.localhost']);
  expect(stdout).toContain('lookup  app.localhost → app.dev.local');
  const removed = await runVerb(home, ['rm', 'app.localhost']);
  expect(removed.exitCode).not.toBe(0);
  expect(removed.stderr).toContain('did you mean app.dev.local?');
  expect((await runVerb(home, ['rm', 'app.dev.local'])).exitCode).toBe(0);
});

test('over HTTPS each name has a certificate of its own', async () => {
  const https = { bind: '127.0.0.1', port: 0 };
  const instance = await start({ https, suffixes: ['localhost', 'dev.local'] });
  await addHost(instance.storePort, 'app.localhost', backend.url);
  const names = async (host: string) =>
    (await handshake(instance.securePort, host, '', { rejectUnauthorized: false })).names;
  for (const host of ['app.localhost', 'app.dev.local']) {
    expect(await names(host)).toBe(`DNS:${host}`);
  }
});

test('CONNECT by either name leads to the frontend, and the record names it', async () => {
  const instance = await start({ suffixes: ['localhost', 'dev.local'] });
  await addHost(instance.storePort, 'app.localhost', backend.url);
  await served(instance, 'app.localhost');
  const client = await dial(instance.port);
  const to = 'app.dev.local:80';
  const agreed = await client
    .send(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`)
    .response('HEAD');
  expect(agreed.status).toBe(200);
  const inner = await client.send('GET /in HTTP/1.1\r\nHost: app.dev.local\r\n\r\n').response();
  expect(inner.body).toBe('it GET /in');
  client.destroy();
  const link = await connectControl({ socket: join(instance.home, 'run', 'control.sock') });
  try {
    expect((await link.api.instance.status()).sharedSuffixes).toEqual(['localhost', 'dev.local']);
    await eventually('it is recorded', async () => {
      const { records } = await link.api.traffic.recent({ filter: 'host:app.dev.local', limit: 5 });
      const found = records.find(({ target }) => target === '/in');
      return found?.frontend === 'app.localhost' && found.host === 'app.dev.local';
    });
  } finally {
    link.close();
  }
});
