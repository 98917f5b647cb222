import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli, startCli, streamOf } from '../../../test/support/cliHarness.ts';
import { eventuallyHolds } from '../../../test/support/eventually.ts';
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
      stdout: '/nonexistent/berth/config/berth.json\n',
      stderr: 'It does not exist: the defaults hold\n',
    });
    await mkdir(join(cwd, 'config'));
    const path = join(cwd, 'config', 'config.json');
    await writeFile(path, '{}');
    expect(await runCli(['config', 'path'], { cwd })).toMatchObject({
      stdout: `${path}\n`,
      stderr: '',
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
    ['app.dev.local', 'http://app.dev.local:8080/'],
    ['any.wild.dev.local', 'http://any.wild.dev.local:8080/'],
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
    const other = await runCli(['open', 'safe.dev.local', '--print'], {
      answers: { ...answers, 'instance.status': () => instanceStatus({ listeners }) },
    });
    expect(other.stdout).toBe('https://safe.dev.local/\n');
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

describe('berth stop', () => {
  const gone = () => {
    throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
  };

  test('signals the process that answered as Berth, and waits until it is gone', async () => {
    let looks = 0;
    const ran = startCli(['stop'], {
      killing: (_pid, signal) => {
        if (signal === 0 && ++looks > 2) gone();
      },
    });
    expect(await ran.exitCode).toBe(0);
    expect(ran.killed).toEqual([[4711, 'SIGTERM'], ...Array(3).fill([4711, 0])]);
    expect(ran.stderr).toMatch(/^Stopping pid 4711: .*\nStopped\n$/);
    expect(ran.open).toBe(0);
  });

  test('--now sends two signals that cannot become one', async () => {
    const ran = startCli(['stop', '--now', '--json'], {
      killing: (_pid, signal) => signal === 0 && gone(),
    });
    expect(await ran.exitCode).toBe(0);
    expect(ran.killed.map(([, signal]) => signal)).toEqual(['SIGTERM', 'SIGINT', 0]);
    expect(JSON.parse(ran.stdout)).toEqual({ schema: 1, pid: 4711, stopped: true });
  });

  test('nobody is signalled when no instance runs', async () => {
    const ran = startCli(['stop'], { answers: null });
    expect(await ran.exitCode).toBe(6);
    expect(ran.killed).toEqual([]);
  });

  test("another user's process is an error that says so", async () => {
    const ran = startCli(['stop'], {
      killing: () => {
        throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
      },
    });
    expect(await ran.exitCode).toBe(6);
    expect(ran.stderr).toContain('the process 4711 cannot be signalled (EPERM)');
  });
});

test('berth metrics prints the text for Prometheus', async () => {
  const answers = { 'instance.metrics': () => '# HELP a b\na 1\n' };
  const { stdout } = await runCli(['metrics'], { answers });
  expect(stdout).toBe('# HELP a b\na 1\n');
  const json = await runCli(['metrics', '--json'], { answers });
  expect(JSON.parse(json.stdout)).toEqual({ schema: 1, metrics: '# HELP a b\na 1\n' });
});

test('berth status --watch prints each status as it comes', async () => {
  const later = instanceStatus({ hosts: 4 });
  const running = startCli(['status', '--watch', '--json'], {
    answers: {
      'instance.watch': (_input, { signal }) => streamOf([instanceStatus(), later], signal),
    },
  });
  await eventuallyHolds(() => expect(running.stdout.trimEnd().split('\n')).toHaveLength(2));
  running.signals.emit('SIGINT');
  expect(await running.exitCode).toBe(130);
  expect(JSON.parse(running.stdout.split('\n')[1] ?? '')).toEqual(later);
});

describe('berth events', () => {
  const event = {
    at: new Date(2026, 2, 1, 10, 42, 7).getTime(),
    name: 'app.localhost',
    url: 'http://127.0.0.1:3000',
    from: 'up',
    to: 'down',
    reason: 'refused',
  };

  test.each([
    [['events'], '10:42:07  app.localhost  http://127.0.0.1:3000  up → down: refused\n'],
    [['events', '--json'], `${JSON.stringify({ schema: 1, ...event })}\n`],
  ])('%j prints each as it comes, until Ctrl-C', async (argv, line) => {
    const running = startCli(argv, {
      answers: { 'health.events': (_input, { signal }) => streamOf([event], signal) },
    });
    await eventuallyHolds(() => expect(running.stdout).toBe(line));
    running.signals.emit('SIGINT');
    expect(await running.exitCode).toBe(130);
  });
});
