import { expect, it } from 'vitest';
import type { Found, HostNames } from '../../shared/contract/names.ts';
import type { TrustStoreView } from '../../shared/contract/trust.ts';
import { hostsToProve, nameProofs, pageProof, trustProofs } from './proofs.ts';

const at = (address: string): Found => ({ kind: 'addresses', addresses: [address] });
const unknown: Found = { kind: 'not-found' };

const host = (verdict: HostNames['verdict'], found: Found, reason = ''): HostNames => ({
  host: 'anything.dev.local',
  system: { v4: found, v6: found.kind === 'addresses' ? at('::1') : found },
  dns: { v4: unknown, v6: unknown },
  hostsFile: { v4: unknown, v6: unknown },
  verdict,
  reason,
});

const store = (facts: Partial<TrustStoreView>): TrustStoreView => ({
  id: 'system',
  title: 'System',
  state: 'trusted',
  proof: 'handshake',
  evidence: 'curl accepts a certificate of it',
  byDefault: true,
  needsRoot: true,
  add: [],
  remove: [],
  ...facts,
});

it('tries any name where the resolver asks Berth, and a name of the hosts file else', () => {
  expect(hostsToProve(['dev.local', 'test'], true)).toEqual([
    'anything.dev.local',
    'anything.test',
  ]);
  expect(hostsToProve(['dev.local'], false)).toEqual(['welcome.dev.local']);
});

it('says of a name where it leads, or why it leads nowhere', () => {
  const hosts = [
    host('here', at('127.0.0.1')),
    host('browsers-only', unknown),
    host('elsewhere', at('10.0.0.1'), 'programs are sent to 10.0.0.1'),
  ];
  expect(nameProofs({ hosts }).map(({ status, says }) => `${status}: ${says}`)).toEqual([
    'well: programs find it at 127.0.0.1 and ::1',
    'well: browsers find it by themselves; other programs do not',
    'wrong: programs are sent to 10.0.0.1',
  ]);
});

it('calls a store well only after a handshake, and passes over those that are not here', () => {
  const stores = [
    store({}),
    store({ proof: 'listed', evidence: 'it lists it' }),
    store({ state: 'absent', evidence: 'curl refuses it' }),
    store({ state: 'unavailable' }),
    store({ state: 'absent', byDefault: false }),
  ];
  expect(trustProofs({ stores }).map(({ status, says }) => `${status}: ${says}`)).toEqual([
    'well: curl accepts a certificate of it',
    'untried: it lists it, and no handshake could be tried',
    'wrong: curl refuses it',
  ]);
});

it('names the address as a person types it, with its port where it has one', () => {
  const opened = { ok: true, address: '::1', status: 200, protocol: 'HTTP/2' } as const;
  expect(pageProof('a.test', 443, opened)).toMatchObject({
    title: 'https://a.test/',
    status: 'well',
    says: '::1 answers 200 over HTTP/2, with a certificate of the local CA',
  });
  expect(pageProof('a.test', 8443, { ok: false, reason: 'self-signed certificate' })).toMatchObject(
    { title: 'https://a.test:8443/', status: 'wrong', says: 'self-signed certificate' },
  );
});
