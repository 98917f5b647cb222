import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeCertificate } from '../../../test/support/certificates.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { limits } from '../../shared/limits.ts';
import { defaultOptions, type FrontendOptions } from '../../shared/model/options.ts';
import type { FrontendEntry, TableEvent } from '../frontends/table.ts';
import { type Certificates, createCertificates } from './certificates.ts';
import { createCertificatesService } from './service.ts';

const day = 86_400_000;
let home: string;
let certificates: Certificates;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-certificates-'));
});
afterEach(async () => {
  certificates.close();
  await rm(home, { recursive: true, force: true });
});

function setUp(suffixes: readonly string[] = ['dev.local']) {
  const state = { suffixes, now: Date.now(), changed: [] as unknown[], said: [] as string[] };
  certificates = createCertificates({
    data: home,
    settings: () => ({
      suffixes: state.suffixes,
      sharedSuffixes: state.suffixes,
      names: [],
      directories: [home],
    }),
    machine: 'ada',
    changed: (names) => state.changed.push(names),
    log: (level, message) => state.said.push(`${level}: ${message}`),
    wallClock: () => state.now,
    now: () => performance.now(),
    pairsLookMs: 20,
  });
  return { state, service: createCertificatesService(certificates, () => state.now) };
}

const entryOf = (name: string, options: Partial<FrontendOptions> = {}): FrontendEntry => ({
  ...{ name, list: [name], problem: null, optionsProblem: null, revision: '' },
  ...{ options: { ...defaultOptions, ...options }, dead: new Map(), staleDead: new Map() },
});

