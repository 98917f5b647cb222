import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { describeOnMachine, type OwnMachine, startMachine } from '../support/ownMachine.ts';
import { describeWith } from '../support/requirement.ts';

/** What the system's programs for packages and certificates write to, beside /etc. */
const places = [
  '/usr/local/share',
  '/var/lib/ca-certificates-java',
  '/var/lib/dpkg',
  '/var/log',
  '/opt',
];
const watched = ['/etc', '/usr/local/share', '/var/lib/ca-certificates-java'];

const ada = { uid: 65_533, home: '/run/ada' };

describeOnMachine('a machine with the deb', () => {
  describeWith(['certutil', 'dnsmasq', 'dpkg'], 'that is removed', () => {
    vi.setConfig({ testTimeout: 240_000 });

    /** A package with the command line of this checkout and the scripts of ours, and nothing else. */
    async function makeDeb(
      machine: OwnMachine,
      version: string,
      program = `exec ${process.execPath} ${resolve('dist/cli.cjs')} "$@"`,
    ): Promise<string> {
      const root = join(machine.shared, `deb-${version}`);
      const bin = join(root, 'opt/Berth/resources/bin');
      await mkdir(bin, { recursive: true });
      await mkdir(join(root, 'DEBIAN'));
      await writeFile(join(bin, 'berth'), `#!/bin/sh\n${program}\n`);
      await chmod(join(bin, 'berth'), 0o755);
      await cp('build/installed/before-remove', join(root, 'DEBIAN/prerm'));
      await chmod(join(root, 'DEBIAN/prerm'), 0o755);
      const fields = [
        'Package: berth-under-test',
        `Version: ${version}`,
        'Architecture: all',
        'Maintainer: Ada <ada@berth.example>',
        'Description: the scripts of the package',
      ];
      await writeFile(join(root, 'DEBIAN/control'), `${fields.join('\n')}\n`);
      const file = `${root}.deb`;
      await promisify(execFile)('dpkg-deb', ['--root-owner-group', '--build', root, file]);
      return file;
    }

    async function startWithUsers(): Promise<OwnMachine> {
      const machine = await startMachine();
      const copies = join(machine.shared, 'copies');
      const conf = [
        'conf-dir=/etc/dnsmasq.d/,*.conf',
        'no-resolv',
        'bind-interfaces',
        'listen-address=127.0.0.1',
        'pid-file=',
        'user=root',
      ];
      const steps = [
        ...places.map(
          (place) =>
            `if [ -d ${place} ]; then mkdir -p ${copies}${place}; ${place === '/opt' ? '' : `cp -a ${place}/. ${copies}${place};`} mount --bind ${copies}${place} ${place}; fi`,
        ),
        'update-ca-certificates >/dev/null 2>&1',
        'rm -rf /etc/dnsmasq.d /etc/default/dnsmasq',
        'mkdir /etc/dnsmasq.d',
        // Where users have their homes is what the system says of it.
        `sed -i 's,^\\(root:[^:]*:0:0:[^:]*:\\)[^:]*,\\1${machine.home},' /etc/passwd`,
        `echo ada:x:${ada.uid}:${ada.uid}::${ada.home}:/bin/sh >>/etc/passwd`,
        `echo ada:x:${ada.uid}: >>/etc/group`,
        `install -d -o ${ada.uid} -g ${ada.uid} -m 700 ${ada.home}`,
      ];
      expect(await machine.run(['sh', '-c', steps.join('\n')])).toMatchObject({ status: 0 });
      await writeFile(join(machine.etc, 'dnsmasq.conf'), `${conf.join('\n')}\n`);
      await machine.startService('dnsmasq', 'exec dnsmasq --keep-in-foreground');
      await writeFile(join(machine.etc, 'resolv.conf'), 'nameserver 127.0.0.1\n');
      return machine;
    }

    /** Every file and directory that a change could touch, but Berth's own data. */
    async function everything({ run, home }: OwnMachine): Promise<readonly string[]> {
      const roots = `${watched.join(' ')} ${home} ${ada.home}`;
      const ours = `-path ${home}/berth -prune -o -path ${ada.home}/.local -prune -o -path ${ada.home}/.config -prune -o`;
      const script = [
        `find ${roots} ${ours} -type f -exec sha256sum {} + 2>/dev/null`,
        `find ${roots} ${ours} -printf '%p %m %U:%G %y %l\\n' 2>/dev/null`,
        'cat /proc/sys/net/ipv4/ip_unprivileged_port_start',
      ];
      const { stdout } = await run(['sh', '-c', script.join('; ')]);
      return stdout.split('\n').sort();
    }
    const differences = (before: readonly string[], now: readonly string[]) => [
      ...now.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
      ...before.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ];

    /** Sets up for ada, who has no rights, and runs the command that she is told as somebody with rights. */
    async function setUpForAda({ run }: OwnMachine): Promise<void> {
      const asAda = [
        ...['setpriv', `--reuid=${ada.uid}`, `--regid=${ada.uid}`, '--clear-groups', 'env', '-i'],
        ...[`HOME=${ada.home}`, `PATH=${process.env['PATH']}:/usr/sbin:/sbin`, 'CI=1'],
        ...[process.execPath, resolve('dist/cli.cjs'), 'setup', '--ports'],
      ];
      const asked = await run(asAda);
      expect(asked.status).toBe(8);
      const [, script = ''] = /sudo sh (\/\S+)/.exec(asked.stderr) ?? [];
      expect(await run(['sh', script])).toMatchObject({ status: 0 });
      expect(await run(asAda)).toMatchObject({ status: 6 });
    }

    /** Holds the same certificates as before, in other bytes: who knows them is not asked by root. */
    const isJavas = (line: string): boolean => /\/java\/cacerts/.test(line);

    test('is as before both of its instances, of root and of a user, and as they left it by an upgrade', async () => {
      await using machine = await startWithUsers();
      const { run } = machine;
      const before = await everything(machine);
      const first = await makeDeb(machine, '1');
      expect(await run(['dpkg', '-i', first])).toMatchObject({ status: 0 });
      await setUpForAda(machine);
      expect(await machine.berth('setup')).toMatchObject({ status: 6 });
      const set = await everything(machine);
      expect(differences(before, set).join('\n')).toMatch(/50-berth\.conf/);

      const upgraded = await run(['dpkg', '-i', await makeDeb(machine, '2')]);
      expect(upgraded).toMatchObject({ status: 0 });
      expect(upgraded.stderr).not.toContain('berth:');
      expect(differences(set, await everything(machine))).toEqual([]);

      const dry = await machine.berth('setup', '--undo', '--everybody', '--dry-run');
      expect(dry).toMatchObject({ status: 0 });
      expect(dry.stdout).toContain('Take every block of Berth out of /etc/hosts');
      expect(differences(set, await everything(machine))).toEqual([]);

      const removed = await run(['dpkg', '-r', 'berth-under-test']);
      expect(removed).toMatchObject({ status: 0 });
      expect(removed.stderr).toContain(
        `Taken back by its user: what browsers trusted of ${ada.home}/.local/share/berth`,
      );
      expect(removed.stderr).not.toContain('still has');
      const left = differences(before, await everything(machine));
      expect(left.filter((line) => !isJavas(line))).toEqual([]);
      expect((await run(['getent', 'ahosts', 'any.dev.local'])).stdout).toBe('');
    });

    test('goes whatever becomes of that, and says what stays', async () => {
      await using machine = await startWithUsers();
      const { run } = machine;
      const before = await everything(machine);
      await setUpForAda(machine);
      expect(
        await run(['dpkg', '-i', await makeDeb(machine, '1', 'echo broken >&2; exit 3')]),
      ).toMatchObject({ status: 0 });
      const removed = await run(['dpkg', '-r', 'berth-under-test']);
      expect(removed).toMatchObject({ status: 0 });
      expect(removed.stderr).toMatch(
        /berth: this machine still has what was set up:.* \/etc\/hosts/,
      );
      expect(removed.stderr).toContain('sudo berth setup --undo --everybody');

      // As it says, with a package that works; of an instance whose data is gone meanwhile.
      await run(['rm', '-rf', `${ada.home}/.local`]);
      expect(await run(['dpkg', '-i', await makeDeb(machine, '2')])).toMatchObject({ status: 0 });
      const again = await run(['dpkg', '-r', 'berth-under-test']);
      expect(again).toMatchObject({ status: 0 });
      expect(again.stderr).toMatch(
        /browsers may still trust the local CA of \/run\/ada\/.*: its data is gone/,
      );
      const left = differences(before, await everything(machine));
      expect(left.filter((line) => !isJavas(line) && !line.includes('.pki'))).toEqual([]);
      expect(await readFile(join(machine.etc, 'hosts'), 'utf8')).not.toContain('berth');
    });
  });
});
