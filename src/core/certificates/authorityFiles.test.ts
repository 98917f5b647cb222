import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureAuthority, previousCertificates, readAuthorityFiles } from './authorityFiles.ts';
import { type AuthorityPlace, authorityPlace } from './place.ts';
import { makeSigningKey } from './x509.ts';

const now = Date.UTC(2026, 0, 1);
const year = 365 * 86_400_000;
const needs = { names: ['dev.local', 'localhost'], machine: 'ada', now };
const more = { ...needs, names: ['dev.local', 'localhost', 'test'] };

let home: string;
let place: AuthorityPlace;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-ca-'));
  place = authorityPlace(home);
});
afterEach(() => rm(home, { recursive: true, force: true }));

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test('a new CA is for its user alone, and the same one afterwards', async () => {
  expect(await readAuthorityFiles(place)).toBeNull();
  const made = await ensureAuthority(place, needs);
  expect(await modeOf(place.directory)).toBe(0o700);
  expect(await modeOf(place.key)).toBe(0o600);
  expect(made.subject).toBe('CN=Berth local CA of ada, O=Berth');
  expect(made.permitted).toEqual(needs.names);
  expect(made.to - now).toBe(10 * year);
  expect(await readdir(place.directory)).toEqual(['ca-key.pem', 'ca.pem']);
  const again = await ensureAuthority(place, needs);
  expect(again.fingerprint).toBe(made.fingerprint);
});

test('of many that make one at the same time, all go on with the same', async () => {
  const all = await Promise.all(Array.from({ length: 12 }, () => ensureAuthority(place, needs)));
  const stored = await readAuthorityFiles(place);
  expect(new Set(all.map(({ fingerprint }) => fingerprint))).toEqual(
    new Set([stored?.fingerprint]),
  );
  expect(new Set(all.map(({ key }) => key.pem)).size).toBe(1);
  expect(await readdir(place.directory)).toEqual(['ca-key.pem', 'ca.pem']);
});

test('what others may do with a key is taken from them', async () => {
  await ensureAuthority(place, needs);
  await chmod(place.key, 0o644);
  await readAuthorityFiles(place);
  expect(await modeOf(place.key)).toBe(0o644);
  await ensureAuthority(place, needs);
  expect(await modeOf(place.key)).toBe(0o600);
});

test('a process that was ended between key and certificate leaves a CA that is finished', async () => {
  await ensureAuthority(place, needs);
  const key = await readFile(place.key, 'utf8');
  await rm(place.certificate);
  expect(await readAuthorityFiles(place)).toBeNull();
  expect((await ensureAuthority(place, needs)).key.pem).toBe(key);
});

describe('another certificate of the same key', () => {
  test('is made for a new name, and the one before is kept', async () => {
    const first = await ensureAuthority(place, needs);
    const second = await ensureAuthority(place, more);
    expect(second.fingerprint).not.toBe(first.fingerprint);
    expect(second.key.pem).toBe(first.key.pem);
    expect(second.permitted).toEqual(more.names);
    expect(second.subject).toBe(first.subject);
    const [old, present] = [first, second].map(({ cert }) => new X509Certificate(cert));
    expect(old?.subject).toBe(present?.subject);
    expect(old?.serialNumber).not.toBe(present?.serialNumber);
    expect(await previousCertificates(place)).toEqual([first.cert]);
  });

  test('is not made when fewer names are needed', async () => {
    const first = await ensureAuthority(place, more);
    expect((await ensureAuthority(place, needs)).fingerprint).toBe(first.fingerprint);
    expect(await previousCertificates(place)).toEqual([]);
  });

  test('is made half a year before the end', async () => {
    const first = await ensureAuthority(place, needs);
    const later = { ...needs, now: now + 10 * year - 181 * 86_400_000 };
    expect((await ensureAuthority(place, later)).fingerprint).toBe(first.fingerprint);
    const next = await ensureAuthority(place, { ...later, now: later.now + 2 * 86_400_000 });
    expect(next.fingerprint).not.toBe(first.fingerprint);
    expect(next.key.pem).toBe(first.key.pem);
  });

  test('the oldest are forgotten', async () => {
    for (let i = 0; i < 35; i++) {
      await ensureAuthority(place, { ...needs, names: [`s${i}.test`, 'localhost'] });
    }
    expect((await previousCertificates(place)).length).toBe(32);
  });
});

describe('what is damaged is named, and stays as it is', () => {
  const refused = async (file: string, text: string | null, problem: RegExp): Promise<void> => {
    await ensureAuthority(place, needs);
    if (text === null) await rm(file);
    else await writeFile(file, text);
    const before = await readdir(place.directory);
    await expect(ensureAuthority(place, more)).rejects.toMatchObject({
      code: 'BERTH_CA_UNUSABLE',
      detail: expect.stringMatching(problem),
    });
    expect(await readdir(place.directory)).toEqual(before);
    if (text !== null) expect(await readFile(file, 'utf8')).toBe(text);
  };

  test('a key that is cut off', async () => {
    await refused(
      place.key,
      '-----BEGIN PRIVATE KEY-----\nMIG',
      /ca-key\.pem holds no private key/,
    );
  });
  test('an empty key', async () => {
    await refused(place.key, '', /ca-key\.pem holds no private key/);
  });
  test('a certificate that is none', async () => {
    await refused(place.certificate, 'hello', /ca\.pem holds no certificate/);
  });
  test('a key that is missing', async () => {
    await refused(
      place.key,
      null,
      /ca-key\.pem is missing, while its certificate .*ca\.pem is there/,
    );
  });
  test('another key', async () => {
    const { pem } = await makeSigningKey();
    await refused(place.key, pem, /ca\.pem does not belong to the key .*ca-key\.pem/);
  });

  test('nothing of the key is in the message', async () => {
    await ensureAuthority(place, needs);
    const key = await readFile(place.key, 'utf8');
    await writeFile(place.key, key.slice(0, -60));
    const error = await ensureAuthority(place, needs).catch((caught: unknown) => caught);
    const said = JSON.stringify([String(error), (error as Error).stack]);
    for (const line of key.split('\n').slice(1, -2)) expect(said).not.toContain(line);
  });
});

test('a directory that cannot be made is named', async () => {
  const blocked = join(home, 'file');
  await writeFile(blocked, '');
  await expect(ensureAuthority(authorityPlace(blocked), needs)).rejects.toMatchObject({
    code: 'BERTH_CA_UNUSABLE',
    detail: expect.stringContaining(join(blocked, 'certificates')),
  });
});
