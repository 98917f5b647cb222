import { describe, expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import type { Asker } from './asker.ts';
import type { StoredAuthority } from './authorityFiles.ts';
import { createIssuer, IssueRefused, type Issuer } from './issuer.ts';
import type { Validity } from './x509.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const authority = { from: start - day, to: start + 3650 * day } as StoredAuthority;

const own = (client = '127.0.0.1'): Asker => ({ standing: 'own', wildcard: '', client });
const stranger = (client = '127.0.0.1'): Asker => ({ ...own(client), standing: 'stranger' });
const under = (wildcard: string, client = '127.0.0.1'): Asker => ({
  ...{ standing: 'matched', wildcard, client },
});

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

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a certificate is made once for those who ask at the same time, and for those after', async () => {
  const { issuer, made } = bench();
  const all = await Promise.all(
    Array.from({ length: 20 }, () => issuer.leaf('a.localhost', own())),
  );
  expect(new Set(all.map(({ cert }) => cert)).size).toBe(1);
  await issuer.leaf('a.localhost', own());
  expect(made).toHaveLength(1);
});

test('it is good for less than a year, from an hour ago, and no longer than the CA', async () => {
  const { issuer } = bench();
  const { from, to } = await issuer.leaf('a.localhost', own());
  expect(from).toBe(start - 3_600_000);
  expect(to - from).toBeLessThan(365 * day);
  const ends = bench({ ca: { ...authority, from: start, to: start + 10 * day } });
  expect(await ends.issuer.leaf('a.localhost', own())).toMatchObject({
    from: start,
    to: start + 10 * day,
  });
});

test('another one is made thirty days before the end', async () => {
  const { issuer, clock, made } = bench();
  const first = await issuer.leaf('a.localhost', own());
  clock.wall = first.to - 31 * day;
  await issuer.leaf('a.localhost', own());
  expect(made).toHaveLength(1);
  clock.wall = first.to - 29 * day;
  const second = await issuer.leaf('a.localhost', own());
  expect(made).toHaveLength(2);
  expect(second.from).toBe(clock.wall - 3_600_000);
});

test('a clock that was set back gets a certificate for its time', async () => {
  const { issuer, clock, made } = bench();
  await issuer.leaf('a.localhost', own());
  clock.wall = start - day / 2;
  await issuer.leaf('a.localhost', own());
  expect(made).toHaveLength(2);
});

test('those that were used last are held, and no more than a limit', async () => {
  const { issuer, made } = bench();
  for (let i = 0; i <= limits.maxLeaves; i++) await issuer.leaf(`h${i}.localhost`, own());
  expect(issuer.held.size).toBe(limits.maxLeaves);
  await issuer.leaf('h0.localhost', own());
  expect(made).toHaveLength(limits.maxLeaves + 2);
});

