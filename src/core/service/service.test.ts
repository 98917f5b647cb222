import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeWith } from '../../../test/support/requirement.ts';
import { runtimes } from '../../../test/support/runtimes.ts';
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../../test/support/temporaryDirectory.ts';
import { type ManagerInputs, managerFor } from './manager.ts';
import type { Ran, RunProgram } from './run.ts';
import { installService, serviceStatus, uninstallService } from './service.ts';
import { readMark, type ServiceSpec, writeMark } from './spec.ts';
import { taskAction } from './windowsTask.ts';

const golden = (name: string) =>
  readFile(new URL(`../../../test/fixtures/service/${name}`, import.meta.url), 'utf8');

const plain: ServiceSpec = {
  node: '/usr/bin/node',
  program: '/usr/local/bin/berth',
  config: null,
  home: null,
  directory: '/home/ada',
};
/** What has a meaning in one file or another. */
const hard: ServiceSpec = {
  node: '/opt/node 20/bin/node',
  program: '/home/ada/a b/bin/berth',
  config: '/srv/100% "sure" $HOME & <co>/--x\\y.json',
  home: '/home/ada/Bü "ro"/%h',
  directory: '/srv/100% sure & <co>',
};
const windows: ServiceSpec = {
  node: 'C:\\Program Files\\nodejs\\node.exe',
  program: 'C:\\Users\\Ada B\\berth\\bin\\berth',
  config: 'C:\\Users\\Ada B\\it & that.json',
  home: null,
  directory: 'C:\\Users\\Ada B',
};

const inputs = (more: Partial<ManagerInputs> = {}): ManagerInputs => ({
  platform: 'linux',
  env: {},
  home: '/home/ada',
  uid: 1000,
  ...more,
});
const onWindows = inputs({
  platform: 'win32',
  env: { USERNAME: 'ada', USERDOMAIN: 'OFFICE', APPDATA: 'C:\\Users\\ada\\AppData\\Roaming' },
  home: 'C:\\Users\\ada',
});

describe('the file of', () => {
  test.each([
    ['linux', inputs(), plain, 'plain.service'],
    ['linux', inputs(), hard, 'hard.service'],
    ['darwin', inputs({ platform: 'darwin', home: '/Users/ada' }), plain, 'plain.plist'],
    ['darwin', inputs({ platform: 'darwin', home: '/Users/ada' }), hard, 'hard.plist'],
    ['win32', onWindows, windows, 'plain.xml'],
    ['win32', onWindows, { ...windows, config: null, home: 'D:\\berth home' }, 'home.xml'],
  ])('%s is what was looked at: %#', async (_platform, given, spec, name) => {
    expect(managerFor(given).file(spec)).toBe(await golden(name));
  });

  test('has its options in it, which come back to the letter', () => {
    const managers = [inputs(), inputs({ platform: 'darwin' }), onWindows].map(managerFor);
    for (const manager of managers) {
      for (const spec of [plain, windows]) expect(readMark(manager.file(spec))).toEqual(spec);
    }
    expect(readMark(`# ${writeMark(hard)}`)).toEqual(hard);
    expect(writeMark(hard)).not.toContain('--');
    expect(readMark('[Unit]\n')).toBeNull();
    expect(readMark('# berth-service: {"node": 1}')).toBeNull();
  });

  test('lies where the system looks for it', () => {
    const pathOf = (given: ManagerInputs) => managerFor(given).path;
    expect(pathOf(inputs())).toBe('/home/ada/.config/systemd/user/berth.service');
    expect(pathOf(inputs({ env: { XDG_CONFIG_HOME: '/x' } }))).toBe(
      '/x/systemd/user/berth.service',
    );
    expect(pathOf(inputs({ platform: 'darwin' }))).toBe(
      '/home/ada/Library/LaunchAgents/local.berth.plist',
    );
    expect(pathOf(onWindows)).toBe('C:\\Users\\ada\\AppData\\Roaming\\Berth\\service.xml');
    expect(() => managerFor(inputs({ platform: 'freebsd' }))).toThrow('freebsd has none');
  });

  test('of Windows is UTF-16 with a byte order mark', () => {
    const data = managerFor(onWindows).encode('a\n');
    expect([...data]).toEqual([0xff, 0xfe, 0x61, 0, 0x0d, 0, 0x0a, 0]);
  });

  test('takes no path that it could not hold', () => {
    const manager = managerFor(inputs());
    expect(() => manager.file({ ...plain, config: '/a\nExecStart=/bin/sh' })).toThrow(
      'config has a control character',
    );
    expect(() => taskAction({ ...windows, home: 'C:\\100%' })).toThrow('cannot stand beside');
    expect(taskAction({ ...windows, config: 'C:\\a b\\' }).arguments).toMatch(/ "C:\\a b\\\\"$/);
  });
});

