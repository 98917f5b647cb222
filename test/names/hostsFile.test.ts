import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectControl } from '../../src/core/client/index.ts';
import { limits } from '../../src/shared/limits.ts';
import { eventually } from '../support/eventually.ts';
import { describeOnMachine, type OwnMachine, startMachine } from '../support/ownMachine.ts';
import { describeWith } from '../support/requirement.ts';

describeOnMachine('the hosts file', () => {
  let machine: OwnMachine;
  beforeAll(async () => {
    machine = await startMachine({ isOnline: false });
    await machine.startBerth({
      http: { port: 8080 },
      https: { bind: [] },
      suffixes: ['dev.local'],
    });
    await machine.berth('add', 'app.dev.local', 'http://127.0.0.1:9');
  });
  afterAll(() => machine[Symbol.asyncDispose]());

  const addresses = async (host: string): Promise<string> =>
    (await machine.run(['getent', 'ahosts', host])).stdout;

  test('has programs find hosts on both families, and curl reach them, without any network', async () => {
    const hosts = join(machine.etc, 'hosts');
    await writeFile(hosts, '127.0.0.1 localhost\n# no end', { flag: 'w' });
    const before = await readFile(hosts);
    expect(await addresses('app.dev.local')).toBe('');
    expect((await machine.berth('names')).status).toBe(7);

    const dry = await machine.berth('names', 'install', '--dry-run');
    expect(dry.stdout).toContain('+127.0.0.1  app.dev.local');
    expect(await readFile(hosts)).toEqual(before);

    const installed = await machine.berth('names', 'install');
    expect(installed).toMatchObject({ status: 0 });
    const found = await addresses('app.dev.local');
    expect(found).toContain('127.0.0.1');
    expect(found).toContain('::1');
    const page = await machine.run(['curl', '-s', 'http://welcome.dev.local:8080/']);
    expect(page.stdout).toContain('Berth is running');
    expect((await machine.berth('names')).status).toBe(0);

    expect((await machine.berth('names', 'install')).stderr).toContain('nothing to do');
    expect((await machine.berth('names', 'uninstall')).status).toBe(0);
    expect(await readFile(hosts)).toEqual(before);
    expect(await addresses('app.dev.local')).toBe('');
  });

  test('that is mounted by itself, as in a container, is written in place', async () => {
    const own = join(machine.shared, 'hosts');
    await writeFile(own, '127.0.0.1 localhost\n');
    await machine.run(['mount', '--bind', own, '/etc/hosts']);
    expect((await machine.berth('names', 'install')).status).toBe(0);
    expect(await addresses('app.dev.local')).toContain('::1');
    expect((await machine.berth('names', 'uninstall')).status).toBe(0);
    expect(await readFile(own, 'utf8')).toBe('127.0.0.1 localhost\n');
    await machine.run(['umount', '/etc/hosts']);
  });

  test('is kept as the hosts are, once that is switched on, and let go by uninstall', async () => {
    const hosts = join(machine.etc, 'hosts');
    const before = await readFile(hosts);
    await machine.berth('config', 'set', 'names.hostsFile', 'true');
    await eventually('app.dev.local in it', async () =>
      (await readFile(hosts, 'utf8')).includes('app.dev.local'),
    );
    await machine.berth('add', 'later.dev.local', 'http://127.0.0.1:9');
    await eventually('later.dev.local is found', async () =>
      (await addresses('later.dev.local')).includes('127.0.0.1'),
    );
    await machine.berth('rm', 'later.dev.local');
    await eventually('it is gone', async () => (await addresses('later.dev.local')) === '');
    expect((await machine.berth('names')).stdout).toContain('kept by the instance');
    const { status, stderr } = await machine.berth('names', 'uninstall');
    expect(status).toBe(0);
    expect(stderr).toContain('does not keep the hosts file any more');
    await machine.berth('add', 'never.dev.local', 'http://127.0.0.1:9');
    expect(await readFile(hosts)).toEqual(before);
  });

  describeWith('script', 'at a terminal', () => {
    test('is not changed unseen: of many hosts the beginning is shown, and the rest is asked about', async () => {
      const client = await connectControl({
        socket: join(machine.home, 'berth', 'run', 'control.sock'),
      });
      const many = Array.from({ length: limits.maxShownChangeLines / 2 }, (_none, at) => at);
      for (const at of many) {
        await client.api.hosts.add({ name: `n${at}.dev.local`, backends: ['http://127.0.0.1:9'] });
      }
      client.close();
      const hosts = join(machine.etc, 'hosts');
      const before = await readFile(hosts);
      const cli = `${process.execPath} ${join(process.cwd(), 'dist/cli.cjs')}`;
      const typing = (answer: string) =>
        machine.run([
          ...['sh', '-c'],
          `echo ${answer} | script -qec '${cli} names install --hosts-file' /dev/null`,
        ]);
      const left = await typing('n');
      expect(left.stdout).toContain('"berth names install --hosts-file --dry-run | less" has all');
      expect(left.stdout).toContain('Nothing was changed.');
      expect(left.status).toBe(1);
      expect(await readFile(hosts)).toEqual(before);
      const all = await machine.berth('names', 'install', '--hosts-file', '--dry-run');
      for (const at of many) expect(all.stdout).toContain(`+127.0.0.1  n${at}.dev.local\n`);
      expect(await typing('y')).toMatchObject({ status: 0 });
      expect(await readFile(hosts, 'utf8')).toContain('n99.dev.local');
      expect((await machine.berth('names', 'uninstall')).status).toBe(0);
      expect(await readFile(hosts)).toEqual(before);
    });
  });

  test.each([
    'ln -s /run/full/hosts /etc/hosts',
    'touch /etc/hosts; mount --bind /run/full/hosts /etc/hosts',
  ])('that this user may write is what it was when the disk is full (%s)', async (have) => {
    const script = [
      'cp -a /etc/hosts /run/kept && rm -f /etc/hosts && mkdir -p /run/full /run/own',
      'mount -t tmpfs -o size=8k tmpfs /run/full && seq -s " # " 700 | head -c 4000 > /run/full/hosts',
      have,
      '{ cat /dev/zero > /run/full/filling || :; } 2>/dev/null',
      'chown -R 65534 /run/full /run/own && chmod -R 700 /run/full /run/own && sha256sum /etc/hosts',
      'setpriv --reuid=65534 --regid=65534 --clear-groups "$@" >&2 || echo "status $?"',
      'sha256sum /etc/hosts && rm /run/full/filling',
    ].join(' && ');
    const cli = [process.execPath, join(process.cwd(), 'dist/cli.cjs')];
    const ran = await machine.run(
      [...['sh', '-c', script, 'sh', ...cli, 'names', 'install', '--hosts-file']],
      { BERTH_HOME: '/run/own', DISPLAY: '', WAYLAND_DISPLAY: '' },
    );
    await machine.run([
      ...['sh', '-c'],
      'umount /etc/hosts; umount /run/full; rm -f /etc/hosts; cp -a /run/kept /etc/hosts',
    ]);
    const [before, status, after] = ran.stdout.trim().split('\n');
    expect(before).toMatch(/^[0-9a-f]{64} /);
    expect(status).toBe('status 1');
    expect(ran.stderr).toMatch(/the disk is full|no space left/);
    expect(after).toBe(before);
  });

  test('is left to a person who would have to be asked for the rights, with the command', async () => {
    const asUser = await machine.run(
      [
        'setpriv',
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        process.execPath,
        join(process.cwd(), 'dist/cli.cjs'),
        'names',
        'install',
        '--hosts-file',
      ],
      { BERTH_HOME: '/run/nobody', DISPLAY: '', WAYLAND_DISPLAY: '' },
    );
    // Nobody's directory is missing, and may not be made: first it is.
    expect(asUser.status).not.toBe(0);
    await machine.run(['install', '-d', '-o', '65534', '/run/nobody', '/run/nobody/config']);
    const again = await machine.run(
      [
        'setpriv',
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        process.execPath,
        join(process.cwd(), 'dist/cli.cjs'),
        'names',
        'install',
        '--hosts-file',
      ],
      { BERTH_HOME: '/run/nobody', DISPLAY: '', WAYLAND_DISPLAY: '' },
    );
    expect(again.stderr).toMatch(
      /sudo sh \/run\/nobody\/data\/elevation\/to-run\/[0-9a-f]{8}\/run\.sh\n/,
    );
    expect(again.status).toBe(8);
  });
});
