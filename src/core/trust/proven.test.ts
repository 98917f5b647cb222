import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TrustStoreView, TrustView } from '../../shared/contract/trust.ts';
import { followTrust, type ProvenTrust } from './proven.ts';
import type { Trust } from './trust.ts';

const store = (state: TrustStoreView['state'], proof: TrustStoreView['proof']): TrustStoreView => ({
  ...{ id: 'system', title: 'System', evidence: '', byDefault: true, needsRoot: true },
  ...{ state, proof, add: [], remove: [] },
});

const viewOf = (...stores: readonly TrustStoreView[]): TrustView => ({
  authority: { path: '/ca.pem', fingerprint: 'AB', subject: '', validUntil: 1 },
  isTrusted: true,
  stores,
  hints: [],
});

let directory: string;
let record: string;
let view: TrustView;
let asked: boolean[];
let proven: ProvenTrust | null;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-proven-'));
  record = join(directory, 'record.json');
  view = viewOf(store('trusted', 'handshake'));
  asked = [];
  proven = null;
});
afterEach(async () => {
  proven?.close();
  await rm(directory, { recursive: true, force: true });
});

function follow(fingerprint = 'AB'): ProvenTrust {
  const trust: Trust = {
    status: async ({ prove }) => {
      asked.push(prove);
      return view;
    },
    add: async () => [],
    remove: async () => [],
    ensure: async () => undefined,
    plan: async (kind, { foreign }) => ({ makes: null, kind, foreign, stores: [], exact: [] }),
    carry: async () => [],
  };
  proven = followTrust({
    trust,
    find: async () => ({ fingerprint, permitted: ['dev.local', 'localhost'] }),
    files: [record],
    log: () => undefined,
    everyMs: 5,
  });
  return proven;
}

test('what is on record is proven at the start, and shown once a handshake went well', async () => {
  await writeFile(record, '{}');
  const followed = follow();
  expect(followed.names).toEqual([]);
  await vi.waitFor(() => expect(followed.names).toEqual(['dev.local', 'localhost']));
  expect(asked).toEqual([true]);
});

test('where nothing was ever trusted, nobody is asked', async () => {
  const followed = follow();
  await followed.trust.add({ stores: [] });
  expect(asked).toEqual([]);
  expect(followed.names).toEqual([]);
});

test('what another command takes back is not offered any longer', async () => {
  await writeFile(record, '{}');
  const followed = follow();
  await vi.waitFor(() => expect(followed.names).not.toEqual([]));
  view = viewOf(store('absent', 'handshake'));
  await writeFile(record, '{"stores":{}}');
  await vi.waitFor(() => expect(followed.names).toEqual([]));
});

test.each<[string, TrustView]>([
  ['is only listed', viewOf(store('trusted', 'listed'))],
  ['is outdated', viewOf(store('outdated', 'handshake'))],
  ['is missing in one store', viewOf(store('trusted', 'handshake'), store('absent', 'handshake'))],
  ['is trusted by no store that is here', viewOf(store('unavailable', 'none'))],
])('what %s is not shown', async (_how, seen) => {
  view = seen;
  const followed = follow();
  await followed.trust.status({ prove: true });
  expect(followed.names).toEqual([]);
});

test('what was shown of another certificate counts for nothing', async () => {
  const followed = follow('CD');
  await followed.trust.status({ prove: true });
  expect(followed.names).toEqual([]);
});

test('who asks for a proof has the instance know it; who only lists does not', async () => {
  const followed = follow();
  await followed.trust.status({ prove: false });
  expect(followed.names).toEqual([]);
  await followed.trust.status({ prove: true });
  expect(followed.names).toEqual(['dev.local', 'localhost']);
});
