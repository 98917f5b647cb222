import { describe, expect, test } from 'vitest';
import type { TrustStoreView, TrustView } from '../../../../shared/contract/trust.ts';
import {
  resultLook,
  storesInOrder,
  storesToAdd,
  storesToRemove,
  trustLook,
  trustSummary,
} from './trustWords.ts';

const step = { says: 'Copies it', command: 'cp a b', needsRoot: false };

const store = (fields: Partial<TrustStoreView> = {}): TrustStoreView => ({
  id: 'system',
  title: 'System',
  state: 'absent',
  proof: 'handshake',
  evidence: 'curl refuses',
  byDefault: true,
  needsRoot: true,
  add: [step],
  remove: [],
  ...fields,
});

const trusted = { state: 'trusted', add: [], remove: [step] } as const;

const view = (stores: readonly TrustStoreView[], isTrusted = false): TrustView => ({
  authority: { path: '/ca.pem', fingerprint: 'AB', subject: 'CN=Berth', validUntil: 1 },
  isTrusted,
  stores,
  hints: [],
});

test('only a handshake makes a store green', () => {
  expect(trustLook({ state: 'trusted', proof: 'handshake' }).status).toBe('up');
  expect(trustLook({ state: 'trusted', proof: 'listed' })).toEqual({
    status: 'unknown',
    word: 'listed',
  });
  for (const state of ['outdated', 'absent', 'unavailable', 'unknown'] as const) {
    expect(trustLook({ state, proof: 'handshake' }).status).not.toBe('up');
  }
});

test('who could not be asked for the rights is told apart from what failed', () => {
  expect(resultLook({ outcome: 'needsRights' }).status).toBe('degraded');
  expect(resultLook({ outcome: 'failed' }).status).toBe('down');
});

test('adding is about those that are changed unasked, removing about all that have something', () => {
  const stores = [
    store({ id: 'a' }),
    store({ id: 'b', byDefault: false }),
    store({ id: 'c', ...trusted }),
    store({ id: 'd', byDefault: false, ...trusted }),
  ];
  expect(storesToAdd({ stores }).map(({ id }) => id)).toEqual(['a']);
  expect(storesToRemove({ stores }).map(({ id }) => id)).toEqual(['c', 'd']);
});

test('a store that is not here is set apart, unless something of this instance is in it', () => {
  const away = store({ id: 'away', state: 'unavailable', add: [] });
  const left = store({ id: 'left', state: 'unavailable', remove: [step] });
  const { here, away: others } = storesInOrder([away, store(), left]);
  expect(here.map(({ id }) => id)).toEqual(['system', 'left']);
  expect(others).toEqual([away]);
});

describe('trust as a whole', () => {
  const summary = (given: TrustView) => trustSummary(given);

  test('is green when a handshake has shown it of every store that counts', () => {
    const stores = [
      store(trusted),
      store({ id: 'away', state: 'unavailable' }),
      store({ id: 'unasked', byDefault: false }),
    ];
    expect(summary(view(stores, true)).status).toBe('up');
  });

  test('is not green where a store only lists it', () => {
    const stores = [store(trusted), store({ id: 'firefox', ...trusted, proof: 'listed' })];
    expect(summary(view(stores, true))).toEqual({
      status: 'unknown',
      word: 'Every store lists it; a handshake has shown so for 1 of 2.',
    });
  });

  test('says how many do, where not all do', () => {
    expect(summary(view([store(trusted), store({ id: 'b' })])).word).toContain('1 of 2 stores');
    expect(summary(view([store()])).word).toContain('browsers warn');
  });

  test('an earlier certificate goes before all else', () => {
    expect(summary(view([store(trusted), store({ state: 'outdated' })])).status).toBe('degraded');
  });

  test('is nothing without a CA', () => {
    expect(summary({ ...view([store()]), authority: null }).word).toContain('no local CA');
  });
});