/** A service manager that is made up: what each command is answered with, and what was asked. */
function manager(answer: (command: string) => Partial<Extract<Ran, { kind: 'done' }>> | null) {
  const asked: string[] = [];
  const run: RunProgram = async (program, argv) => {
    const command = [program, ...argv].join(' ');
    asked.push(command);
    const given = answer(command);
    return given === null
      ? { kind: 'missing' }
      : { kind: 'done', exitCode: 0, stdout: '', stderr: '', ...given };
  };
  return { asked, run };
}

describe('with systemd', () => {
  let home: TemporaryDirectory;
  beforeEach(async () => {
    home = await temporaryDirectory();
  });
  afterEach(() => home[Symbol.asyncDispose]());

  const deps = (run: RunProgram, said: string[] = []) => ({
    manager: managerFor(inputs({ home: home.path })),
    run,
    running: (argv: readonly string[]) => void said.push(argv.join(' ')),
  });
  const file = () => join(home.path, '.config/systemd/user/berth.service');
  const check = 'systemctl --user show --property=Version';
  const active = 'ActiveState=active\nSubState=running\nMainPID=42\nUnitFileState=enabled\n';

  test('is installed, installed again, changed, looked at and uninstalled', async () => {
    const { asked, run } = manager((command) =>
      command.includes('ActiveState') ? { stdout: active } : {},
    );
    const said: string[] = [];
    expect(await installService(plain, deps(run, said))).toBe(true);
    expect(await readFile(file(), 'utf8')).toBe(await golden('plain.service'));
    expect(asked).toEqual([
      check,
      'systemctl --user daemon-reload',
      'systemctl --user enable --now berth.service',
    ]);
    expect(said).toEqual(asked.slice(1));
    expect(await installService(plain, deps(run))).toBe(false);
    expect(asked.slice(3)).toEqual(asked.slice(0, 3));

    asked.length = 0;
    const changed = { ...plain, node: process.execPath, program: '/nonexistent/berth', home: '/x' };
    expect(await installService(changed, deps(run))).toBe(true);
    expect(asked.at(-1)).toBe('systemctl --user restart berth.service');
    expect(await serviceStatus(deps(run))).toEqual({
      path: file(),
      installed: true,
      spec: changed,
      state: { running: true, enabled: true, pid: 42, state: 'active (running)' },
      gone: ['/nonexistent/berth'],
    });

    asked.length = 0;
    expect(await uninstallService(deps(run))).toBe(true);
    expect(asked).toEqual([
      check,
      'systemctl --user disable --now berth.service',
      'systemctl --user daemon-reload',
    ]);
    expect(await readdir(dirname(file()))).toEqual([]);
    expect(await uninstallService(deps(run))).toBe(false);
    expect(await serviceStatus(deps(run))).toMatchObject({ installed: false, spec: null });
  });

  test.each([
    ['no systemctl', null, 'there is no systemctl here'],
    [
      'no session',
      {
        exitCode: 1,
        stderr:
          'Failed to connect to user scope bus via local transport: No such file or directory',
      },
      'systemd has no session for this user',
    ],
    [
      'no systemd',
      { exitCode: 1, stderr: 'System has not been booted with systemd as init system (PID 1).' },
      'systemd has no session for this user',
    ],
  ])(
    'where there is %s nothing is written, and it says what to do',
    async (_what, answer, text) => {
      const { run } = manager(() => answer);
      const refused = await installService(plain, deps(run)).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        code: 'BERTH_SERVICE_UNAVAILABLE',
        detail: expect.stringContaining(text),
      });
      expect(await readdir(home.path)).toEqual([]);
    },
  );

  test('puts back what was there when systemd refuses the new file', async () => {
    const good = manager(() => ({}));
    await installService(plain, deps(good.run));
    const before = await readFile(file(), 'utf8');
    const bad = manager((command) =>
      command.includes('enable') ? { exitCode: 1, stderr: 'Failed to enable unit: no' } : {},
    );
    await expect(installService({ ...plain, home: '/x' }, deps(bad.run))).rejects.toMatchObject({
      detail: 'systemctl --user enable --now berth.service: Failed to enable unit: no',
    });
    expect(await readFile(file(), 'utf8')).toBe(before);
    await uninstallService(deps(good.run));
    await expect(installService(plain, deps(bad.run))).rejects.toThrow('no');
    expect(await readdir(dirname(file()))).toEqual([]);
  });

  test('leaves a file alone that somebody else made', async () => {
    await mkdir(dirname(file()), { recursive: true });
    await writeFile(file(), '[Service]\nExecStart=/bin/true\n');
    const { asked, run } = manager(() => ({}));
    const attempts = [() => installService(plain, deps(run)), () => uninstallService(deps(run))];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toThrow('was not made by "berth service install"');
    }
    expect(asked).toEqual([]);
    expect(await readFile(file(), 'utf8')).toContain('/bin/true');
    expect(await serviceStatus(deps(run))).toMatchObject({ installed: true, spec: null });
  });
});

