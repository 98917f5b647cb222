import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startControlHarness } from '../../../test/support/controlHarness.ts';
import { fakeControlServices } from '../../../test/support/fakeControlServices.ts';
import { describeWhen, isLinux, isRoot, rootReason } from '../../../test/support/requirement.ts';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';
import { connectControl } from '../client/index.ts';
import { controlSocket, linkFile, tokenFile } from './address.ts';
import { startControl } from './index.ts';

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

it('socket and token are for their user alone, and go with the instance', async () => {
  await using place = await temporaryDirectory();
  const first = await startControlHarness({}, place.path);
  expect(await modeOf(first.socket)).toBe(0o600);
  expect(await modeOf(join(place.path, 'control.token'))).toBe(0o600);
  expect(first.token).toMatch(/^[\w-]{43}$/);
  await first.control.close();
  await expect(stat(first.socket)).rejects.toThrow('ENOENT');
  await expect(stat(join(place.path, 'control.token'))).rejects.toThrow('ENOENT');

  await using second = await startControlHarness({}, place.path);
  expect(second.token).not.toBe(first.token);
});

it('the page that leads a browser on goes with the instance, and that of a killed one before the next', async () => {
  await using place = await temporaryDirectory();
  const link = linkFile({ runtime: place.path });
  await writeFile(link, 'old');
  const harness = await startControlHarness({}, place.path);
  await expect(stat(link)).rejects.toThrow('ENOENT');
  await writeFile(link, 'new');
  await harness.control.close();
  await expect(stat(link)).rejects.toThrow('ENOENT');
});

it('a token that others could read is replaced, not filled', async () => {
  await using place = await temporaryDirectory();
  await writeFile(join(place.path, 'control.token'), 'old', { mode: 0o644 });
  await using harness = await startControlHarness({}, place.path);
  expect(await modeOf(join(place.path, 'control.token'))).toBe(0o600);
  expect(harness.token).not.toBe('old');
});

it('the socket that a dead process left is replaced', async () => {
  await using place = await temporaryDirectory();
  const path = join(place.path, 'control.sock');
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', script]), 'close');
  expect((await stat(path)).isSocket()).toBe(true);

  await using harness = await startControlHarness({}, place.path);
  expect(harness.control.socket).toBe(path);
  (await connectControl({ socket: path })).close();
  expect(harness.said).toEqual([]);
});

it('a live one is left to its instance, and so is the token', async () => {
  await using first = await startControlHarness();
  await using second = await startControlHarness({}, first.runtime);
  expect(second.control).toMatchObject({ socket: null, dashboard: null });
  expect(second.said).toEqual([
    `warn: there is no control socket: the instance with pid ${process.pid} listens at ${first.socket}; give this one a BERTH_HOME of its own`,
  ]);
  await second.control.close();

  const { api, close } = await connectControl({ socket: first.socket });
  expect(await api.hosts.list()).toHaveLength(1);
  close();
  expect(await readFile(tokenFile({ runtime: first.runtime }), 'utf8')).toContain(first.token);
});

it('what is no socket is neither replaced nor fatal', async () => {
  await using place = await temporaryDirectory();
  await writeFile(join(place.path, 'control.sock'), 'precious');
  await using harness = await startControlHarness({}, place.path);
  expect(harness.control).toMatchObject({ socket: null, dashboard: null });
  expect(harness.said[0]).toMatch(/^warn: there is no control socket: /);
  expect(await readFile(join(place.path, 'control.sock'), 'utf8')).toBe('precious');
});

