import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { fakeContext, fakeInstance, fakeMachine } from '../../../../test/support/doctorContext.ts';
import { hostView } from '../../../../test/support/hostView.ts';
import { instanceStatus } from '../../../../test/support/instanceStatus.ts';
import { namesView } from '../../../../test/support/namesView.ts';
import type { InstanceStatus } from '../../../shared/contract/instance.ts';
import type { Finding } from '../check.ts';
import type { ContextOptions } from '../context.ts';
import type { Machine } from '../machine.ts';
import { allChecks } from './index.ts';

/** What a check finds on a machine that is made up. */
async function find(
  id: string,
  machine: Partial<Machine>,
  options: Partial<ContextOptions> = {},
): Promise<Finding> {
  const check = allChecks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  const context = fakeContext({ machine: fakeMachine(machine), ...options });
  return await check.run(context, new AbortController().signal);
}

const withStatus = (changed: Partial<InstanceStatus>): Partial<ContextOptions> => ({
  instance: fakeInstance({ status: async () => ({ ...instanceStatus(), ...changed }) }),
});

const on8080 = [{ address: '127.0.0.1', port: 8080, secure: false }];

test('a port that another program has is told with its name, and how to end it', async () => {
  const moved = withStatus({
    listeners: on8080,
    notices: [
      {
        kind: 'port-moved',
        wanted: 80,
        got: 8080,
        because: 'taken',
        owner: { name: 'nginx', pid: 812 },
      },
    ],
  });
  const found = await find('ports.http', {}, moved);
  expect(found.status).toBe('warning');
  expect(found.evidence).toBe('port 80 is taken by nginx (pid 812); using 8080');
  expect(found.fix).toMatchObject({
    command: 'kill 812',
    says: expect.stringMatching(/Stop nginx/),
  });
  const windows = await find('ports.http', { platform: 'win32' }, moved);
  expect(windows.fix?.command).toBe('taskkill /PID 812');
});

test('a port that takes a privilege is had by one exact command, where there is one', async () => {
  const forbidden = withStatus({
    listeners: on8080,
    notices: [{ kind: 'port-moved', wanted: 80, got: 8080, because: 'forbidden', owner: null }],
  });
  const linux = await find('ports.http', { readText: async () => '1024\n' }, forbidden);
  expect(linux).toMatchObject({
    status: 'warning',
    evidence: 'port 80 needs a privilege; using 8080',
  });
  expect(linux.fix?.says).toContain('Ports below 1024 are root’s here');
  expect(linux.fix?.command).toBe('berth setup --ports');
  const mac = await find('ports.http', { platform: 'darwin' }, forbidden);
  expect(mac.fix?.says).toContain('Serve on 127.0.0.1 and ::1');
  expect(mac.fix?.command).toBeNull();
});

test('loopback addresses are asked for at the other addresses of the machine, and what answers there is told', async () => {
  const ping = createServer((_request, response) => response.end('OK\n')).listen(0, '127.0.0.2');
  await once(ping, 'listening');
  const { port } = ping.address() as AddressInfo;
  const served = withStatus({ listeners: [{ address: '127.0.0.1', port, secure: false }] });
  // Stands for one of the network, where it is not read as a loopback address.
  const reached = { addresses: () => ['127.0.0.1', 'fe80::1', '::ffff:127.0.0.2'] };
  expect(await find('ports.exposed', reached, served)).toMatchObject({
    status: 'warning',
    evidence: `[::ffff:127.0.0.2]:${port} answers as Berth does: others in the network reach that`,
  });
  ping.close();
  await once(ping, 'close');
  expect(await find('ports.exposed', reached, served)).toMatchObject({
    status: 'ok',
    evidence: 'every address is a loopback address; at ::ffff:127.0.0.2 it does not answer',
  });
});

test('who has port 80 is told where another port was asked for', async () => {
  const served = withStatus({ listeners: on8080, notices: [] });
  const ownerOf = async () => ({ name: 'caddy', pid: 7 });
  expect((await find('ports.http', { ownerOf }, served)).evidence).toBe(
    '127.0.0.1:8080, as configured; 80 is caddy (pid 7)',
  );
});

test('on macOS a host without an IPv6 address is slow, elsewhere it is well', async () => {
  const lookup = async (_host: string, family: 4 | 6): Promise<readonly string[]> => {
    if (family === 6) throw Object.assign(new Error('none'), { code: 'ENOTFOUND' });
    return ['127.0.0.1'];
  };
  const one = {
    instance: fakeInstance({ hosts: async () => [hostView({ name: 'app.dev.local' })] }),
  };
  expect(await find('names.hosts', { platform: 'darwin', lookup }, one)).toMatchObject({
    status: 'warning',
    evidence: 'app.dev.local: no IPv6 address, for which macOS waits 5 s',
  });
  expect((await find('names.hosts', { lookup }, one)).status).toBe('ok');
});

test('a domain that another DNS server answers for is told with its address', async () => {
  const lookup = async (): Promise<readonly string[]> => ['203.0.113.7'];
  const found = await find('names.suffixes', { lookup });
  expect(found.status).toBe('problem');
  expect(found.evidence).toMatch(/lead to 203\.0\.113\.7, which is not Berth/);
});

test('a host of a domain that others own is left to its DNS', async () => {
  const asked: string[] = [];
  const lookup = async (host: string): Promise<readonly string[]> => {
    asked.push(host);
    return ['203.0.113.7'];
  };
  const instance = fakeInstance({ hosts: async () => [hostView({ name: 'www.example.com' })] });
  expect(await find('names.hosts', { lookup }, { instance })).toMatchObject({ status: 'ok' });
  expect(asked).toEqual([]);
});

test('one that a person asked for by name is looked up as every other', async () => {
  const lookup = async (): Promise<readonly string[]> => ['203.0.113.7'];
  const instance = fakeInstance({ hosts: async () => [hostView({ name: 'www.example.com' })] });
  const lookAtNames = async () => namesView({ byHand: ['www.example.com'] });
  const found = await find('names.hosts', { lookup }, { instance, lookAtNames });
  expect(found).toMatchObject({
    status: 'problem',
    evidence: 'www.example.com leads to 203.0.113.7',
  });
});

test.each(['instance.directories', 'machine.open-files', 'certificates.key'])(
  '%s is not called well where a system cannot say',
  async (id) => {
    expect((await find(id, { platform: 'win32' })).status).toBe('skipped');
  },
);

test('a proxy that spares every name is well, and its password is not shown', async () => {
  const env = { HTTPS_PROXY: 'http://me:secret@proxy:3128', NO_PROXY: '*' };
  expect((await find('machine.proxy', { env })).status).toBe('ok');
  const found = await find('machine.proxy', { env: { ...env, NO_PROXY: '' } });
  expect(found.status).toBe('warning');
  expect(JSON.stringify(found)).not.toContain('secret');
});

test('a DNS server that says nothing is a problem with its address', async () => {
  const found = await find('names.dns', {}, withStatus({ dns: { address: '127.0.0.1', port: 1 } }));
  expect(found).toMatchObject({
    status: 'problem',
    evidence: '127.0.0.1:1: nothing listens there',
  });
});
