import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../../test/support/cliHarness.ts';
import { hostView } from '../../../test/support/hostView.ts';
import { instanceStatus } from '../../../test/support/instanceStatus.ts';
import { hostNames, namesView } from '../../../test/support/namesView.ts';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';
import type { NamesView } from '../../shared/contract/names.ts';
import { BerthError } from '../../shared/errors.ts';

const answers = (view: NamesView) => ({
  'names.look': () => view,
  'hosts.list': () => [],
  'settings.get': () => ({ values: { names: { hostsFile: false } } }),
});

test('berth names shows each host by each way, what is installed, and what is in the way', async () => {
  const view = namesView({
    hosts: [
      hostNames(),
      hostNames({
        host: 'x.test',
        system: { v4: { kind: 'not-found' }, v6: { kind: 'not-found' } },
        hostsFile: { v4: { kind: 'none' }, v6: { kind: 'not-found' } },
        verdict: 'not-found',
        reason: 'Programs do not find it: nobody knows it.',
      }),
    ],
    findings: [
      { id: 'macos-local', severity: 'warning', says: 'It is slow', fix: 'Do this.', hosts: [] },
    ],
    wildcards: ['*.dev.local'],
    foreign: ['a.com', 'b.com', 'c.com', 'd.com'],
    byHand: ['shop.com'],
  });
  const { stdout, exitCode, calls } = await runCli(['names'], { answers: answers(view) });
  expect(stdout.split('\n')).toEqual([
    "HOST             PROGRAMS       BERTH'S DNS    HOSTS FILE",
    '✓ app.dev.local  127.0.0.1 ::1  127.0.0.1 ::1  127.0.0.1 ::1',
    '✗ x.test         –              127.0.0.1 ::1  –',
    '',
    '✗ x.test: Programs do not find it: nobody knows it.',
    '! It is slow',
    '  Do this.',
    '',
    'names under  localhost, dev.local',
    'DNS server   127.0.0.1:15353',
    'hosts file   /etc/hosts has none: berth names install --hosts-file',
    'resolver     systemd-resolved does not ask the DNS server of Berth: berth names install --dns',
    'wildcards    *.dev.local (by DNS alone)',
    'by name      shop.com',
    'other hosts  a.com, b.com, c.com and 1 more (under no suffix; named, berth names install takes them)',
    '',
  ]);
  expect(exitCode).toBe(7);
  expect(calls.find(([name]) => name === 'names.look')?.[1]).toEqual({});
});

test('hosts for which the hosts file has no room are told', async () => {
  const view = namesView({ hostsFile: { ...namesView().hostsFile, state: 'installed', left: 3 } });
  const { stdout } = await runCli(['names'], { answers: answers(view) });
  expect(stdout).toContain('/etc/hosts has no room for 3 more: berth names install --dns');
});

test('berth names HOST asks for that one, and is well when programs find it', async () => {
  const view = namesView({
    hosts: [hostNames()],
    hostsFile: { ...namesView().hostsFile, state: 'installed', isKept: true },
    resolver: { ...namesView().resolver, state: 'unavailable', problem: 'it cannot' },
  });
  const { stdout, exitCode, calls } = await runCli(['names', 'app.dev.local'], {
    answers: answers(view),
  });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('/etc/hosts has every host, kept by the instance');
  expect(stdout).toContain('systemd-resolved: it cannot');
  expect(calls.find(([name]) => name === 'names.look')?.[1]).toEqual({ hosts: ['app.dev.local'] });
});

test.each([
  ['remove', 'berth names uninstall'],
  ['uninstal', 'berth names uninstall'],
  ['add', 'berth names install'],
])('berth names %s, where no host is called so, is answered with the verb', async (word, meant) => {
  const missing = {
    ...answers(namesView()),
    'hosts.get': () => {
      throw new BerthError('BERTH_HOST_NOT_FOUND', word);
    },
  };
  const refused = await runCli(['names', word], { answers: missing });
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain(`did you mean ${meant}?`);
  const there = { ...answers(namesView()), 'hosts.get': () => hostView({ name: word }) };
  const { calls } = await runCli(['names', word], { answers: there });
  expect(calls.find(([name]) => name === 'names.look')?.[1]).toEqual({ hosts: [word] });
});

test('berth names refuses what is no host', async () => {
  const { exitCode, stderr } = await runCli(['names', 'xyz..bad'], { answers: {} });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("'xyz..bad'");
});

test('berth names --json is one document', async () => {
  const view = namesView({ hosts: [hostNames()] });
  const { stdout } = await runCli(['names', '--json'], { answers: answers(view) });
  expect(JSON.parse(stdout)).toEqual({ schema: 1, ...view, running: true });
});

test('berth names install HOST says that HTTPS for it needs the local CA to sign for it', async () => {
  const home = await temporaryDirectory();
  const remembered = join(home.path, 'data', 'names');
  try {
    await mkdir(remembered, { recursive: true, mode: 0o700 });
    const served = {
      'hosts.list': () => [hostView({ name: 'www.example.com' })],
      'settings.get': () => ({ values: { certificates: { names: ['kept.example'] } } }),
      'instance.status': () => ({
        ...instanceStatus(),
        listeners: [{ address: '127.0.0.1', port: 443, secure: true }],
      }),
    };
    const install = (needed: readonly string[]) =>
      runCli(['names', 'install', '--hosts-file', 'www.example.com', '--dry-run'], {
        answers: { ...served, 'certificates.list': () => ({ needed }) },
        env: { BERTH_HOME: home.path },
      });
    const { stderr } = await install(['kept.example', 'localhost']);
    expect(stderr).toContain(
      `browsers warn of HTTPS for www.example.com, which the local CA may not sign for: berth config set certificates.names '["kept.example","www.example.com"]' && berth trust`,
    );
    expect((await install(['localhost', 'www.example.com'])).stderr).not.toContain('HTTPS');
  } finally {
    await home[Symbol.asyncDispose]();
  }
});

test('only one way can be the only one', async () => {
  const { exitCode } = await runCli(['names', 'install', '--dns', '--hosts-file']);
  expect(exitCode).toBe(2);
});
