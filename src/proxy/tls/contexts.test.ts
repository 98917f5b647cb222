import type { SecureContext } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import type {
  CertificateAnswer,
  CertificateQuestion,
  ServedPair,
} from '../../shared/model/certificate.ts';
import { createContexts } from './contexts.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const host = (name: string): CertificateQuestion => ({
  ...{ name, managed: true, client: '' },
});

function bench() {
  const clock = { wall: start, monotonic: 0 };
  const asked: string[] = [];
  const made: string[] = [];
  const failures: string[] = [];
  let serial = 0;
  const state: { answer: (name: string) => CertificateAnswer } = {
    answer: () => ({ kind: 'pair', pair: pair(), isOwn: true }),
  };
  const pair = (): ServedPair => ({
    key: 'key',
    cert: `cert ${++serial}`,
    from: clock.wall - 3_600_000,
    freshUntil: clock.wall + 60 * day,
    to: clock.wall + 90 * day,
  });
  const contexts = createContexts({
    ask: async ({ name }) => {
      asked.push(name);
      return state.answer(name);
    },
    make: ({ cert }) => {
      if (cert === 'broken') throw new Error('no certificate');
      made.push(cert);
      return { context: cert } as SecureContext;
    },
    failed: (name, reason) => failures.push(`${name}: ${reason}`),
    wallClock: () => clock.wall,
    now: () => clock.monotonic,
  });
  const certOf = (name: string): string | null => {
    const found = contexts.known(host(name));
    return found?.kind === 'context' ? found.pair.cert : (found?.kind ?? null);
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { contexts, clock, asked, made, failures, state, certOf, pair, settle };
}

test('a host is asked about once, and known from then on', async () => {
  const { contexts, asked, certOf } = bench();
  expect(certOf('a.test')).toBeNull();
  await contexts.find(host('a.test'));
  expect(certOf('a.test')).toBe('cert 1');
  expect(asked).toEqual(['a.test']);
});

test('many who look for the same at once ask once, and have the same', async () => {
  const { contexts, asked, made } = bench();
  const found = await Promise.all(Array.from({ length: 50 }, () => contexts.find(host('a.test'))));
  expect(new Set(found).size).toBe(1);
  expect(asked).toHaveLength(1);
  expect(made).toHaveLength(1);
});

test('what was made while the clock was ahead is asked for anew once it is right', async () => {
  const { contexts, clock, certOf, asked, state, pair } = bench();
  await contexts.find(host('a.test'));
  clock.wall -= 2 * day;
  clock.monotonic += 60_000;
  expect(certOf('a.test')).toBeNull();
  await contexts.find(host('a.test'));
  expect(certOf('a.test')).toBe('cert 2');
  // One that begins in the future for a reason is asked about, and not with each handshake.
  state.answer = () => ({ kind: 'pair', pair: { ...pair(), from: start + day }, isOwn: true });
  await contexts.find(host('b.test'));
  for (let n = 0; n < 50; n++) expect(certOf('b.test')).toBe('cert 3');
  expect(asked).toEqual(['a.test', 'a.test', 'b.test']);
});

test('what is no longer fresh serves while it is renewed, and then the new one does', async () => {
  const { contexts, clock, certOf, settle, asked } = bench();
  await contexts.find(host('a.test'));
  clock.wall += 61 * day;
  clock.monotonic += 61 * day;
  expect(certOf('a.test')).toBe('cert 1');
  await settle();
  expect(certOf('a.test')).toBe('cert 2');
  expect(asked).toHaveLength(2);
});

test('what has ended serves nobody: it is waited for another', async () => {
  const { contexts, clock, certOf } = bench();
  await contexts.find(host('a.test'));
  clock.wall += 91 * day;
  expect(certOf('a.test')).toBeNull();
});

test('a new answer with the same certificate makes nothing anew', async () => {
  const { contexts, clock, made, state, pair, settle, certOf } = bench();
  const same = pair();
  state.answer = () => ({
    kind: 'pair',
    pair: { ...same, freshUntil: clock.wall + 60_000 },
    isOwn: true,
  });
  await contexts.find(host('a.test'));
  clock.wall += 61_000;
  clock.monotonic += 61_000;
  certOf('a.test');
  await settle();
  expect(made).toEqual([same.cert]);
});

describe('while the supervisor does not answer', () => {
  const away = (): CertificateAnswer => ({ kind: 'failed', reason: 'away' });

  test('what served goes on until its end, and is asked for again every second', async () => {
    const { contexts, clock, certOf, settle, asked, state, failures } = bench();
    await contexts.find(host('a.test'));
    state.answer = away;
    clock.wall += 61 * day;
    clock.monotonic += 61 * day;
    for (let i = 0; i < 5; i++) {
      expect(certOf('a.test')).toBe('cert 1');
      await settle();
    }
    expect(asked).toHaveLength(2);
    expect(failures).toEqual(['a.test: away']);
    clock.monotonic += limits.failedCertificateMs;
    expect(certOf('a.test')).toBe('cert 1');
    await settle();
    expect(asked).toHaveLength(3);
  });

  test('a host without one fails at once for a second, and is asked about again', async () => {
    const { contexts, clock, certOf, state, asked } = bench();
    state.answer = away;
    await contexts.find(host('a.test'));
    expect(certOf('a.test')).toBe('failed');
    clock.monotonic += limits.failedCertificateMs;
    expect(certOf('a.test')).toBeNull();
    expect(asked).toHaveLength(1);
  });
});

test('that there is none is believed for a minute', async () => {
  const { contexts, clock, certOf, state } = bench();
  state.answer = () => ({ kind: 'none' });
  await contexts.find(host('a.test'));
  expect(certOf('a.test')).toBe('none');
  clock.monotonic += limits.noCertificateMs;
  expect(certOf('a.test')).toBeNull();
});

test('a pair that cannot be used is a failure, and changes nothing for who had one', async () => {
  const { contexts, clock, certOf, state, pair, settle, failures } = bench();
  await contexts.find(host('a.test'));
  state.answer = () => ({ kind: 'pair', pair: { ...pair(), cert: 'broken' }, isOwn: true });
  clock.wall += 61 * day;
  clock.monotonic += 61 * day;
  certOf('a.test');
  await settle();
  expect(certOf('a.test')).toBe('cert 1');
  expect(failures).toEqual(['a.test: Error: no certificate']);
});

describe('what is told to be another', () => {
  test('is forgotten by its name, and a wildcard with all that it matches', async () => {
    const { contexts, certOf } = bench();
    for (const name of ['a.test', 'b.a.test', 'test', 'xa.test', '']) {
      await contexts.find(host(name));
    }
    contexts.forget(['*.a.test', 'test']);
    expect(['a.test', 'b.a.test', 'test', 'xa.test', ''].map(certOf)).toEqual([
      ...['cert 1', null, null, 'cert 4', 'cert 5'],
    ]);
    contexts.forget(null);
    expect(certOf('a.test')).toBeNull();
  });

  test('is not taken from an answer that was under way', async () => {
    const { contexts, certOf } = bench();
    const old = contexts.find(host('a.test'));
    contexts.forget(['a.test']);
    await old;
    expect(certOf('a.test')).toBeNull();
  });
});

test('so many hosts are held, those of last use', async () => {
  const { contexts, certOf } = bench();
  for (let i = 0; i <= limits.maxSecureContexts; i++) await contexts.find(host(`h${i}.test`));
  expect(certOf('h0.test')).toBeNull();
  expect(certOf('h1.test')).toBe('cert 2');
});

test.each<[string, (pair: ServedPair) => CertificateAnswer]>([
  ['names without a frontend', (pair) => ({ kind: 'pair', pair, isOwn: false })],
  ['names that have no certificate', () => ({ kind: 'none' })],
  ['names whose certificate fails', () => ({ kind: 'failed', reason: 'damaged' })],
])('%s push no host out', async (_title, answer) => {
  const { contexts, state, certOf, pair } = bench();
  await contexts.find(host('app.test'));
  state.answer = () => answer(pair());
  for (let i = 0; i < 2 * limits.maxSecureContexts; i++) await contexts.find(host(`x${i}.test`));
  expect(certOf('app.test')).toBe('cert 1');
});

test('what one client is refused is not believed of the name, and another client is asked about', async () => {
  const { contexts, asked, state, certOf, pair } = bench();
  const by = (client: string): CertificateQuestion => ({ ...host('a.test'), client });
  state.answer = () => ({ kind: 'refused', reason: 'too many' });
  const refused = contexts.find(by('10.0.0.1'));
  state.answer = () => ({ kind: 'pair', pair: pair(), isOwn: false });
  const found = contexts.find(by('10.0.0.2'));
  expect(await refused).toEqual({ kind: 'failed', reason: 'too many' });
  expect(await found).toMatchObject({ kind: 'context' });
  expect(certOf('a.test')).toBe('cert 1');
  expect(asked).toEqual(['a.test', 'a.test']);
});

test('listeners with a certificate of their own, and those without, ask for different things', async () => {
  const { contexts, state, certOf } = bench();
  state.answer = () => ({ kind: 'none' });
  await contexts.find({ name: 'a.test', managed: false, client: '' });
  expect(certOf('a.test')).toBeNull();
});
