import { createPrivateKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { makeCertificate, makeRsaCertificate } from '../support/certificates.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { dial, get } from '../support/rawClient.ts';
import { addHost } from '../support/storeClient.ts';
import { handshake, sessionOf } from '../support/tlsClient.ts';

let berth: BerthProcess;
let client: ControlClient | null = null;
afterEach(async () => {
  client?.close();
  client = null;
  await berth[Symbol.asyncDispose]();
});

const https = { bind: '127.0.0.1', port: 0 };
const start = async (config: object = {}): Promise<void> => {
  berth = await startBerth({ config: { https, ...config } });
};
const api = async () => {
  client ??= await connectControl({ socket: join(berth.home, 'run', 'control.sock') });
  return client.api;
};
const place = (name = ''): string => join(berth.home, 'data', 'certificates', name);
const ca = (): Promise<string> => readFile(place('ca.pem'), 'utf8');
const shake = async (host: string | null, trusted?: string, more = {}) =>
  handshake(berth.securePort, host, trusted ?? (await ca()), more);

/** Makes the CA by the first handshake, as a client that trusts nothing yet. */
const firstTouch = async (): Promise<string> => {
  await handshake(berth.securePort, 'first.localhost', '', { rejectUnauthorized: false });
  return await ca();
};

test('HTTPS without a key makes no CA before somebody comes, and then a certificate for each host', async () => {
  await using backend = await startEchoBackend('it');
  await start();
  await addHost(berth.storePort, 'app.dev.local', backend.url);
  expect(existsSync(place())).toBe(false);
  const trusted = await firstTouch();
  expect((await stat(place())).mode & 0o777).toBe(0o700);
  expect((await stat(place('ca-key.pem'))).mode & 0o777).toBe(0o600);
  for (const host of ['app.dev.local', 'nobody.dev.local', 'welcome.localhost']) {
    expect(await shake(host, trusted)).toMatchObject({ refusal: null, names: `DNS:${host}` });
  }
  expect((await shake(null, trusted)).refusal).toBeNull();
  expect((await shake('app.test', trusted)).refusal).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  const secure = await dial(berth.securePort, {
    tls: { ca: trusted, servername: 'app.dev.local' },
  });
  expect((await secure.send(get('app.dev.local')).response()).status).toBe(200);
  secure.destroy();
});

test('a session goes on in whichever worker the client meets', async () => {
  await start({ server: { workers: 2 } });
  const trusted = await firstTouch();
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const session = await sessionOf(berth.securePort, 'a.localhost', trusted, version);
    // Open at the same time, they are spread over the workers.
    const seen = await Promise.all(
      Array.from({ length: 8 }, () =>
        shake('a.localhost', trusted, { session, maxVersion: version }),
      ),
    );
    expect(seen.map(({ refusal, reused }) => [refusal, reused])).toEqual(
      Array.from({ length: 8 }, () => [null, true]),
    );
  }
});

test('a new suffix makes another certificate of the same CA; who trusts the first goes on where it holds', async () => {
  await start();
  const first = await firstTouch();
  await berth.reload({ https, suffixes: ['dev.local', 'test'] });
  expect((await shake('app.dev.local', first)).refusal).toBeNull();
  expect((await shake('app.test', first)).refusal).toBe('permitted subtree violation');
  const second = await ca();
  expect(second).not.toBe(first);
  expect((await shake('app.test', second)).refusal).toBeNull();
  expect(await readdir(place('previous'))).toHaveLength(1);
});

describe('a certificate that a frontend names', () => {
  const write = async (host: string, make = makeCertificate): Promise<string> => {
    const folder = join(berth.home, 'tls');
    await mkdir(folder, { recursive: true });
    const made = make(host);
    for (const [name, text] of [
      ['key.pem', made.key],
      ['cert.pem', made.cert],
    ] as const) {
      await writeFile(join(folder, `${name}.new`), text);
      await rename(join(folder, `${name}.new`), join(folder, name));
    }
    return made.cert;
  };
  const paths = () => ({
    key: join(berth.home, 'tls', 'key.pem'),
    cert: join(berth.home, 'tls', 'cert.pem'),
  });
  const begin = async (listener: object = https): Promise<void> => {
    await start({ https: listener, certificates: { directories: ['tls'] } });
    const { hosts } = await api();
    await hosts.add({ name: 'app.dev.local', backends: ['http://127.0.0.1:1'] });
    await hosts.set({ name: 'app.dev.local', options: paths() });
  };
  const isServed = async (cert: string): Promise<boolean> =>
    (await handshake(berth.securePort, 'app.dev.local', cert)).refusal === null;

  test('is served without a restart, and so is the one that takes its place', async () => {
    await begin();
    const trusted = await firstTouch();
    expect((await shake('app.dev.local', trusted)).refusal).toBeNull();
    const first = await write('app.dev.local', makeRsaCertificate);
    await eventually('it is served', () => isServed(first));
    const second = await write('app.dev.local');
    await eventually('the next one is served', () => isServed(second));
    expect((await shake('other.dev.local', trusted)).refusal).toBeNull();
    const { hosts } = await api();
    await hosts.set({ name: 'app.dev.local', options: { key: null, cert: null } });
    await eventually(
      'the CA serves it again',
      async () => (await shake('app.dev.local', trusted)).refusal === null,
    );
  });

  test('that is bad keeps the one before, and is said', async () => {
    await begin();
    const good = await write('app.dev.local');
    await eventually('it is served', () => isServed(good));
    await write('other.dev.local');
    const { certificates } = await api();
    await eventually('it is told', async () => (await certificates.list()).problems.length > 0);
    expect((await certificates.list()).problems).toEqual([
      {
        kind: 'files',
        host: 'app.dev.local',
        says: 'the certificate is not for app.dev.local, but for DNS:other.dev.local; the one that served before goes on',
      },
    ]);
    await berth.saying(/the certificate of app\.dev\.local: .* the one before goes on/);
    expect(await isServed(good)).toBe(true);
  });

  test('is served beside the one that a listener has for everybody', async () => {
    const everybody = makeCertificate('everybody.test');
    berth = await startBerth();
    const [key, cert] = [join(berth.home, 'k.pem'), join(berth.home, 'c.pem')];
    await writeFile(key, everybody.key);
    await writeFile(cert, everybody.cert);
    const { home } = berth;
    await berth.stop();
    berth = await startBerth({
      home,
      config: { https: { ...https, key, cert }, certificates: { directories: ['tls'] } },
    });
    const { hosts } = await api();
    await hosts.add({ name: 'app.dev.local', backends: ['http://127.0.0.1:1'] });
    const own = await write('app.dev.local');
    await hosts.set({ name: 'app.dev.local', options: paths() });
    await eventually('it is served', () => isServed(own));
    const other = await handshake(berth.securePort, 'everybody.test', everybody.cert);
    expect(other.refusal).toBeNull();
    expect(existsSync(place())).toBe(false);
  });
});

