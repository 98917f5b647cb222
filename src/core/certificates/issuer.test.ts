import { describe, expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import type { StoredAuthority } from './authorityFiles.ts';
import { createIssuer, IssueRefused } from './issuer.ts';
import type { Validity } from './x509.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const authority = { from: start - day, to: start + 3650 * day } as StoredAuthority;

function bench({ ca = authority } = {}) {
  const clock = { wall: start, monotonic: 0 };
  const made: { host: string | null; validity: Validity }[] = [];
  const waiting: (() => void)[] = [];
  const state = { held: false, fail: null as Error | null };
  const issuer = createIssuer({
    authority: async () => {
      if (state.fail !== null) throw state.fail;
      return ca;
    },
    make: async (_authority, host, validity) => {
      if (state.held) await new Promise<void>((resolve) => waiting.push(resolve));
      made.push({ host, validity });
      return { key: `key ${made.length}`, cert: `cert ${made.length}` };
    },
    wallClock: () => clock.wall,
    now: () => clock.monotonic,
  });
  return { issuer, clock, made, waiting, state };
}

test('a certificate is made once for those who ask at the same time, and for those after', async () => {
  const { issuer, made } = bench();
  const all = await Promise.all(Array.from({ length: 20 }, () => issuer.leaf('a.localhost', true)));
  expect(new Set(all.map(({ cert }) => cert)).size).toBe(1);
  await issuer.leaf('a.localhost', true);
  expect(made).toHaveLength(1);
});

test('it is good for less than a year, from an hour ago, and no longer than the CA', async () => {
  const { issuer } = bench();
  const { from, to } = await issuer.leaf('a.localhost', true);
  expect(from).toBe(start - 3_600_000);
  expect(to - from).toBeLessThan(365 * day);
  const ends = bench({ ca: { ...authority, from: start, to: start + 10 * day } });
  expect(await ends.issuer.leaf('a.localhost', true)).toMatchObject({
    from: start,
    to: start + 10 * day,
  });
});

test('another one is made thirty days before the end', async () => {
  const { issuer, clock, made } = bench();
  const first = await issuer.leaf('a.localhost', true);
  clock.wall = first.to - 31 * day;
  await issuer.leaf('a.localhost', true);
  expect(made).toHaveLength(1);
  clock.wall = first.to - 29 * day;
  const second = await issuer.leaf('a.localhost', true);
  expect(made).toHaveLength(2);
  expect(second.from).toBe(clock.wall - 3_600_000);
});

test('a clock that was set back gets a certificate for its time', async () => {
  const { issuer, clock, made } = bench();
  await issuer.leaf('a.localhost', true);
  clock.wall = start - day / 2;
  await issuer.leaf('a.localhost', true);
  expect(made).toHaveLength(2);
});

test('those that were used last are held, and no more than a limit', async () => {
  const { issuer, made } = bench();
  for (let i = 0; i <= limits.maxLeaves; i++) await issuer.leaf(`h${i}.localhost`, true);
  expect(issuer.held.size).toBe(limits.maxLeaves);
  await issuer.leaf('h0.localhost', true);
  expect(made).toHaveLength(limits.maxLeaves + 2);
});

describe('a flood', () => {
  test('of names without a frontend is made so many a second, and hosts that are known are made all the same', async () => {
    const { issuer, clock } = bench();
    let refused = 0;
    for (let i = 0; i < limits.leafBurst + 100; i++) {
      await issuer.leaf(`x${i}.localhost`, false).catch((error: unknown) => {
        expect(error).toBeInstanceOf(IssueRefused);
        refused++;
      });
    }
    expect(refused).toBe(100);
    await issuer.leaf('app.localhost', true);
    await issuer.leaf(null, false);
    clock.monotonic += 1000;
    for (let i = 0; i < limits.leavesPerSecond; i++) await issuer.leaf(`y${i}.localhost`, false);
    await expect(issuer.leaf('y.localhost', false)).rejects.toThrow('without a frontend');
  });

  test('at the same time is refused beyond a limit, and is over when it is over', async () => {
    const { issuer, state, waiting } = bench();
    state.held = true;
    const all = Array.from({ length: limits.maxPendingLeaves }, (_, i) =>
      issuer.leaf(`h${i}.localhost`, true),
    );
    await expect(issuer.leaf('more.localhost', true)).rejects.toBeInstanceOf(IssueRefused);
    await new Promise((resolve) => setImmediate(resolve));
    state.held = false;
    for (const go of waiting) go();
    await Promise.all(all);
    await issuer.leaf('more.localhost', true);
  });
});

test('a failure is of those who asked, and the next one tries again', async () => {
  const { issuer, state } = bench();
  state.fail = new Error('damaged');
  await expect(issuer.leaf('a.localhost', true)).rejects.toThrow('damaged');
  state.fail = null;
  expect((await issuer.leaf('a.localhost', true)).cert).toBe('cert 1');
});

test('after another certificate of the CA, each is made anew, also one that was under way', async () => {
  const { issuer, made, state, waiting } = bench();
  state.held = true;
  const old = issuer.leaf('a.localhost', true);
  await new Promise((resolve) => setImmediate(resolve));
  issuer.forget();
  state.held = false;
  waiting[0]?.();
  expect((await old).cert).toBe('cert 1');
  expect((await issuer.leaf('a.localhost', true)).cert).toBe('cert 2');
  expect(made).toHaveLength(2);
});
