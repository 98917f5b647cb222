import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
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
        suffixes: ['localhost', 'dev.local', 'test'],
      });
    });
    afterAll(() => machine[Symbol.asyncDispose]());

    test('finds every name below the suffixes, mapped or not, and is then as it was', async () => {
      const hosts = await readFile(join(machine.etc, 'hosts'));
      expect((await machine.run(['getent', 'ahosts', 'x.dev.local'])).stdout).toBe('');
      const installed = await machine.berth('names', 'install', '--dns');
      expect(installed).toMatchObject({ status: 0 });
      expect(installed.stdout).toContain('Have dnsmasq read it');
      for (const host of ['x.dev.local', 'a.b.test', 'x.localhost']) {
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

    test('and is told again after a restart that failed, which nobody calls well meanwhile', {
      timeout: 60_000,
    }, async () => {
      const systemctl = join(machine.shared, 'bin', 'systemctl');
      const working = await readFile(systemctl);
      await writeFile(systemctl, '#!/bin/sh\necho "Unit dnsmasq.service not found." >&2\nexit 5\n');
      const failed = await machine.berth('names', 'install', '--dns');
      expect(failed).toMatchObject({ status: 1 });
      expect(failed.stdout).toContain('Unit dnsmasq.service not found.');
      const ofDoctor = async () => {
        const { stdout } = await machine.berth('doctor', '--json');
        const outcomes = stdout
          .split('\n')
          .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
        return (id: string) => outcomes.find((outcome) => outcome.id === id);
      };
      const before = await ofDoctor();
      expect(before('names.resolver')).toMatchObject({
        status: 'problem',
        evidence: expect.stringMatching(
          /^dnsmasq is told of it, and does not ask it: a look-up of /,
        ),
        fix: { command: 'berth names install --dns' },
      });
      expect(before('names.suffixes')).toMatchObject({ status: 'warning' });
      expect((await machine.berth('names')).stdout).toContain('and does not ask it');

      // A restart that does nothing is no success either.
      await writeFile(systemctl, '#!/bin/sh\nexit 0\n');
      const again = await machine.berth('names', 'install', '--dns');
      expect(again).toMatchObject({ status: 1 });
      expect(again.stderr).toContain('dnsmasq was told, and does not ask yet');
      const plan = await machine.berth('setup', '--dry-run');
      expect(plan.stdout).toContain('systemctl restart dnsmasq.service');

      await writeFile(systemctl, working);
      expect(await machine.berth('names', 'install', '--dns')).toMatchObject({ status: 0 });
      const after = await ofDoctor();
      expect(after('names.resolver')).toMatchObject({
        status: 'ok',
        evidence: expect.stringMatching(/^dnsmasq asks it at 127\.0\.0\.1:15353: a look-up of /),
      });
      expect((await machine.berth('names', 'install', '--dns')).stderr).toContain(
        'There is nothing to do',
      );
      expect((await machine.berth('names', 'uninstall')).status).toBe(0);
    });

    test('and is told by the next command, where one was killed before that, whether an instance runs or not', {
      timeout: 60_000,
    }, async () => {
      const systemctl = join(machine.shared, 'bin', 'systemctl');
      const working = await readFile(systemctl);
      const pid = (await readFile(join(machine.shared, 'berth.pid'), 'utf8')).trim();
      await machine.run(['kill', pid]);
      await eventually(
        'no instance runs',
        async () => (await machine.berth('status')).status === 6,
      );
      // Before it has done anything it ends the script with the rights, and the command line above.
      const killer = ['#!/bin/sh', 'kill -9 "$(cut -d" " -f4 /proc/$PPID/stat)"', 'kill -9 $PPID'];
      await writeFile(systemctl, `${killer.join('\n')}\n`);
      const killed = await machine.berth('names', 'install', '--dns');
      expect(killed).toMatchObject({ status: null });
      await writeFile(systemctl, working);
      expect(await readdir(join(machine.etc, 'dnsmasq.d'))).toEqual(['berth.conf']);

      const doctor = await machine.berth('doctor');
      expect(doctor.stdout).toMatch(/dnsmasq is told of it, and does not ask it: .*cut off/);
      expect(doctor).toMatchObject({ status: 7 });
      const plan = await machine.berth('setup', '--dry-run');
      expect(plan.stdout).toContain('systemctl restart dnsmasq.service');
      const installed = await machine.berth('names', 'install', '--dns');
      expect(installed).toMatchObject({ status: 0 });
      await machine.run(['systemctl', 'restart', 'berth.service']);
      await eventually('it serves again', async () => (await machine.berth('status')).status === 0);
      const view = JSON.parse((await machine.berth('names', '--json')).stdout);
      expect(view.resolver).toMatchObject({ id: 'dnsmasq', state: 'installed' });
      expect((await machine.berth('names', 'uninstall')).status).toBe(0);
      expect(await readdir(join(machine.etc, 'dnsmasq.d'))).toEqual([]);
    });

    describeWith('chromium', 'has Chromium', () => {
      test('which finds names as other programs do', async () => {
        await machine.berth('names', 'install', '--dns');
        const url = 'http://welcome.dev.local:8080/';
        const { stdout } = await machine.run([
          ...['chromium', '--headless', '--no-sandbox', '--disable-gpu', '--dump-dom'],
          ...[`--user-data-dir=${machine.shared}/chromium`, url],
        ]);
        expect(stdout).toContain('Berth is running');
        await machine.berth('names', 'uninstall');
      });
    });
  });
});