describe('a port of the loopback door that is taken', () => {
  const start = async (runtime: string, port: number, anyPort: boolean) => {
    const said: string[] = [];
    const control = await startControl({
      services: fakeControlServices,
      directories: { runtime },
      interfaceFolder: runtime,
      port,
      anyPort,
      log: (level, message) => said.push(`${level}: ${message}`),
      now: () => performance.now(),
    });
    return { control, said };
  };
  const taken = async (): Promise<{ port: number; free: () => void }> => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return {
      port: typeof address === 'object' && address !== null ? address.port : 0,
      free: () => server.close(),
    };
  };

  it('is replaced by another when nobody asked for it', async () => {
    await using place = await temporaryDirectory();
    const other = await taken();
    const { control, said } = await start(place.path, other.port, true);
    expect(control.dashboard).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(control.dashboard).not.toContain(`:${other.port}`);
    expect(said).toEqual([]);
    await control.close();
    other.free();
  });

  it('leaves the socket alone, with a warning, when it was asked for', async () => {
    await using place = await temporaryDirectory();
    const other = await taken();
    const { control, said } = await start(place.path, other.port, false);
    expect(control.dashboard).toBeNull();
    expect(control.socket).not.toBeNull();
    expect(said).toEqual([expect.stringMatching(/^warn: there is no dashboard: .*EADDRINUSE/)]);
    await expect(stat(tokenFile({ runtime: place.path }))).rejects.toThrow('ENOENT');
    await control.close();
    other.free();
  });
});

it('it can be switched off', async () => {
  await using place = await temporaryDirectory();
  const control = await startControl({
    services: fakeControlServices,
    directories: { runtime: place.path },
    interfaceFolder: place.path,
    port: null,
    anyPort: false,
    log: () => undefined,
    now: () => performance.now(),
  });
  expect(control.dashboard).toBeNull();
  await expect(stat(tokenFile({ runtime: place.path }))).rejects.toThrow('ENOENT');
  const { api, close } = await connectControl({ socket: control.socket ?? '' });
  await expect(api.instance.handOver()).rejects.toMatchObject({
    code: 'BERTH_CONTROL_UNUSABLE',
    detail: expect.stringContaining('"control.port" is switched off'),
  });
  close();
  await control.close();
});

it('on Windows it is a pipe, another one for each user and directory', () => {
  const pipe = (runtime: string): string => controlSocket({ runtime }, 'win32');
  const ada = pipe('C:\\Users\\ada\\AppData\\Local\\Berth\\run');
  expect(ada).toMatch(/^\\\\\.\\pipe\\berth-control-[0-9a-f]{16}$/);
  expect(pipe('c:\\users\\ADA\\appdata\\local\\berth\\run')).toBe(ada);
  expect(pipe('C:\\Users\\bob\\AppData\\Local\\Berth\\run')).not.toBe(ada);
});

describeWhen(isLinux && isRoot, `${rootReason}, on Linux`, 'another user of this machine', () => {
  /** What somebody else is told when he connects, reads the token, and calls without it. */
  const attempt = async (socket: string, token: string, port: number): Promise<unknown> => {
    const script = `
      const net = require('node:net'), fs = require('node:fs'), http = require('node:http');
      const connected = new Promise((resolve) => {
        const client = net.connect(process.argv[1]);
        client.on('connect', () => resolve('connected')).on('error', (error) => resolve(error.code));
      });
      let read;
      try { read = fs.readFileSync(process.argv[2], 'utf8'); } catch (error) { read = error.code; }
      const called = new Promise((resolve) => {
        const path = '/rpc/hosts/list';
        http.request({ port: process.argv[3], path, method: 'POST' }, (answer) => resolve(answer.statusCode)).end();
      });
      Promise.all([connected, read, called]).then((all) => {
        console.log(JSON.stringify(all));
        process.exit();
      });`;
    const child = spawn(process.execPath, ['-e', script, socket, token, String(port)], {
      uid: 65_534,
      gid: 65_534,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
    await once(child, 'close');
    return JSON.parse(said);
  };

  it('gets in by neither door, whether the directory or the file stands in the way', async () => {
    await using harness = await startControlHarness();
    const token = tokenFile({ runtime: harness.runtime });
    expect(await modeOf(harness.runtime)).toBe(0o700);
    const refused = ['EACCES', 'EACCES', 401];
    expect(await attempt(harness.socket, token, harness.port)).toEqual(refused);
    await chmod(harness.runtime, 0o755);
    expect(await attempt(harness.socket, token, harness.port)).toEqual(refused);
    expect(harness.services.calls).toEqual([]);
  });
});
