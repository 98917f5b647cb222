import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { describeOnMachine, type OwnMachine, startMachine } from '../support/ownMachine.ts';
import { describeWith } from '../support/requirement.ts';
import { unpackedResolved } from '../support/runtimes.ts';

const bus = `<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>`;

/** A machine on which systemd-resolved is in charge. */
async function startWithResolved(isOnline: boolean): Promise<OwnMachine> {
  const machine = await startMachine({ isOnline });
  const user = 'systemd-resolve:x:994:994::/:/usr/sbin/nologin';
  await machine.run([
    'sh',
    '-c',
    `id systemd-resolve || { echo ${user} >>/etc/passwd; echo systemd-resolve:x:994: >>/etc/group; }`,
  ]);
  await machine.run(['mkdir', '-p', '/run/dbus', '/run/systemd']);
  await writeFile(join(machine.shared, 'bus.conf'), bus);
  await machine.startService(
    'dbus',
    `exec dbus-daemon --nofork --nopidfile --config-file=${machine.shared}/bus.conf`,
  );
  // What it is linked with is in its package, too.
  const libraries = `LD_LIBRARY_PATH=$(echo ${unpackedResolved}/usr/lib/*/systemd)`;
  await writeFile(
    join(machine.shared, 'bin/resolvectl'),
    `#!/bin/sh\n${libraries} exec ${unpackedResolved}/usr/bin/resolvectl "$@"\n`,
    { mode: 0o755 },
  );
  await machine.run(['rm', '-rf', '/etc/systemd/resolved.conf.d', '/etc/systemd/resolved.conf']);
  await machine.startService(
    'systemd-resolved',
    `${libraries} exec ${unpackedResolved}/lib/systemd/systemd-resolved`,
  );
  await machine.run(['ln', '-sf', '/run/systemd/resolve/stub-resolv.conf', '/etc/resolv.conf']);
  await eventually('its stub answers', async () => (await found(machine, 'localhost')).length > 0);
  await machine.startBerth({
    http: { port: 8080 },
    https: { bind: [] },
    suffixes: ['dev.local', 'localhost'],
  });
  return machine;
}

const found = async (machine: OwnMachine, host: string): Promise<readonly string[]> => {
  const { stdout } = await machine.run([
    'dig',
    '+short',
    '+time=2',
    '+tries=1',
    '@127.0.0.53',
    host,
    'A',
    host,
    'AAAA',
  ]);
  return stdout.split('\n').filter((line) => line !== '');
};

describeOnMachine('a machine with systemd-resolved', () => {
  describeWith(['systemd-resolved', 'dbus', 'dig', 'curl'], 'that asks us', () => {
    describe('with a network', () => {
      let machine: OwnMachine;
      beforeAll(async () => {
        machine = await startWithResolved(true);
      });
      afterAll(() => machine[Symbol.asyncDispose]());

      test('finds every name below the suffixes, asks us for no other, and is then as it was', async () => {
        expect(await found(machine, 'x.dev.local')).toEqual([]);
        const { stdout } = await machine.berth('names', '--json');
        expect(JSON.parse(stdout).resolver).toMatchObject({
          id: 'systemd-resolved',
          state: 'absent',
          problem: '',
        });
        const installed = await machine.berth('names', 'install', '--dns');
        expect(installed).toMatchObject({ status: 0 });
        await eventually(
          'it answers again',
          async () => (await found(machine, 'x.dev.local')).length === 2,
        );
        expect(await found(machine, 'x.dev.local')).toEqual(['127.0.0.1', '::1']);
        expect(await found(machine, 'a.b.c.dev.local')).toEqual(['127.0.0.1', '::1']);
        expect(await found(machine, 'x.localhost')).toEqual(['127.0.0.1', '::1']);
        expect(await found(machine, 'x.other.test')).toEqual([]);
        const page = await machine.run(['curl', '-s', 'http://welcome.dev.local:8080/']);
        expect(page.stdout).toContain('Berth is running');
        const names = await machine.berth('names', 'any.dev.local', '--json');
        expect(JSON.parse(names.stdout)).toMatchObject({
          resolver: { state: 'installed' },
          hosts: [{ verdict: 'here' }],
        });
        expect((await machine.berth('names', 'uninstall')).status).toBe(0);
        await eventually(
          'it answers again',
          async () => (await found(machine, 'localhost')).length > 0,
        );
        expect(await found(machine, 'x.dev.local')).toEqual([]);
        expect(await readdir(join(machine.etc, 'systemd'))).not.toContain('resolved.conf.d');
      });

      test('that has servers for everything is left alone, with the reason', async () => {
        await writeFile(join(machine.etc, 'systemd/resolved.conf'), '[Resolve]\nDNS=10.99.0.1\n');
        const { status, stderr } = await machine.berth('names', 'install', '--dns');
        expect(status).toBe(1);
        expect(stderr).toContain('10.99.0.1');
        expect(await readdir(join(machine.etc, 'systemd'))).not.toContain('resolved.conf.d');
        await machine.run(['rm', '/etc/systemd/resolved.conf']);
      });
    });

    test('without any network finds the hosts of the hosts file, which is why both are installed', async () => {
      await using machine = await startWithResolved(false);
      await machine.berth('add', 'app.dev.local', 'http://127.0.0.1:9');
      const before = await readFile(join(machine.etc, 'hosts'));
      expect(await machine.berth('names', 'install')).toMatchObject({ status: 0 });
      await eventually(
        'it answers again',
        async () => (await found(machine, 'app.dev.local')).length === 2,
      );
      expect(await found(machine, 'other.dev.local')).toEqual([]);
      expect((await machine.berth('names', 'uninstall')).status).toBe(0);
      expect(await readFile(join(machine.etc, 'hosts'))).toEqual(before);
    });
  });
});
