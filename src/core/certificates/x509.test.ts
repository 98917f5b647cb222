import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { neededNames } from './names.ts';
import {
  type Authority,
  type KeyPair,
  makeAuthorityCertificate,
  makeLeaf,
  makeSigningKey,
  readAuthority,
  readSigningKey,
} from './x509.ts';

const run = promisify(execFile);
const year = 365 * 86_400_000;
const now = Date.now();
const long = { from: now - 86_400_000, to: now + 10 * year };
const short = { from: now - 3_600_000, to: now + year / 4 };
const subject = 'CN=Berth local CA of test, O=Berth';

let authority: Authority;
let folder: string;
beforeAll(async () => {
  const key = await makeSigningKey();
  const names = neededNames(['localhost', 'dev.local'], ['app.example.com']);
  authority = { key, cert: await makeAuthorityCertificate(key, subject, names, long) };
  folder = await mkdtemp(join(tmpdir(), 'berth-x509-'));
  await writeFile(join(folder, 'ca.pem'), authority.cert);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What OpenSSL says of a leaf: nothing, or why it is refused. */
async function refusalByOpenssl(pair: KeyPair, host: string): Promise<string | null> {
  const file = join(folder, 'leaf.pem');
  await writeFile(file, pair.cert);
  const verify = [isIP(host) === 0 ? '-verify_hostname' : '-verify_ip', host];
  const argv = ['verify', '-x509_strict', '-purpose', 'sslserver', ...verify];
  return await run('openssl', [...argv, '-CAfile', join(folder, 'ca.pem'), file]).then(
    () => null,
    ({ stderr }: { stderr: string }) => /error \d+ [^\n]*: (.*)/.exec(stderr)?.[1] ?? stderr,
  );
}

async function served<T>(pair: KeyPair, use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer(pair, (socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

/** The same of Node's client. */
const refusalByNode = (pair: KeyPair, host: string): Promise<string | null> =>
  served(
    pair,
    (port) =>
      new Promise((resolve) => {
        const servername = isIP(host) === 0 ? host : '';
        const client = connect({ port, host: '127.0.0.1', servername, ca: authority.cert });
        client.once('secureConnect', () => {
          client.destroy();
          resolve(null);
        });
        client.once('error', (error: Error) => resolve(error.message));
      }),
  );

/** The same of curl: its exit code. */
const refusalByCurl = (pair: KeyPair, host: string): Promise<number | null> =>
  served(pair, async (port) => {
    const name = ['--resolve', `${host}:${port}:127.0.0.1`, `https://${host}:${port}/`];
    const argv = ['-sS', '--noproxy', '*', '--cacert', join(folder, 'ca.pem'), ...name];
    return await run('curl', argv, { env: {} }).then(
      () => null,
      ({ code }: { code: number }) => code,
    );
  });

describe('a leaf for a name that the CA may sign', () => {
  test.each(['localhost', 'app.localhost', 'dev.local', 'a.b.dev.local', 'app.example.com'])(
    '%s is accepted by OpenSSL, Node and curl',
    async (host) => {
      const leaf = await makeLeaf(authority, host, short);
      expect(await refusalByOpenssl(leaf, host)).toBeNull();
      expect(await refusalByNode(leaf, host)).toBeNull();
      expect(await refusalByCurl(leaf, host)).toBeNull();
    },
  );

  test('it is for servers, for this name alone, and for less than a year', async () => {
    const leaf = new X509Certificate((await makeLeaf(authority, 'app.dev.local', short)).cert);
    expect(leaf.subjectAltName).toBe('DNS:app.dev.local');
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(leaf.ca).toBe(false);
    expect(Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)).toBeLessThan(year);
  });

  test('it ends no later than its CA, and begins no earlier', async () => {
    const leaf = await makeLeaf(authority, 'a.localhost', { from: 0, to: now + 99 * year });
    const ca = new X509Certificate(authority.cert);
    const { validFrom, validTo } = new X509Certificate(leaf.cert);
    expect([validFrom, validTo]).toEqual([ca.validFrom, ca.validTo]);
  });

  test('a name that is longer than a common name may be has its place all the same', async () => {
    const host = `${'a'.repeat(60)}.${'b'.repeat(60)}.dev.local`;
    const leaf = await makeLeaf(authority, host, short);
    expect(await refusalByOpenssl(leaf, host)).toBeNull();
  });
});

test.each(['app.test', 'example.com', 'xdev.local', 'local', 'google.com'])(
  'a leaf for %s, which the CA may not sign, is refused by OpenSSL, Node and curl',
  async (host) => {
    const leaf = await makeLeaf(authority, host, short);
    expect(await refusalByOpenssl(leaf, host)).toBe('permitted subtree violation');
    expect(await refusalByNode(leaf, host)).toBe('permitted subtree violation');
    expect(await refusalByCurl(leaf, host)).toBe(60);
  },
);

test('a leaf is refused for each of its names when the CA may not sign for one of them', async () => {
  const leaf = await makeLeaf(authority, 'localhost', short, ['a.dev.local', 'app.test']);
  expect(await refusalByOpenssl(leaf, 'localhost')).toBe('permitted subtree violation');
  expect(await refusalByNode(leaf, 'localhost')).toBe('permitted subtree violation');
  expect(await refusalByCurl(leaf, 'localhost')).toBe(60);
  const well = await makeLeaf(authority, 'localhost', short, ['a.dev.local']);
  expect(await refusalByOpenssl(well, 'localhost')).toBeNull();
});

test('clients that name no host are given localhost and loopback addresses, and no other is allowed', async () => {
  const leaf = await makeLeaf(authority, null, short);
  for (const host of ['127.0.0.1', '::1', 'localhost']) {
    expect(await refusalByOpenssl(leaf, host)).toBeNull();
  }
  expect(await refusalByNode(leaf, '127.0.0.1')).toBeNull();
  expect(await refusalByCurl(leaf, '127.0.0.1')).toBeNull();
  expect(await refusalByOpenssl(leaf, '127.0.0.2')).toBe('IP address mismatch');
});

test('the CA is one, with its names as a critical constraint, and no further CA below it', async () => {
  const { stdout } = await run('openssl', [
    ...['x509', '-in', join(folder, 'ca.pem'), '-noout', '-text'],
  ]);
  expect(stdout).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
  expect(stdout).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
  expect(stdout).toMatch(
    /Name Constraints: critical\s+Permitted:\s+DNS:app.example.com\s+DNS:dev.local\s+DNS:localhost\s+IP:127.0.0.0\/255.0.0.0\s+IP:0:0:0:0:0:0:0:1\/FFFF/,
  );
  expect(stdout).toContain('prime256v1');
  const check = new X509Certificate(authority.cert);
  expect(check.verify(check.publicKey)).toBe(true);
});

test('what a CA may sign is read from its certificate', () => {
  expect(readAuthority(authority.cert)).toEqual({
    isCa: true,
    permitted: ['app.example.com', 'dev.local', 'localhost'],
    subject,
    from: Math.floor(long.from / 1000) * 1000,
    to: Math.floor(long.to / 1000) * 1000,
  });
});

test('a second certificate of the same key allows more; a store with the first one takes what that allowed', async () => {
  const key = await readSigningKey(authority.key.pem);
  const names = neededNames(['localhost', 'dev.local', 'test'], ['app.example.com']);
  const next = { key, cert: await makeAuthorityCertificate(key, subject, names, long) };
  // The client has the first certificate, the leaves are made with the second.
  expect(await refusalByNode(await makeLeaf(next, 'app.dev.local', short), 'app.dev.local')).toBe(
    null,
  );
  expect(await refusalByNode(await makeLeaf(next, 'app.test', short), 'app.test')).toBe(
    'permitted subtree violation',
  );
  // One that has both, in whatever order, takes both.
  for (const ca of [authority.cert + next.cert, next.cert + authority.cert]) {
    await writeFile(join(folder, 'ca.pem'), ca);
    expect(await refusalByOpenssl(await makeLeaf(next, 'a.dev.local', short), 'a.dev.local')).toBe(
      null,
    );
  }
  await writeFile(join(folder, 'ca.pem'), authority.cert);
});
