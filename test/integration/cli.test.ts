import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { version } from '../../src/shared/version.ts';
import { isRoot, itWhen } from '../support/requirement.ts';

const program = resolve('dist/cli.cjs');
const fixture = (name: string) => resolve('test/fixtures/config', name);

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'berth-cli-'));
});
afterEach(() => rm(cwd, { recursive: true }));

async function berth(argv: readonly string[], env: Record<string, string> = {}) {
  const { SETTINGS_FLAVOR: _flavor, NO_COLOR: _noColor, ...inherited } = process.env;
  const child = spawn(process.execPath, [program, ...argv], {
    cwd,
    env: { ...inherited, BERTH_HOME: join(cwd, 'home'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part) => (stdout += part));
  child.stderr.on('data', (part) => (stderr += part));
  const [exitCode] = await once(child, 'close');
  return { exitCode, stdout, stderr };
}

const write = (name: string, content: unknown) =>
  writeFile(join(cwd, name), typeof content === 'string' ? content : JSON.stringify(content));

describe('--dry', () => {
  test('prints the defaults as JSON when there is no file', async () => {
    const { exitCode, stdout, stderr } = await berth(['--dry']);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      server: { accessLog: join(cwd, 'home', 'state', 'access.log') },
      http: { port: 80, bind: ['127.0.0.1', '::1'] },
      https: { port: 443, bind: ['127.0.0.1', '::1'] },
      driver: 'embedded://127.0.0.1:6390',
    });
  });

  test('prints what a file comes to, secrets hidden, and its warnings beside', async () => {
    await write('c.json', {
      server: { port: 8080, worker: 1 },
      driver: 'redis://:Xs3cr3tX@host#p',
      user: 'root',
      https: {
        bind: '127.0.0.1',
        key: fixture('locked.key'),
        cert: fixture('locked.crt'),
        passphrase: 'sesame',
      },
    });
    const { exitCode, stdout, stderr } = await berth(['-d', '-c', 'c.json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      http: { port: 8080 },
      https: { port: 443, key: fixture('locked.key'), passphrase: '***' },
      driver: 'redis://:***@host:6379/0#p',
    });
    expect(stderr).toBe(
      [
        'berth: warning: server.port is an old key: use http.port',
        'berth: warning: server.worker is not a key of Berth: did you mean server.workers?',
        '',
      ].join('\n'),
    );
    expect(stdout + stderr).not.toMatch(/Xs3cr3tX|sesame/);
  });

  test.each([
    ['the defaults', null],
    [
      'a file',
      {
        server: { workers: 3, staticDir: '.' },
        http: { bind: ['127.0.0.1', { address: '::1', port: 81 }] },
        https: { bind: '127.0.0.1', key: fixture('plain.key'), cert: fixture('plain.crt') },
        driver: ['redis://:p@replica', 'redis://:p@primary#x'],
        user: 'root',
      },
    ],
  ])('prints a file that comes to the same: %s', async (_name, content) => {
    if (content !== null) await write('c.json', content);
    const first = await berth(['--dry', ...(content === null ? [] : ['-c', 'c.json'])]);
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    await write('again.json', first.stdout);
    expect(await berth(['--dry', '-c', 'again.json'])).toEqual(first);
  });

  test('refuses what a start would refuse, in the same words', async () => {
    await mkdir(join(cwd, 'pages', 'error_502.html'), { recursive: true });
    const contents: object[] = [{ user: 'root', server: { staticDir: 'pages' } }];
    if (isRoot) contents.push({}, { user: 'nobody-such' }, { user: 'nobody', group: 'no-such' });
    for (const content of contents) {
      const server = { accessLog: join(cwd, 'access.log'), ...Object(content).server };
      const ports = { http: { port: 0 }, driver: 'embedded:' };
      await write('c.json', { ...ports, ...content, server });
      const dry = await berth(['--dry', '-c', 'c.json']);
      expect(dry).toMatchObject({ exitCode: 3, stdout: '' });
      expect(await berth(['--headless', '-c', 'c.json'])).toEqual(dry);
    }
  });

  test('leaves nothing behind', async () => {
    await berth(['--dry']);
    expect(await readdir(cwd)).toEqual([]);
  });

  test('finds the file that SETTINGS_FLAVOR names', async () => {
    await mkdir(join(cwd, 'config'));
    await write('config/config_test.json', { http: { port: 1080 }, user: 'root' });
    const { exitCode, stdout } = await berth(['--dry'], { SETTINGS_FLAVOR: 'test' });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ http: { port: 1080 } });
  });

  test('is content when its reader leaves early', async () => {
    const child = spawn(
      '/bin/sh',
      ['-c', '"$0" "$1" --dry | head -c 1', process.execPath, program],
      {
        cwd,
        env: { ...process.env, BERTH_HOME: join(cwd, 'home') },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let stderr = '';
    child.stderr.on('data', (part) => (stderr += part));
    child.stdout.resume();
    await once(child, 'close');
    expect(stderr).toBe('');
  });
});