describe('the commands of', () => {
  const commands = (given: ManagerInputs) => {
    const { install, uninstall } = managerFor(given);
    return [...install('other'), ...uninstall.before, ...uninstall.after].map(({ argv }) =>
      argv.join(' '),
    );
  };

  test('launchd', () => {
    const path = '/Users/ada/Library/LaunchAgents/local.berth.plist';
    expect(commands(inputs({ platform: 'darwin', home: '/Users/ada', uid: 501 }))).toEqual([
      'launchctl bootout gui/501/local.berth',
      `launchctl bootstrap gui/501 ${path}`,
      'launchctl bootout gui/501/local.berth',
    ]);
  });

  test('Task Scheduler', () => {
    expect(commands(onWindows)).toEqual([
      'schtasks /End /TN Berth',
      'schtasks /Create /TN Berth /XML C:\\Users\\ada\\AppData\\Roaming\\Berth\\service.xml /F',
      'schtasks /Run /TN Berth',
      'schtasks /End /TN Berth',
      'schtasks /Delete /TN Berth /F',
    ]);
  });

  test.each([
    [
      inputs(),
      0,
      'ActiveState=failed\nSubState=failed\nMainPID=0\nUnitFileState=disabled\n',
      false,
      null,
    ],
    [inputs(), 0, 'ActiveState=reloading\nSubState=x\nMainPID=7\nUnitFileState=enabled\n', true, 7],
    [inputs({ platform: 'darwin' }), 0, 'x = {\n\tstate = running\n\tpid = 812\n}\n', true, 812],
    [inputs({ platform: 'darwin' }), 0, 'x = {\n\tstate = not running\n}\n', false, null],
    [inputs({ platform: 'darwin' }), 113, '', false, null],
    [onWindows, 0, 'Running\r\n', true, null],
    [onWindows, 0, 'Ready\r\n', false, null],
    [onWindows, 1, '', false, null],
  ])('what they say is read: %#', (given, exitCode, stdout, running, pid) => {
    expect(managerFor(given).read({ exitCode, stdout })).toMatchObject({ running, pid });
  });
});

describeWith('systemd-analyze', 'systemd itself', () => {
  test('finds nothing wrong in a unit', async () => {
    await using directory = await temporaryDirectory();
    const unit = managerFor(inputs()).file({
      node: process.execPath,
      program: join(directory.path, '100% "it\'s" $HOME'),
      config: join(directory.path, 'c d.json'),
      home: join(directory.path, 'h%h'),
      directory: directory.path,
    });
    const path = join(directory.path, 'berth.service');
    await writeFile(path, unit);
    const said = await new Promise<string>((resolve) => {
      const env = { ...process.env, XDG_RUNTIME_DIR: directory.path };
      execFile(
        runtimes['systemd-analyze'].program,
        ['--user', 'verify', path],
        { env },
        (error, stdout, stderr) => resolve(`${error?.code ?? 0} ${stdout}${stderr}`),
      );
    });
    expect(said).toBe('0 ');
  });
});
