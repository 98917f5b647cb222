import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAuthority } from './authority.ts';
import { authorityPlace } from './place.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(`${tmpdir()}/berth-authority-`);
});
afterEach(() => rm(home, { recursive: true, force: true }));

function bench() {
  const state = { names: ['localhost'], now: Date.now(), changes: 0 };
  const place = authorityPlace(home);
  const authority = createAuthority({
    place,
    names: () => state.names,
    machine: 'ada',
    wallClock: () => state.now,
    changed: () => {
      state.changes++;
    },
  });
  return { state, place, authority };
}

test('looking for it makes none', async () => {
  const { authority } = bench();
  expect(await authority.find()).toBeNull();
  const made = await authority.ensure();
  expect((await authority.find())?.fingerprint).toBe(made.fingerprint);
});

test('a suffix that is new gives it another certificate, once for all who ask', async () => {
  const { authority, state } = bench();
  const first = await authority.ensure();
  expect(state.changes).toBe(0);
  state.names = ['localhost', 'test'];
  const all = await Promise.all([authority.ensure(), authority.ensure(), authority.ensure()]);
  expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(1);
  expect(all[0]?.fingerprint).not.toBe(first.fingerprint);
  expect(state.changes).toBe(1);
});

test('a clock that was years ahead leaves nothing behind: the certificate that is trusted is the one again', async () => {
  const { authority, state } = bench();
  const trusted = await authority.ensure();
  const now = state.now;
  state.now += 15 * 365 * 86_400_000;
  const ahead = await authority.ensure();
  expect(ahead.from).toBeGreaterThan(now);
  state.now = now + 60_000;
  expect((await authority.ensure()).fingerprint).toBe(trusted.fingerprint);
  // One that does not allow all names is no reason to wait for years.
  state.now += 15 * 365 * 86_400_000;
  await authority.ensure();
  state.names = ['localhost', 'test'];
  state.now = now + 120_000;
  const wider = await authority.ensure();
  expect(wider.from).toBeLessThan(state.now);
  expect(wider.permitted).toEqual(['localhost', 'test']);
});

test('a clock that has forgotten the year has no certificate made', async () => {
  const { authority, state } = bench();
  const first = await authority.ensure();
  state.now = 0;
  expect((await authority.ensure()).fingerprint).toBe(first.fingerprint);
  expect(state.changes).toBe(0);
});

test('files that were replaced count within a second', async () => {
  const other = await mkdtemp(`${tmpdir()}/berth-authority-`);
  const { authority, state, place } = bench();
  const first = await authority.ensure();
  const strange = createAuthority({
    place: authorityPlace(other),
    names: () => ['localhost'],
    machine: 'bob',
    wallClock: Date.now,
    changed: () => {},
  });
  const foreign = await strange.ensure();
  await copyFile(authorityPlace(other).key, place.key);
  await copyFile(authorityPlace(other).certificate, place.certificate);
  expect((await authority.ensure()).fingerprint).toBe(first.fingerprint);
  state.now += 1001;
  expect((await authority.ensure()).fingerprint).toBe(foreign.fingerprint);
  expect(state.changes).toBe(1);
  await rm(other, { recursive: true, force: true });
});
