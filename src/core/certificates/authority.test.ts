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
