import { describe, expect, test, vi } from 'vitest';
import type { Found } from '../../../shared/contract/names.ts';
import { limits } from '../../../shared/limits.ts';
import { startDnsServer } from '../dns/server.ts';
import { hostsEntries } from '../hostsFile/index.ts';
import { lookAtHosts } from './look.ts';
import { hostNames, type WaysOfHost } from './verdict.ts';

const at = (...addresses: string[]): Found => ({ kind: 'addresses', addresses });
const missing: Found = { kind: 'not-found' };
const nowhere = { v4: missing, v6: missing };
const ways = (some: Partial<WaysOfHost>): WaysOfHost => ({
  host: 'app.dev.local',
  system: nowhere,
  dns: nowhere,
  hostsFile: nowhere,
  ...some,
});

describe('a host', () => {
  test.each<[string, Partial<WaysOfHost>, string, string]>([
    [
      'found on both families is here',
      { system: { v4: at('127.0.0.1'), v6: at('::1') } },
      'here',
      '',
    ],
    ['found on one is', { system: { v4: at('127.0.1.1'), v6: missing } }, 'here', ''],
    [
      'sent away by one address is not',
      { system: { v4: at('127.0.0.1', '10.0.0.1'), v6: at('::1') } },
      'elsewhere',
      'Programs are sent to 10.0.0.1, which is not this machine.',
    ],
    [
      'sent away by the hosts file is told so',
      {
        system: { v4: at('10.0.0.1'), v6: missing },
        hostsFile: { v4: at('10.0.0.1'), v6: missing },
      },
      'elsewhere',
      'The hosts file sends programs to 10.0.0.1, which is not this machine.',
    ],
    [
      'that nobody knows is not found',
      {},
      'not-found',
      'Programs do not find it: it stands in no hosts file, and no DNS server knows it.',
    ],
    [
      'that only our DNS server knows is not found',
      { dns: { v4: at('127.0.0.1'), v6: at('::1') } },
      'not-found',
      "Programs do not find it: Berth's DNS server knows it, and nobody asks that.",
    ],
    [
      'in a hosts file that is not read is not found',
      { hostsFile: { v4: at('127.0.0.1'), v6: missing } },
      'not-found',
      'Programs do not find it: it stands in the hosts file, which they are not told of.',
    ],
    [
      'for which the resolver is silent is told so',
      { system: { v4: { kind: 'failed', reason: 'it is away' }, v6: missing } },
      'not-found',
      'Programs do not find it: it is away.',
    ],
    [
      'under .localhost is found by browsers at least',
      { host: 'app.localhost' },
      'browsers-only',
      'Browsers know it by themselves; other programs do not find it: it stands in no hosts file, and no DNS server knows it.',
    ],
  ])('%s', (_title, some, verdict, reason) => {
    expect(hostNames(ways(some))).toMatchObject({ verdict, reason });
  });
});

test('hosts are looked up by each way, in their order', async () => {
  const zoneOf = (host: string) => (host.endsWith('dev.local') ? 'dev.local' : null);
  const server = await startDnsServer({ port: 0, zoneOf, now: () => performance.now() });
  const found = await lookAtHosts({
    hosts: ['a.dev.local', 'b.example', ...Array.from({ length: 30 }, (_, n) => `h${n}.test`)],
    dns: server,
    entries: hostsEntries('10.0.0.1 b.example\n10.0.0.2 b.example\n'),
    system: async (host, family) =>
      host === 'b.example' && family === 4 ? at('10.0.0.1') : missing,
  });
  await server.close();
  expect(found).toHaveLength(32);
  expect(found[0]).toEqual({
    host: 'a.dev.local',
    system: nowhere,
    dns: { v4: at('127.0.0.1'), v6: at('::1') },
    hostsFile: nowhere,
    verdict: 'not-found',
    reason: expect.stringContaining('nobody asks'),
  });
  expect(found[1]).toMatchObject({
    host: 'b.example',
    dns: nowhere,
    hostsFile: { v4: at('10.0.0.1', '10.0.0.2'), v6: { kind: 'none' } },
    verdict: 'elsewhere',
  });
});

test('a resolver that is silent is not waited for again and again', async () => {
  vi.useFakeTimers();
  let asked = 0;
  const looking = lookAtHosts({
    hosts: Array.from({ length: 100 }, (_, n) => `h${n}.test`),
    dns: null,
    entries: new Map(),
    system: () => {
      asked++;
      return new Promise(() => undefined);
    },
  });
  await vi.advanceTimersByTimeAsync(2 * limits.nameLookupMs);
  const found = await looking;
  vi.useRealTimers();
  expect(found).toHaveLength(100);
  expect(found[99]?.reason).toContain('takes too long');
  expect(asked).toBeLessThanOrEqual(2 * (limits.maxNameLookups + limits.maxLateLookups));
});

test('localhost is found by the system itself; a server that is gone is told', async () => {
  const server = await startDnsServer({ port: 0, zoneOf: () => null, now: () => 0 });
  await server.close();
  const [found] = await lookAtHosts({ hosts: ['localhost'], dns: server, entries: new Map() });
  expect(found).toMatchObject({
    verdict: 'here',
    dns: { v4: { kind: 'failed', reason: 'nothing listens there' } },
  });
});