/** A table of frontends that a test changes. */
function tableOf(...first: readonly FrontendEntry[]) {
  const entries = new Map(first.map((entry) => [entry.name, entry]));
  const listeners = new Set<(event: TableEvent) => void>();
  const tell = (event: TableEvent): void => {
    for (const listener of listeners) listener(event);
  };
  return {
    entries,
    listeners,
    subscribe: (listener: (event: TableEvent) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (entry: FrontendEntry) => {
      const previous = entries.get(entry.name) ?? null;
      entries.set(entry.name, entry);
      tell({ kind: 'changed', entry, previous });
    },
    remove: (name: string) => {
      entries.delete(name);
      tell({ kind: 'removed', name });
    },
  };
}

async function pairFor(
  commonName: string,
  ...more: string[]
): Promise<{ key: string; cert: string; text: string }> {
  const made = makeCertificate(commonName, undefined, more);
  const [key, cert] = [join(home, `${commonName}.key`), join(home, `${commonName}.crt`)];
  await writeFile(key, made.key);
  await writeFile(cert, made.cert);
  return { key, cert, text: made.cert };
}

async function namesOf(name: string, managed = true): Promise<string> {
  const answer = await certificates.answer({ name, managed, client: '127.0.0.1' });
  return answer.kind === 'pair'
    ? (new X509Certificate(answer.pair.cert).subjectAltName ?? '')
    : answer.kind;
}

test('a host under a suffix has a certificate, another has none and is told', async () => {
  const { service } = setUp();
  expect(await namesOf('app.dev.local')).toBe('DNS:app.dev.local');
  expect(await namesOf('')).toContain('IP Address:127.0.0.1');
  for (const name of ['example.com', 'dev.local.evil.com', 'x.test', 'x.test']) {
    expect(await namesOf(name)).toBe('none');
  }
  const { problems } = await service.list();
  expect(problems.map(({ kind, host }) => [kind, host])).toEqual([
    ['not-permitted', 'example.com'],
    ['not-permitted', 'dev.local.evil.com'],
    ['not-permitted', 'x.test'],
  ]);
});

test('hosts of frontends, and the page of welcome, are told from names that anybody can make up', async () => {
  setUp();
  certificates.follow(tableOf(entryOf('app.dev.local'), entryOf('*.wild.dev.local')));
  const isOwn = async (name: string): Promise<boolean | null> => {
    const answer = await certificates.answer({ name, managed: true, client: '10.0.0.1' });
    return answer.kind === 'pair' ? answer.isOwn : null;
  };
  for (const name of ['app.dev.local', 'welcome.dev.local', ''])
    expect(await isOwn(name)).toBe(true);
  const made: (boolean | null)[] = [];
  for (let i = 0; i < 2 * limits.leafBurstOfClient; i++) made.push(await isOwn(`x${i}.dev.local`));
  // The first ones are made, and then some are refused.
  expect(made.slice(0, limits.leafBurstOfClient)).not.toContain(null);
  expect(made).not.toContain(true);
  expect(made).toContain(null);
  expect(await isOwn('x.wild.dev.local')).toBe(false);
});

test('a listener with a certificate for everybody is told of hosts with their own only', async () => {
  setUp();
  const { key, cert } = await pairFor('app.dev.local');
  certificates.follow(tableOf(entryOf('app.dev.local', { key, cert })));
  await eventually('it is read', async () => (await namesOf('app.dev.local', false)) !== 'none');
  expect(await namesOf('app.dev.local', false)).toBe('DNS:app.dev.local');
  expect(await namesOf('other.dev.local', false)).toBe('none');
  expect(await namesOf('', false)).toBe('none');
});

describe('the certificate of a frontend that answers under each suffix', () => {
  const suffixes = ['localhost', 'dev.local'];

  test('serves where it is for the host; elsewhere the local CA certifies that', async () => {
    const { state } = setUp(suffixes);
    const table = tableOf(entryOf('app.localhost', await pairFor('app.localhost')));
    certificates.follow(table);
    await eventually('it is read', () => certificates.own.pairOf('app.localhost') !== null);
    expect(state.changed).toEqual([['app.localhost', 'app.dev.local']]);
    expect(await namesOf('app.localhost')).toBe('DNS:app.localhost');
    expect(await namesOf('app.dev.local')).toBe('DNS:app.dev.local');
    expect(await namesOf('app.localhost', false)).toBe('DNS:app.localhost');
    expect(await namesOf('app.dev.local', false)).toBe('none');
  });

  test('serves every host that it is for', async () => {
    setUp(suffixes);
    const both = await pairFor('app.localhost', 'app.dev.local');
    certificates.follow(tableOf(entryOf('app.localhost', both)));
    await eventually('it is read', () => certificates.own.pairOf('app.localhost') !== null);
    for (const host of ['app.localhost', 'app.dev.local']) {
      expect(await namesOf(host, false)).toBe('DNS:app.localhost, DNS:app.dev.local');
    }
  });

  test('is made at once for each of its names, however many strangers are asked for', async () => {
    setUp(suffixes);
    certificates.follow(tableOf(entryOf('app.localhost')));
    const stranger = (at: number) => namesOf(`x${at}.localhost`);
    let at = 0;
    while ((await stranger(at)).startsWith('DNS:')) {
      expect(++at).toBeLessThan(10 * limits.leafBurst);
    }
    expect(await namesOf('app.dev.local')).toBe('DNS:app.dev.local');
  });
});

describe('the certificate of a frontend', () => {
  test('follows the look-up of frontends: the nearest name decides, with or without one', async () => {
    setUp();
    const wild = await pairFor('*.dev.local');
    const table = tableOf(entryOf('*.dev.local', wild), entryOf('app.dev.local'));
    certificates.follow(table);
    await eventually('it is read', () => certificates.own.pairOf('*.dev.local') !== null);
    expect(await namesOf('any.dev.local')).toBe('DNS:*.dev.local');
    expect(await namesOf('app.dev.local')).toBe('DNS:app.dev.local');
    table.remove('app.dev.local');
    expect(await namesOf('app.dev.local')).toBe('DNS:*.dev.local');
  });

  test('comes and goes with its options, and each change is told', async () => {
    const { state } = setUp();
    const table = tableOf();
    certificates.follow(table);
    table.set(entryOf('app.dev.local', await pairFor('app.dev.local')));
    await eventually('it is told', () => state.changed.length === 1);
    table.set(entryOf('app.dev.local'));
    expect(state.changed).toEqual([['app.dev.local'], ['app.dev.local']]);
    table.set(entryOf('app.dev.local', { paused: true }));
    expect(state.changed).toHaveLength(2);
  });

  test('is that of the table of now', async () => {
    const { state } = setUp();
    const pair = await pairFor('app.dev.local');
    const old = tableOf(entryOf('app.dev.local', pair));
    certificates.follow(old);
    await eventually('it is read', () => certificates.own.pairOf('app.dev.local') !== null);
    certificates.follow(tableOf());
    expect(old.listeners.size).toBe(0);
    expect(certificates.own.pairOf('app.dev.local')).toBeNull();
    expect(state.changed).toEqual([['app.dev.local'], ['app.dev.local']]);
  });
});

test('another certificate of the CA is told to all, and what it makes is for the new suffix', async () => {
  const { state, service } = setUp();
  await namesOf('app.dev.local');
  const before = (await service.list()).authority;
  state.suffixes = ['dev.local', 'test'];
  expect((await service.list()).authority?.isOutgrown).toBe(true);
  expect(await namesOf('app.test')).toBe('DNS:app.test');
  expect(state.changed).toEqual([null]);
  const after = (await service.list()).authority;
  expect(after).toMatchObject({ names: ['dev.local', 'localhost', 'test'], isOutgrown: false });
  expect(after?.fingerprint).not.toBe(before?.fingerprint);
});

test('what is listed makes no CA, and what is asked for does', async () => {
  const { service, state } = setUp();
  expect(await service.list()).toEqual({
    ...{ authority: null, needed: ['dev.local', 'localhost'], hosts: [], left: 0, problems: [] },
  });
  const made = await service.ensure();
  expect(made.to - state.now).toBeGreaterThan(3600 * day);
  expect((await service.list()).authority).toEqual(made);
  const file = await service.authority();
  expect(new X509Certificate(Buffer.from(file.der, 'base64')).fingerprint256).toBe(
    made.fingerprint,
  );
});

test('a CA that cannot be used is said once, and told as long as it is so', async () => {
  const { service, state } = setUp();
  await service.ensure();
  await writeFile(certificates.place.certificate, 'damaged');
  state.now += 2000;
  for (let i = 0; i < 3; i++) expect(await namesOf(`h${i}.dev.local`)).toBe('failed');
  expect(state.said).toEqual([
    expect.stringMatching(/^error: The local CA cannot be used: .*ca\.pem/),
  ]);
  expect((await service.list()).problems).toMatchObject([{ kind: 'authority' }]);
});
