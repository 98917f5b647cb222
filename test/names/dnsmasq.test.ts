import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOnMachine, type OwnMachine, startMachine } from '../support/ownMachine.ts';
import { describeWith } from '../support/requirement.ts';

describeOnMachine('a machine with dnsmasq', () => {
  describeWith(['dnsmasq', 'curl'], 'that asks us', () => {
    let machine: OwnMachine;
    beforeAll(async () => {
      machine = await startMachine();
      const conf = [
        'conf-dir=/etc/dnsmasq.d/,*.conf',
        'no-resolv',
        'bind-interfaces',
        'listen-address=127.0.0.1',
        'pid-file=',
        'user=root',
        'stop-dns-rebind',
      ];
      await writeFile(join(machine.etc, 'dnsmasq.conf'), `${conf.join('\n')}\n`);
      await machine.run(['rm', '-rf', '/etc/dnsmasq.d']);
      await machine.run(['mkdir', '/etc/dnsmasq.d']);
      await machine.startService('dnsmasq', 'exec dnsmasq --keep-in-foreground');
      await writeFile(join(machine.etc, 'resolv.conf'), 'nameserver 127.0.0.1\n');
      await machine.startBerth({
        http: { port: 8080 },
        https: { bind: [] },
        suffixes: ['dev.local', 'test'],
      });
    });
    afterAll(() => machine[Symbol.asyncDispose]());

    test('finds every name below the suffixes, mapped or not, and is then as it was', async () => {
      const hosts = await readFile(join(machine.etc, 'hosts'));
      expect((await machine.run(['getent', 'ahosts', 'x.dev.local'])).stdout).toBe('');
      const installed = await machine.berth('names', 'install', '--dns');
      expect(installed).toMatchObject({ status: 0 });
      expect(installed.stdout).toContain('Have dnsmasq read it');
      for (const host of ['x.dev.local', 'a.b.test']) {
        const { stdout } = await machine.run(['getent', 'ahosts', host]);
        expect(stdout).toContain('127.0.0.1');
        expect(stdout).toContain('::1');
      }
      const page = await machine.run(['curl', '-s', 'http://welcome.test:8080/']);
      expect(page.stdout).toContain('Berth is running');
      const view = JSON.parse((await machine.berth('names', 'any.test', '--json')).stdout);
      expect(view).toMatchObject({
        resolver: { id: 'dnsmasq', state: 'installed' },
        hosts: [{ host: 'any.test', verdict: 'here' }],
      });
      expect((await machine.berth('names', 'uninstall')).status).toBe(0);
      expect((await machine.run(['getent', 'ahosts', 'x.dev.local'])).stdout).toBe('');
      expect(await readdir(join(machine.etc, 'dnsmasq.d'))).toEqual([]);
      expect(await readFile(join(machine.etc, 'hosts'))).toEqual(hosts);
    });
  });
});