describe('a flood', () => {
  /** Asks for so many names. @returns how many were refused */
  async function flood(issuer: Issuer, asker: Asker, count: number, word = 'x'): Promise<number> {
    let refused = 0;
    for (let i = 0; i < count; i++) {
      await issuer.leaf(`${word}${i}.localhost`, asker).catch((error: unknown) => {
        expect(error).toBeInstanceOf(IssueRefused);
        refused++;
      });
    }
    return refused;
  }

  test('of names without a frontend is made so many a second, a part for each client, and hosts are made all the same', async () => {
    const { issuer, clock } = bench();
    expect(await flood(issuer, stranger('10.0.0.1'), limits.leafBurst)).toBe(
      limits.leafBurst - limits.leafBurstOfClient,
    );
    expect(await flood(issuer, stranger('10.0.0.2'), limits.leafBurst, 'y')).toBe(
      limits.leafBurst - limits.leafBurstOfClient,
    );
    await expect(issuer.leaf('z.localhost', stranger('10.0.0.3'))).rejects.toThrow('a frontend');
    await issuer.leaf('app.localhost', own('10.0.0.1'));
    await issuer.leaf(null, own(''));
    clock.monotonic += 1000;
    const { leavesOfClientPerSecond } = limits;
    expect(await flood(issuer, stranger('10.0.0.1'), leavesOfClientPerSecond + 5, 'v')).toBe(5);
    expect(await flood(issuer, stranger('10.0.0.3'), leavesOfClientPerSecond, 'w')).toBe(0);
  });

  test('of one wildcard is none of another, and strangers take nothing of a wildcard', async () => {
    const { issuer } = bench();
    const all = limits.leafBurst;
    for (const client of ['10.0.0.1', '10.0.0.2']) {
      await flood(issuer, stranger(client), all, `s${client}`);
      await flood(issuer, under('*.a.localhost', client), all, `a${client}`);
    }
    await expect(
      issuer.leaf('x.a.localhost', under('*.a.localhost', '10.0.0.3')),
    ).rejects.toThrow();
    await issuer.leaf('x.b.localhost', under('*.b.localhost', '10.0.0.1'));
  });

  test('pushes no host out of what is held, and what was made before is there without asking', async () => {
    const { issuer, clock, made } = bench();
    await issuer.leaf('app.localhost', own());
    await issuer.leaf('nobody.localhost', stranger());
    for (let i = 0; i <= limits.maxOtherLeaves; i++) {
      clock.monotonic += 1000;
      await issuer.leaf(`x${i}.localhost`, stranger());
    }
    const before = made.length;
    await issuer.leaf('app.localhost', own());
    expect(made).toHaveLength(before);
    expect(issuer.held.size).toBe(limits.maxOtherLeaves + 1);
  });

  test('is made beside hosts, in a part of the places; a host that comes later goes before what waits', async () => {
    const { issuer, state, waiting, made } = bench();
    state.held = true;
    const strangers = Array.from({ length: 20 }, (_, i) =>
      issuer.leaf(`x${i}.localhost`, stranger('10.0.0.1')),
    );
    await turn();
    expect(waiting).toHaveLength(limits.maxOtherLeavesAtOnce);
    const host = issuer.leaf('app.localhost', own());
    await turn();
    expect(waiting).toHaveLength(limits.maxOtherLeavesAtOnce + 1);
    state.held = false;
    waiting.at(-1)?.();
    await host;
    expect(made.map(({ host: name }) => name)).toEqual(['app.localhost']);
    for (const go of waiting) go();
    await Promise.all(strangers);
  });

  test('of hosts has clients take turns, and is refused beyond what may wait', async () => {
    const { issuer, state, waiting, made } = bench();
    state.held = true;
    const places = limits.maxLeavesAtOnce + limits.maxWaitingLeavesOfClient;
    const all = Array.from({ length: places }, (_, i) =>
      issuer.leaf(`h${i}.localhost`, own('10.0.0.1')),
    );
    await expect(issuer.leaf('more.localhost', own('10.0.0.1'))).rejects.toBeInstanceOf(
      IssueRefused,
    );
    const other = issuer.leaf('other.localhost', own('10.0.0.2'));
    await turn();
    state.held = false;
    for (const go of waiting) go();
    await other;
    const order = made.map(({ host }) => host);
    // Behind those that were being made, and one of the first client's.
    expect(order.indexOf('other.localhost')).toBeLessThanOrEqual(limits.maxLeavesAtOnce + 1);
    await Promise.all(all);
    await issuer.leaf('more.localhost', own('10.0.0.1'));
  });
});

test('a failure is of those who asked, and the next one tries again', async () => {
  const { issuer, state } = bench();
  state.fail = new Error('damaged');
  await expect(issuer.leaf('a.localhost', own())).rejects.toThrow('damaged');
  state.fail = null;
  expect((await issuer.leaf('a.localhost', own())).cert).toBe('cert 1');
});

test('after another certificate of the CA, each is made anew, also one that was under way', async () => {
  const { issuer, made, state, waiting } = bench();
  state.held = true;
  const old = issuer.leaf('a.localhost', own());
  await new Promise((resolve) => setImmediate(resolve));
  issuer.forget();
  state.held = false;
  waiting[0]?.();
  expect((await old).cert).toBe('cert 1');
  expect((await issuer.leaf('a.localhost', own())).cert).toBe('cert 2');
  expect(made).toHaveLength(2);
});
