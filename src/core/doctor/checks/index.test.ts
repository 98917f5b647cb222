import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fakeContext, fakeInstance, fakeMachine } from '../../../../test/support/doctorContext.ts';
import { hostView } from '../../../../test/support/hostView.ts';
import { instanceStatus } from '../../../../test/support/instanceStatus.ts';
import { namesView } from '../../../../test/support/namesView.ts';
import type { TrustStoreView, TrustView } from '../../../shared/contract/trust.ts';
import { limits } from '../../../shared/limits.ts';
import { withBlock } from '../../names/hostsFile/block.ts';
import { ownerOf } from '../../names/owner.ts';
import type { Finding } from '../check.ts';
import type { ContextOptions } from '../context.ts';
import { allChecks } from './index.ts';

const find = async (id: string, options: Partial<ContextOptions> = {}): Promise<Finding> => {
  const check = allChecks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return await check.run(fakeContext(options), new AbortController().signal);
};

test('each check has an id of its own, in its group, and stands in docs/DOCTOR.md', () => {
  const page = readFileSync('docs/DOCTOR.md', 'utf8');
  const ids = allChecks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, group } of allChecks) {
    expect(id.split('.')[0]).toBe(group);
    expect(page, id).toContain(`\`${id}\``);
  }
  const told = [
    ...page.matchAll(
      /`((?:instance|store|ports|names|certificates|trust|hosts|containers|machine)\.[a-z-]+)`/g,
    ),
  ];
  for (const [, id] of told) expect(ids).toContain(id);
  // Its samples are of as many checks as there are.
  const [, ...counts] = /^(\d+) problem; (\d+) checks are well, (\d+) not tried$/m.exec(page) ?? [];
  expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(ids.length);
});

test('an older Node is told with what it takes', async () => {
  const program = { version: '0.1.0', node: '18.20.4', electron: null };
  expect(await find('instance.runtime', { program })).toMatchObject({
    status: 'warning',
    evidence: 'Node 18.20.4 is older than Node 20.19, which Berth is made for',
    fix: { says: 'Install Node 20.19 or newer.' },
  });
});

test.each([
  [
    { notices: [{ kind: 'access-log-moved', wanted: '/var/log/a.log', got: '/tmp/a.log' }] },
    '/var/log/a.log cannot be written; the access log is /tmp/a.log',
  ],
  [{ recordsDropped: 3, requests: 10 }, '3 records of 10 requests could not be kept'],
] as const)('what is not recorded is told: %o', async (changed, evidence) => {
  const instance = fakeInstance({ status: async () => instanceStatus(changed) });
  const found = await find('instance.records', { instance });
  expect(found.status).toBe('warning');
  expect(found.evidence).toContain(evidence);
});

test('an instance that this command may not talk to is told so, and is no instance that does not run', async () => {
  const { BerthError } = await import('../../../shared/errors.ts');
  const away = new BerthError('BERTH_CONTROL_FORBIDDEN', 'this user may not use /run/x.sock');
  const found = await find('instance.running', { instance: null, away });
  expect(found).toMatchObject({
    status: 'problem',
    evidence: 'the instance cannot be asked: this user may not use /run/x.sock',
  });
});

test.each([
  ['installed', 'ok', /asks it at 127\.0\.0\.1:15353: it was tried/],
  ['untold', 'problem', /is told of it, and does not ask it: it was tried/],
  ['untried', 'skipped', /^not tried: .* is told of it, and it was tried/],
  ['outdated', 'warning', /told of other domains/],
  ['absent', 'skipped', /not tried: .* is not told of it/],
  ['unavailable', 'skipped', /not tried: it cannot be told/],
] as const)('a resolver that is %s is %s', async (state, status, evidence) => {
  const view = namesView();
  const lookAtNames = async () => ({
    ...view,
    resolver: { ...view.resolver, state, tried: 'it was tried', problem: 'it cannot be told' },
  });
  const found = await find('names.resolver', { lookAtNames });
  expect(found.status).toBe(status);
  expect(found.evidence).toMatch(evidence);
});

const store = (changed: Partial<TrustStoreView>): TrustStoreView => ({
  id: 'nss',
  title: 'Chromium',
  state: 'trusted',
  proof: 'handshake',
  evidence: 'NSS accepts a certificate of the CA',
  byDefault: true,
  needsRoot: false,
  add: [],
  remove: [],
  ...changed,
});

test.each([
  ['a handshake', [store({})], 'ok'],
  ['a list alone', [store({ proof: 'listed' })], 'skipped'],
  ['nothing that could be tried', [store({ state: 'unknown', proof: 'none' })], 'skipped'],
  ['one of two', [store({}), store({ id: 'firefox:a', state: 'absent' })], 'warning'],
  ['an earlier certificate', [store({ state: 'outdated' })], 'problem'],
  ['no store', [store({ state: 'unavailable' })], 'skipped'],
  ['the store of the system', [store({ id: 'system' })], 'skipped'],
] as const)(
  'browsers that are known to trust by %s are not called more than that',
  async (_what, stores, status) => {
    const view: TrustView = {
      authority: { path: '/ca.pem', fingerprint: 'AA', subject: 'CN=Berth', validUntil: 0 },
      isTrusted: false,
      stores,
      hints: [],
    };
    const found = await find('trust.browsers', { lookAtTrust: async () => view });
    expect(found.status).toBe(status);
    if (status === 'warning') {
      expect(found.fix).toMatchObject({
        command: 'berth trust --store firefox:a',
        action: { id: 'trust:firefox:a' },
      });
    }
  },
);

