import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../../../test/support/cliHarness.ts';
import { hostView } from '../../../test/support/hostView.ts';
import { instanceStatus } from '../../../test/support/instanceStatus.ts';
import { defaultOptions } from '../../shared/model/options.ts';
import { version } from '../../shared/version.ts';

describe('berth status', () => {
  const answers = { 'instance.status': () => instanceStatus() };

  test('for a person', async () => {
    const ran = await runCli(['status'], { answers });
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.stdout).toContain('http://127.0.0.1:8080');
  });

  test('for a script: the status as the contract has it', async () => {
    const { stdout } = await runCli(['status', '--json'], { answers });
    expect(JSON.parse(stdout)).toEqual(instanceStatus());
  });

  test('without an instance it is exit code 6, and standard output stays empty', async () => {
    const ran = await runCli(['status', '--json'], { answers: null });
    expect(ran).toMatchObject({ exitCode: 6, stdout: '' });
    expect(ran.stderr).toContain('[BERTH_NOT_RUNNING]');
  });
});

test('berth reload reads the configuration again, or reopens the log', async () => {
  const answers = { 'instance.reload': () => null, 'instance.reopenLogs': () => null };
  expect(await runCli(['reload'], { answers })).toMatchObject({
    exitCode: 0,
    calls: [['instance.reload', undefined]],
    stderr: 'The configuration is read again\n',
  });
  expect(await runCli(['reload', '--logs', '--json'], { answers })).toMatchObject({
    calls: [['instance.reopenLogs', undefined]],
    stdout: '{\n  "schema": 1,\n  "done": true\n}\n',
    stderr: '',
  });
});

describe('berth version', () => {
  test('names the instance that runs', async () => {
    const answers = { 'instance.hello': () => ({ contract: 1, version: '0.0.9', pid: 7 }) };
    const { stdout } = await runCli(['version'], { answers });
    expect(stdout).toBe(
      `berth ${version} (node ${process.versions.node}, linux ${process.arch})\nrunning: 0.0.9, pid 7\n`,
    );
  });

  test('is no failure without one', async () => {
    const ran = await runCli(['version', '--json'], { answers: null });
    expect(ran.exitCode).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ schema: 1, version, instance: null });
  });
});

describe('berth config', () => {
  let cwd: string;
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'berth-config-'));
  });
  afterEach(() => rm(cwd, { recursive: true }));

  test('validate finds a file fine', async () => {
    await writeFile(join(cwd, 'c.json'), '{"http":{"port":8080},"server":{"worker":1}}');
    const ran = await runCli(['config', 'validate', 'c.json'], { cwd });
    expect(ran).toMatchObject({ exitCode: 0, stdout: '', calls: [] });
    expect(ran.stderr).toContain('warning: server.worker is not a key of Berth');
    expect(ran.stderr).toContain(`${join(cwd, 'c.json')} is valid\n`);
    const json = await runCli(['config', 'validate', 'c.json', '--json'], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 1, valid: true });
  });

  test('validate refuses what a start would, with exit code 3', async () => {
    await writeFile(join(cwd, 'c.json'), '{"http":{"port":"x"}}');
    const ran = await runCli(['config', 'validate', 'c.json'], { cwd });
    expect(ran).toMatchObject({ exitCode: 3, stdout: '' });
    expect(ran.stderr).toContain('http.port is "x"');
  });

  test('path says which file a start would read', async () => {
    const ran = await runCli(['config', 'path'], { cwd });
    expect(ran).toMatchObject({
      exitCode: 0,
      stdout: `${join(cwd, 'config', 'config.json')}\n`,
      stderr: 'It does not exist: the defaults hold\n',
    });
    const flavored = await runCli(['config', 'path', '--json'], {
      cwd,
      env: { SETTINGS_FLAVOR: 'test' },
    });
    expect(JSON.parse(flavored.stdout)).toMatchObject({
      schema: 1,
      file: join(cwd, 'config', 'config_test.json'),
      exists: false,
      directories: { data: '/nonexistent/berth/data' },
    });
  });
});

describe('berth open', () => {
  const answers = {
    'instance.status': () => instanceStatus(),
    'hosts.list': () => [
      hostView(),
      hostView({ name: '*.wild.localhost' }),
      hostView({ name: 'safe.localhost', options: { ...defaultOptions, redirectToHttps: true } }),
    ],
  };
  const desktop = { answers, env: { DISPLAY: ':0' } };

  test.each<[string, NodeJS.Platform, Record<string, string>, readonly string[] | undefined]>([
    ['Linux', 'linux', { DISPLAY: ':0' }, ['xdg-open']],
    ['Wayland', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, ['xdg-open']],
    [
      'WSL',
      'linux',
      { WSL_DISTRO_NAME: 'Debian' },
      ['rundll32.exe', 'url.dll,FileProtocolHandler'],
    ],
    ['macOS', 'darwin', {}, ['open']],
    ['Windows', 'win32', {}, ['rundll32', 'url.dll,FileProtocolHandler']],
    ['a server', 'linux', {}, undefined],
  ])('on %s', async (_name, platform, env, opener) => {
    const ran = await runCli(['open', 'app.localhost'], { answers, platform, env });
    const url = 'http://app.localhost:8080/';
    expect(ran).toMatchObject({ exitCode: 0, stdout: `${url}\n` });
    expect(ran.launched).toEqual(opener === undefined ? [] : [[...opener, url]]);
  });

  test.each([
    ['any.wild.localhost', 'http://any.wild.localhost:8080/'],
    ['*.wild.localhost', 'http://any.wild.localhost:8080/'],
    ['welcome.localhost', 'http://welcome.localhost:8080/'],
    ['safe.localhost', 'http://safe.localhost:8080/'],
  ])('%s is %s', async (name, url) => {
    const ran = await runCli(['open', name, '--print'], desktop);
    expect(ran).toMatchObject({ exitCode: 0, stdout: `${url}\n`, launched: [] });
  });

  test('HTTPS is opened where plain HTTP would only redirect', async () => {
    const listeners = [...instanceStatus().listeners, { address: '::1', port: 443, secure: true }];
    const ran = await runCli(['open', 'safe.localhost', '--print'], {
      answers: { ...answers, 'instance.status': () => instanceStatus({ listeners }) },
    });
    expect(ran.stdout).toBe('https://safe.localhost/\n');
  });

  test('a host that is not there is not opened, and the nearest is named', async () => {
    const ran = await runCli(['open', 'ap.localhost'], desktop);
    expect(ran).toMatchObject({ exitCode: 1, stdout: '', launched: [] });
    expect(ran.stderr).toContain('did you mean app.localhost?');
  });

  test('an opener that cannot be started leaves the address', async () => {
    const ran = await runCli(['open', 'app.localhost'], { ...desktop, canLaunch: false });
    expect(ran.stdout).toBe('http://app.localhost:8080/\n');
    expect(ran.stderr).toContain('xdg-open could not be started');
  });
});