describe('exit code 3: the configuration is not valid', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['a wrong value', { server: { workers: 0 } }, ['server.workers is 0; it takes']],
    [
      'several at once',
      { server: { workers: 0 }, http: { bind: 'a b' } },
      ['2 problems in', '  - server.workers is 0', '  - http.bind is "a b"'],
    ],
    ['no JSON', '{"server": {,}}', ['c.json, line 1, column 13: a name in double quotes']],
    ['a driver that is not ours', { driver: 'etcd:' }, ['there is no driver "etcd"']],
    [
      'a missing key file',
      { https: { bind: '::1', key: '/no/key', cert: fixture('plain.crt') } },
      ['the key "/no/key" (https.key, or key of a bind) cannot be read: it does not exist'],
    ],
  ])('%s', async (_name, content, phrases) => {
    await write('c.json', content);
    const dry = await berth(['--dry', '-c', 'c.json']);
    const started = await berth(['--headless', '-c', 'c.json']);
    for (const { exitCode, stdout, stderr } of [dry, started]) {
      expect(exitCode).toBe(3);
      expect(stdout).toBe('');
      for (const phrase of phrases) expect(stderr).toContain(phrase);
      expect(stderr).toContain('[BERTH_CONFIG_INVALID]');
    }
  });

  test('a missing file', async () => {
    expect(await berth(['-c', 'none.json'])).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: expect.stringContaining(`${join(cwd, 'none.json')} does not exist`),
    });
  });
});

test('exit code 2: the command line is not valid', async () => {
  expect(await berth(['--drry'])).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining('Did you mean --dry?'),
  });
});

test('exit code 4: a port of the configuration is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    await write('c.json', {
      server: { workers: 1, accessLog: join(cwd, 'access.log') },
      http: { bind: '127.0.0.1', port },
      driver: 'embedded:',
      user: 'root',
    });
    const { exitCode, stdout, stderr } = await berth(['-c', 'c.json']);
    expect(stderr).toContain('[BERTH_PORT_TAKEN]');
    expect(stderr).toContain(String(port));
    expect(exitCode).toBe(4);
    expect(stdout).toBe('');
  } finally {
    taken.close();
  }
});

test('exit code 0: help and version go to standard output alone', async () => {
  expect(await berth(['--version'])).toEqual({
    exitCode: 0,
    stdout: `${version}\n`,
    stderr: '',
  });
  expect(await berth(['-h'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('Usage: berth [options]'),
    stderr: '',
  });
});

test.each([
  ['the version', ['--version']],
  ['a verb', ['status']],
])('%s loads no package that only an instance needs', async (_name, argv) => {
  const hook = join(cwd, 'loaded.cjs');
  const list = "process.on('exit', () => console.error(Object.keys(require.cache).join('\\n')))";
  await writeFile(hook, list);
  const { stderr } = await berth(argv, { NODE_OPTIONS: `--require ${hook}` });
  const loaded = stderr.split('\n').filter((line) => line.endsWith('js'));
  expect(loaded).toEqual([hook, program]);
});

itWhen(
  process.platform === 'linux',
  'it needs /dev/full',
  'data that could not be written is a failure',
  async () => {
    await using full = await open('/dev/full', 'w');
    const child = spawn(process.execPath, [program, '--dry'], {
      cwd,
      env: { ...process.env, BERTH_HOME: join(cwd, 'home') },
      stdio: ['ignore', full.fd, 'pipe'],
    });
    let stderr = '';
    child.stderr?.on('data', (part) => (stderr += part));
    const [exitCode] = await once(child, 'close');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('standard output: ENOSPC');
    expect(stderr).not.toContain('    at ');
  },
);

test('control characters that somebody typed are not echoed to the terminal', async () => {
  const { exitCode, stderr } = await berth(['rm', 'e\u001b[31m']);
  expect(exitCode).toBe(2);
  expect(stderr).not.toContain('\u001b');
});