test('a host that is paused is not asked, and not called well', async () => {
  const host = hostView({ name: 'app.test' });
  const paused = { ...host, options: { ...host.options, paused: true } };
  const asked: string[] = [];
  const instance = fakeInstance({
    hosts: async () => [paused],
    try: async (name) => {
      asked.push(name);
      return { ok: true, status: 200, ms: 1, reason: '' };
    },
  });
  expect(await find('hosts.answer', { instance })).toMatchObject({
    status: 'skipped',
    evidence: 'not tried: every host is paused',
  });
  expect(asked).toEqual([]);
});

test('nobody is told to start what answers for a host that leads back to Berth', async () => {
  const instance = fakeInstance({
    hosts: async () => [hostView({ name: 'loop.test' })],
    try: async () => ({ ok: true, status: 508, ms: 1, reason: '' }),
  });
  expect(await find('hosts.answer', { instance })).toMatchObject({
    status: 'problem',
    evidence: 'loop.test has no answer: it is answered 508: the request came back to Berth',
    fix: { command: 'berth set loop.test --backend http://127.0.0.1:PORT' },
  });
});

test('of many hosts some are tried at the same time, and what is left is said', async () => {
  const hosts = Array.from({ length: 500 }, (_none, at) => hostView({ name: `h${at}.dev.local` }));
  let now = 0;
  let most = 0;
  const lookup = async (): Promise<readonly string[]> => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
    return ['127.0.0.1'];
  };
  const found = await find('names.hosts', {
    machine: fakeMachine({ lookup }),
    instance: fakeInstance({ hosts: async () => hosts }),
  });
  expect(found.evidence).toMatch(/^200 hosts of 500 lead to this machine/);
  expect(most).toBeLessThanOrEqual(16);
});

describe('the names of a host under other suffixes', () => {
  const lookupOf =
    (addresses: Readonly<Record<string, string>>) =>
    async (host: string): Promise<readonly string[]> => {
      const address = addresses[host];
      if (address === undefined) throw Object.assign(new Error('none'), { code: 'ENOTFOUND' });
      return [address];
    };
  const look = (addresses: Readonly<Record<string, string>>, ...hosts: string[]) =>
    find('names.hosts', {
      machine: fakeMachine({ lookup: lookupOf(addresses) }),
      instance: fakeInstance({ hosts: async () => hosts.map((name) => hostView({ name })) }),
    });
  const here = '127.0.0.1';

  test('are looked up, and are no fault of the host where they are not found', async () => {
    const found = await look({ 'app.localhost': here }, 'app.localhost');
    expect(found).toMatchObject({
      status: 'ok',
      details: ['app.dev.local: not found (ENOTFOUND)'],
    });
    expect(found.evidence).toMatch(/; 1 name of other suffixes, where they answer too, not found$/);
  });

  test('are a warning where they lead elsewhere', async () => {
    const addresses = { 'app.localhost': here, 'app.dev.local': '203.0.113.7' };
    expect(await look(addresses, 'app.localhost')).toMatchObject({
      status: 'warning',
      evidence: 'app.dev.local, where a host of another suffix answers, leads to 203.0.113.7',
    });
  });

  test('are not asked for where another host has them', async () => {
    const addresses = { 'app.localhost': here };
    const found = await look(addresses, 'app.localhost', 'app.dev.local');
    expect(found.evidence).toBe('app.dev.local: this system does not find it');
  });
});

test('a name that is missing in the block of the hosts file under another suffix is a drift', async () => {
  const block = (...names: string[]): string => {
    const made = withBlock('', names, '\n', ownerOf('/nonexistent/data'));
    return made.ok ? (made.text ?? '') : '';
  };
  const look = (text: string) =>
    find('names.hosts-file', {
      machine: fakeMachine({ readText: async () => text }),
      instance: fakeInstance({ hosts: async () => [hostView({ name: 'app.localhost' })] }),
    });
  expect(await look(block('app.localhost'))).toMatchObject({
    status: 'warning',
    details: ['app.dev.local'],
  });
  expect((await look(block('app.localhost', 'app.dev.local'))).status).toBe('ok');
});

test('hosts for which the hosts file has no room are told', async () => {
  const all = Array.from(
    { length: 2 * limits.maxHostsFileNames },
    (_none, at) => `h${at}.dev.local`,
  );

  const made = withBlock('', all.slice(0, 5), '\n', ownerOf('/nonexistent/data'));
  const found = await find('names.hosts-file', {
    machine: fakeMachine({ readText: async () => (made.ok ? (made.text ?? '') : '') }),
    instance: fakeInstance({ hosts: async () => all.map((name) => hostView({ name })) }),
  });
  expect(found).toMatchObject({ status: 'warning' });
  expect(found.evidence).toMatch(/room for 2000 names, and \d{4} more are wanted/);
  expect(found.fix?.command).toBe('berth names install --dns');
});