test('a CA that is damaged is named, and plain HTTP and hosts that are served stay as they are', async () => {
  await start();
  const trusted = await firstTouch();
  const key = await readFile(place('ca-key.pem'), 'utf8');
  await shake('known.dev.local', trusted);
  await writeFile(place('ca-key.pem'), 'nonsense');
  await eventually('new hosts fail', async () => {
    const name = `h${Math.random().toString(36).slice(2)}.dev.local`;
    return (await shake(name, trusted)).refusal === 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE';
  });
  expect((await shake('known.dev.local', trusted)).refusal).toBeNull();
  const plain = await dial(berth.port);
  expect((await plain.send(get('welcome.localhost')).response()).status).toBe(200);
  plain.destroy();
  expect(berth.said).toMatch(/The local CA cannot be used: .*ca-key\.pem holds no private key/);
  const { certificates } = await api();
  expect((await certificates.list()).problems).toEqual([
    { kind: 'authority', host: null, says: expect.stringContaining('ca-key.pem holds no private') },
  ]);
  expect(await readFile(place('ca-key.pem'), 'utf8')).toBe('nonsense');
  await writeFile(place('ca-key.pem'), key);
  await eventually(
    'new hosts are served again',
    async () => (await shake('late.dev.local', trusted)).refusal === null,
  );
});

test('a flood of names out of nowhere is bounded, and hosts with a frontend are served meanwhile', async () => {
  await start();
  await addHost(berth.storePort, 'app.dev.local', 'http://127.0.0.1:1');
  const trusted = await firstTouch();
  let refused = 0;
  const flood = (async () => {
    for (let round = 0; round < 30; round++) {
      const seen = await Promise.all(
        Array.from({ length: 20 }, (_, i) => shake(`x${round}-${i}.dev.local`, trusted)),
      );
      refused += seen.filter(({ refusal }) => refusal !== null).length;
    }
  })();
  const { certificates } = await api();
  expect((await shake('app.dev.local', trusted)).refusal).toBeNull();
  await flood;
  expect(refused).toBeGreaterThan(0);
  expect((await shake('app.dev.local', trusted)).refusal).toBeNull();
  const { hosts, left } = await certificates.list();
  expect(hosts.length + left).toBeLessThan(600);
  expect(hosts.map(({ host }) => host)).toContain('app.dev.local');
});

test('what is told of certificates is the public part, and nothing that is said or stored holds a key', async () => {
  await start();
  const trusted = await firstTouch();
  await shake('refused.test', trusted);
  const { certificates, settings, instance, hosts } = await api();
  const view = await certificates.list();
  expect(view).toMatchObject({
    authority: {
      names: ['dev.local', 'localhost'],
      addresses: ['127.0.0.0/8', '::1/128'],
      path: place('ca.pem'),
      isOutgrown: false,
    },
    needed: ['dev.local', 'localhost'],
    problems: [{ kind: 'not-permitted', host: 'refused.test' }],
  });
  const file = await certificates.authority();
  expect(file.pem).toBe(trusted);
  expect(file.fingerprint).toBe(view.authority?.fingerprint);
  const key = await readFile(place('ca-key.pem'), 'utf8');
  // The last lines of a key are its public half, which the certificate has too.
  const secrets = [
    key.split('\n')[1] ?? '',
    createPrivateKey(key).export({ format: 'jwk' }).d ?? '',
  ];
  const told = JSON.stringify([
    ...[view, file, await settings.get(), await instance.status(), await hosts.list()],
    ...[berth.said, await readFile(berth.accessLog, 'utf8').catch(() => '')],
  ]);
  expect(told).not.toContain('PRIVATE KEY');
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(40);
    expect(told).not.toContain(secret);
  }
});
