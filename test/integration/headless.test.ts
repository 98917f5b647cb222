import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectControl } from '../../src/core/client/index.ts';

const program = resolve('dist/cli.cjs');
const patience = { timeout: 20_000, interval: 20 };

let cwd: string;
let running: ChildProcess[];
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'berth-run-'));
  running = [];
});
afterEach(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(cwd, { recursive: true });
});

const configure = (more: object = {}) =>
  writeFile(
    join(cwd, 'c.json'),
    JSON.stringify({
      server: { workers: 1, accessLog: join(cwd, 'access.log'), gracefulWait: 5 },
      http: { bind: '127.0.0.1', port: 0 },
      driver: 'embedded://127.0.0.1:0',
      user: 'root',
      ...more,
    }),
  );

/** A started instance: what it says, and where it serves. */
async function start(how: 'spawn' | 'fork' = 'spawn', options: readonly string[] = []) {
  await configure();
  const env = { ...process.env, BERTH_HOME: join(cwd, 'home') };
  const argv = ['--headless', '-c', 'c.json', ...options];
  const child =
    how === 'fork'
      ? fork(program, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
      : spawn(process.execPath, [program, ...argv], {
          cwd,
          env,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
  running.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (part) => (stdout += part));
  child.stderr?.on('data', (part) => (stderr += part));
  // Not `close`: with a channel that was closed from this side it never comes.
  const ended = once(child, 'exit').then(([exitCode, signal]) => ({ exitCode, signal }));
  const saying = (text: string | RegExp) =>
    vi.waitFor(() => expect(stderr).toMatch(text), patience);
  await Promise.race([saying('access log'), ended]);
  const port = Number(/http:\/\/welcome\.localhost:(\d+)\//.exec(stderr)?.[1]);
  expect(port, stderr).toBeGreaterThan(0);
  return { child, port, ended, saying, stdout: () => stdout, stderr: () => stderr };
}

/** The first line of the answer to one request on a fresh connection. */
async function ask(port: number, host: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const part of socket) answer += part;
  return answer.split('\r\n')[0] ?? '';
}

const refused = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      done(false);
    });
    socket.once('error', () => done(true));
  });

test('it says where it serves, and what it says there is true', async () => {
  const { port, stdout, stderr } = await start();
  expect(stdout()).toBe('');
  expect(stderr()).toMatch(/redis-cli -p \d+ rpush frontend:app\.localhost app http:/);
  expect(stderr().trimEnd().split('\n').length).toBeLessThanOrEqual(10);
  expect(await ask(port, 'welcome.localhost')).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask(port, '__ping__')).toMatch(/^HTTP\/1\.1 200 /);
});

describe('it stops cleanly, with exit code 0', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s', async (signal) => {
    const { child, port, ended } = await start();
    child.kill(signal);
    expect(await ended).toEqual({ exitCode: 0, signal: null });
    expect(await refused(port)).toBe(true);
  });
});

test('SIGUSR1 reopens the access log and opens no debugger', async () => {
  const { child, port, saying, stderr } = await start();
  await rename(join(cwd, 'access.log'), join(cwd, 'access.log.1'));
  child.kill('SIGUSR1');
  await saying(/reopened/);
  await ask(port, '__ping__');
  await ask(port, 'unknown.localhost');
  await vi.waitFor(async () => {
    expect((await stat(join(cwd, 'access.log'))).size).toBeGreaterThan(0);
  }, patience);
  expect(stderr()).not.toContain('Debugger');
});

test('SIGHUP with a file that is wrong says so and goes on', async () => {
  const { child, port, saying } = await start();
  await configure({ http: { port: 'x' } });
  child.kill('SIGHUP');
  await saying('http.port is "x"');
  expect(await ask(port, 'welcome.localhost')).toMatch(/^HTTP\/1\.1 200 /);
});

test('a forked instance ends when its parent is gone, and frees its port', async () => {
  const { child, port, ended } = await start('fork');
  child.disconnect();
  expect((await ended).signal).toBeNull();
  await vi.waitFor(async () => expect(await refused(port)).toBe(true), patience);
});

test('an instance that the desktop app started says so', async () => {
  const { child, ended } = await start('fork', ['--for-desktop']);
  const client = await connectControl({ socket: join(cwd, 'home', 'run', 'control.sock') });
  expect((await client.api.instance.status()).mode).toBe('desktop');
  client.close();
  child.disconnect();
  expect((await ended).signal).toBeNull();
});
