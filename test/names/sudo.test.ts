import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOnMachine, type OwnMachine, startMachine } from '../support/ownMachine.ts';
import { describeWith } from '../support/requirement.ts';
import { unpackedSudo } from '../support/runtimes.ts';

/** Of nobody, who has no rights. */
const user = 65534;

describeOnMachine('a user at a terminal', () => {
  describeWith(['sudo', 'script'], 'who may use sudo, or may not', () => {
    let machine: OwnMachine;
    beforeAll(async () => {
      machine = await startMachine({ isOnline: false });
      const steps = [
        // Its plug-ins are where its package has them, and only /run takes programs of root.
        'mount -t tmpfs tmpfs /usr/libexec',
        `cp -a ${unpackedSudo}/usr/libexec/sudo /usr/libexec/`,
        'mkdir -p /run/bin',
        `install -o root -g root -m 4755 ${unpackedSudo}/usr/bin/sudo /run/bin/sudo`,
        `cp -a ${unpackedSudo}/etc/pam.d/. /etc/pam.d/`,
        'rm -rf /etc/sudoers /etc/sudoers.d',
        `install -d -o ${user} /run/nobody`,
      ];
      expect(await machine.run(['sh', '-c', steps.join(' && ')])).toMatchObject({ status: 0 });
    });
    afterAll(() => machine[Symbol.asyncDispose]());

    const may = (rule: string) =>
      machine.run([
        'sh',
        '-c',
        `rm -f /etc/sudoers; echo '${rule}' >/etc/sudoers; chmod 440 /etc/sudoers`,
      ]);

    /** A verb at a terminal of the user, with nobody who answers. */
    const atTerminal = (...verb: readonly string[]) => {
      const cli = [process.execPath, resolve('dist/cli.cjs'), ...verb].join(' ');
      const asUser = `setpriv --reuid=${user} --regid=${user} --clear-groups ${cli}`;
      return machine.run(
        ['sh', '-c', `PATH=/run/bin:$PATH script -qec '${asUser}' /dev/null </dev/null`],
        {
          BERTH_HOME: '/run/nobody/berth',
          HOME: '/run/nobody',
          CI: '',
        },
      );
    };

    test('is asked for the rights of that one change, which is shown before', async () => {
      await may(`#${user} ALL=(ALL) NOPASSWD: ALL`);
      const hosts = join(machine.etc, 'hosts');
      const before = await readFile(hosts);
      const { status, stdout } = await atTerminal('names', 'install', '--hosts-file');
      expect(status).toBe(0);
      const shown = stdout.indexOf('+127.0.0.1  welcome.dev.local');
      expect(shown).toBeGreaterThan(-1);
      expect(stdout.indexOf('done')).toBeGreaterThan(shown);
      expect(await readFile(hosts, 'utf8')).toContain('welcome.dev.local');
      expect((await atTerminal('names', 'uninstall')).status).toBe(0);
      expect(await readFile(hosts)).toEqual(before);
      const left = await machine.run(['ls', '-A', '/run/nobody/berth/data/elevation']);
      expect(left.stdout).toBe('');
    });

    test('who is refused them changes nothing', async () => {
      await may('root ALL=(ALL) ALL');
      const before = await readFile(join(machine.etc, 'hosts'));
      const files = await readdir(machine.etc);
      const { status, stdout } = await atTerminal('names', 'install', '--hosts-file');
      expect(status).toBe(1);
      expect(stdout).toContain('failed');
      expect(await readFile(join(machine.etc, 'hosts'))).toEqual(before);
      expect(await readdir(machine.etc)).toEqual(files);
    });
  });
});
