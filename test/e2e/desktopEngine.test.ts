import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import type Electron from 'electron';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { electronForTests } from '../../build/electronPlace.ts';
import { refuseToGo } from '../page/attempts.ts';
import { isAlive, startBerth } from '../support/berthProcess.ts';
import { desktopHome } from '../support/desktopHome.ts';
import { call, command, engineIs, stateOf } from '../support/desktopPage.ts';
import { type Display, startDisplay } from '../support/display.ts';
import {
  type Desktop,
  electronSwitches,
  environmentIn,
  startDesktop,
} from '../support/electron.ts';
import { eventually } from '../support/eventually.ts';
import { describeWith } from '../support/requirement.ts';
import type { TemporaryDirectory } from '../support/temporaryDirectory.ts';

describeWith(['electron', 'xvfb'], 'the proxy beside the desktop', () => {
  let display: Display;
  let home: TemporaryDirectory;
  const open = new Set<AsyncDisposable>();

  beforeAll(async () => {
    display = await startDisplay();
  });
  afterAll(async () => {
    await display?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    home = await desktopHome();
  });
  afterEach(async () => {
    for (const one of open) await one[Symbol.asyncDispose]();
    open.clear();
    await home[Symbol.asyncDispose]();
  });

  async function start(argv: readonly string[] = []): Promise<Desktop> {
    const desktop = await startDesktop({ env: display.env, home: home.path, argv });
    open.add(desktop);
    return desktop;
  }

  /** As `http://127.0.0.1:PORT` that the proxy serves. */
  const portOf = async (page: Awaited<ReturnType<Desktop['window']>>): Promise<number> => {
    const status = (await call(page, '/instance/status')) as { listeners: { port: number }[] };
    return status.listeners[0]?.port ?? 0;
  };

  test('it stops and starts by command, and its port is free in between', async () => {
    const page = await (await start()).window();
    const { pid } = await engineIs(page, 'running');
    const port = await portOf(page);
    expect(await command(page, { do: 'stop' })).toBeNull();
    expect((await stateOf(page)).engine).toEqual({ kind: 'stopped' });
    expect(isAlive(pid)).toBe(false);
    expect(await takes(port)).toBe(false);
    expect(await call(page, '/instance/hello')).toMatch(/^closed: /);
    expect(await command(page, { do: 'start' })).toBeNull();
    const { pid: next } = await engineIs(page, 'running');
    expect(next).not.toBe(pid);
    expect(await call(page, '/instance/hello')).toMatchObject({ pid: next });
  });

  test('killed, it has crashed, with the reason; a restart brings it back with its hosts', async () => {
    const page = await (await start()).window();
    const { pid } = await engineIs(page, 'running');
    await call(page, '/hosts/add', { name: 'app.localhost', backends: ['http://127.0.0.1:9'] });
    process.kill(pid, 'SIGKILL');
    const crashed = await engineIs(page, 'crashed', 1000);
    expect(crashed.reason).toBe('it was ended by SIGKILL');
    expect(crashed.lines.join('\n')).toContain('serving');
    expect(await command(page, { do: 'restart' })).toBeNull();
    await engineIs(page, 'running');
    await eventually('its hosts are there', async () => {
      const hosts = (await call(page, '/hosts/list')) as { name: string }[];
      return Array.isArray(hosts) && hosts.some(({ name }) => name === 'app.localhost');
    });
  });

  test('what keeps it from starting is told in its own words', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await home[Symbol.asyncDispose]();
    home = await desktopHome({}, { http: { bind: '127.0.0.1', port } });
    const page = await (await start()).window();
    const crashed = await engineIs(page, 'crashed');
    expect(crashed.reason).toContain(`${port}`);
    expect(crashed.lines.join('\n')).toContain('BERTH_PORT_TAKEN');
    taken.close();
    await once(taken, 'close');
    expect(await command(page, { do: 'start' })).toBeNull();
    await engineIs(page, 'running');
  });

  test('one that runs already is taken up, outlives the desktop, and is followed when it goes', async () => {
    const headless = await startBerth({ home: home.path, config: { driver: 'embedded:' } });
    open.add(headless);
    const first = await start();
    const page = await first.window();
    expect(await engineIs(page, 'running')).toEqual({
      kind: 'running',
      pid: headless.pid,
      attached: true,
    });
    await first.app.evaluate(quitSoon);
    await first.ended;
    expect(isAlive(headless.pid)).toBe(true);

    const second = await (await start()).window();
    await engineIs(second, 'running');
    await headless.stop();
    await engineIs(second, 'stopped', 2000);
    // Another one that somebody starts is taken up, too.
    const next = await startBerth({ home: home.path, config: { driver: 'embedded:' } });
    open.add(next);
    expect(await engineIs(second, 'running')).toMatchObject({ pid: next.pid, attached: true });
    expect(await command(second, { do: 'stop' })).toBeNull();
    expect(isAlive(next.pid)).toBe(false);
  });

  test('switched off, no proxy is started with the app, and one can be started', async () => {
    const settings = join(home.path, 'config', 'desktop.json');
    await writeFile(settings, JSON.stringify({ startEngine: false }));
    const desktop = await start();
    const page = await desktop.window();
    expect((await stateOf(page)).engine).toEqual({ kind: 'stopped' });
    expect(await call(page, '/instance/hello')).toMatch(/^closed: .*nobody listens/);
    expect(await command(page, { do: 'start' })).toBeNull();
    await engineIs(page, 'running');
  });

  test('quitting ends everything, with a request under way as well', async () => {
    const backend = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(backend, 'listening');
    const url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    const desktop = await start();
    const page = await desktop.window();
    await engineIs(page, 'running');
    const port = await portOf(page);
    await call(page, '/hosts/add', { name: 'slow.localhost', backends: [url] });
    const client = connect(port, '127.0.0.1');
    client.on('error', () => undefined);
    client.write('GET / HTTP/1.1\r\nHost: slow.localhost\r\n\r\n');
    await once(backend, 'request');
    const all = desktop.processes();
    await desktop.app.evaluate(quitSoon);
    expect(await desktop.ended).toBe(0);
    await eventually('nothing of it is left', () => !all.some(isAlive), 2000);
    expect(await takes(port)).toBe(false);
    client.destroy();
    backend.closeAllConnections();
    backend.close();
  });

  test.each(['SIGTERM', 'quit'] as const)(
    'with no proxy to wait for, %s is as good',
    async (way) => {
      const desktop = await start();
      const page = await desktop.window();
      await engineIs(page, 'running');
      await command(page, { do: 'stop' });
      const all = desktop.processes();
      if (way === 'quit') await desktop.app.evaluate(quitSoon);
      else process.kill(desktop.pid, way);
      await desktop.ended;
      await eventually('nothing of it is left', () => !all.some(isAlive), 2000);
    },
  );

  test('a page that would rather stay keeps neither its window nor the app', async () => {
    const desktop = await start();
    const page = await desktop.window();
    await engineIs(page, 'running');
    const cling = async (on: typeof page): Promise<void> => {
      // Without a listener Playwright would answer what nobody is to be asked.
      on.on('dialog', () => undefined);
      await on.evaluate(refuseToGo);
      // Only a page that was touched may object.
      await on.mouse.click(5, 5);
    };
    await cling(page);
    const closed = page.waitForEvent('close');
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await closed;
    const opened = desktop.app.waitForEvent('window');
    await startAgain();
    const again = await opened;
    await engineIs(again, 'running');
    await cling(again);
    const moved = { x: 50, y: 70, width: 990, height: 690 };
    await desktop.app.evaluate(({ BrowserWindow }, bounds) => {
      BrowserWindow.getAllWindows()[0]?.setBounds(bounds);
    }, moved);
    await desktop.app.evaluate(quitSoon);
    expect(await desktop.ended).toBe(0);
    const place = JSON.parse(await readFile(join(home.path, 'state', 'window.json'), 'utf8'));
    expect(place.bounds).toEqual(moved);
  });

  test('a bad desktop.json is left as it is, until something is chosen', async () => {
    const settings = join(home.path, 'config', 'desktop.json');
    const text = '{"openAtLogin": true, "updates": "yes"}';
    await writeFile(settings, text);
    const autostart = join(home.path, '.config', 'autostart');
    await mkdir(autostart, { recursive: true });
    await writeFile(join(autostart, 'berth.desktop'), '[Desktop Entry]\nExec=berth --hidden\n');
    const page = await (await start()).window();
    await engineIs(page, 'running');
    await eventually('it is seen that it is on', async () => {
      return (await stateOf(page)).settings.openAtLogin;
    });
    expect(await readFile(settings, 'utf8')).toBe(text);
    expect(await command(page, { do: 'set', settings: { notifications: false } })).toBeNull();
    expect(JSON.parse(await readFile(settings, 'utf8'))).toMatchObject({ openAtLogin: true });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s quits as a person does', async (signal) => {
    const desktop = await start();
    await engineIs(await desktop.window(), 'running');
    const all = desktop.processes();
    process.kill(desktop.pid, signal);
    await desktop.ended;
    await eventually('nothing of it is left', () => !all.some(isAlive), 2000);
  });

  test('when the main process is killed, nothing is left and the port is free', async () => {
    const desktop = await start();
    const page = await desktop.window();
    const { pid } = await engineIs(page, 'running');
    const port = await portOf(page);
    const all = desktop.processes();
    expect(all).toContain(pid);
    expect(await takes(port)).toBe(true);
    await desktop.kill();
    await eventually('no process is left', () => !all.some(isAlive), 2000);
    expect(await takes(port)).toBe(false);
  });

  test('a second start shows the first, and hands over where its link leads', async () => {
    const desktop = await start();
    const page = await desktop.window();
    await engineIs(page, 'running');
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
    const said = await startAgain(['berth://traffic?filter=status:5xx']);
    expect(said).toContain('it runs already');
    await eventually(
      'the link is shown',
      () => page.url() === 'app://berth/#/traffic?filter=status%3A5xx',
    );
    const window = await desktop.app.evaluate(({ BrowserWindow }) => {
      const windows = BrowserWindow.getAllWindows();
      return { count: windows.length, isVisible: windows[0]?.isVisible() };
    });
    expect(window).toEqual({ count: 1, isVisible: true });
    await startAgain(['berth://stop']);
    expect((await stateOf(page)).engine.kind).toBe('running');
  });

  test('a closed window leaves the proxy running, and a second start brings it back where it was', async () => {
    const desktop = await start();
    const page = await desktop.window();
    const { pid } = await engineIs(page, 'running');
    const moved = { x: 40, y: 60, width: 1000, height: 700 };
    await desktop.app.evaluate(({ BrowserWindow }, bounds) => {
      BrowserWindow.getAllWindows()[0]?.setBounds(bounds);
    }, moved);
    const closed = page.waitForEvent('close');
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await closed;
    expect(isAlive(pid)).toBe(true);
    const opened = desktop.app.waitForEvent('window');
    await startAgain();
    const again = await opened;
    expect((await stateOf(again)).engine).toMatchObject({ kind: 'running', pid });
    const bounds = await desktop.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getBounds(),
    );
    expect(bounds).toEqual(moved);
    // Connections of the page that is gone do not pile up.
    expect(await call(again, '/instance/hello')).toMatchObject({ pid });
  });

  test('a page that crashes is loaded again, and talks to the same proxy', async () => {
    const desktop = await start();
    const { pid } = await engineIs(await desktop.window(), 'running');
    await desktop.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
    );
    await eventually('the page is there again', async () => {
      const state: unknown = await desktop.app.evaluate(async ({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        if (contents === undefined || contents.isCrashed() || contents.isLoading()) return null;
        // One that is asked of a page on its way out is never answered.
        const late = new Promise((done) => setTimeout(done, 1000, null));
        return await Promise.race([contents.executeJavaScript('berthDesktop.state()'), late]);
      });
      return (state as { engine: { pid?: number } } | null)?.engine.pid === pid;
    });
  });

  test('what it cannot start with is said, and it ends', async () => {
    const child = spawn(
      electronForTests(process.env)?.executable ?? '',
      [...electronSwitches, resolve('.')],
      {
        cwd: home.path,
        env: {
          PATH: process.env['PATH'],
          ...environmentIn(home.path),
          ...display.env,
          BERTH_HOME: 'not/absolute',
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    child.stderr.on('data', (part) => {
      said += part;
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(said).toContain('BERTH_HOME takes an absolute path');
  });

  test('started hidden there is a proxy and no window', async () => {
    const desktop = await start(['--hidden']);
    await eventually('the proxy runs', () => desktop.said.includes('serving'));
    expect(desktop.app.windows()).toEqual([]);
    const opened = desktop.app.waitForEvent('window');
    await startAgain();
    await engineIs(await opened, 'running');
  });

  /** Starts the app once more for the same person; resolves to what it said when it has ended. */
  async function startAgain(argv: readonly string[] = []): Promise<string> {
    const { executable = '' } = electronForTests(process.env) ?? {};
    const child = spawn(executable, [...electronSwitches, resolve('.'), ...argv], {
      cwd: home.path,
      env: { PATH: process.env['PATH'], ...environmentIn(home.path), ...display.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (part) => {
      said += part;
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    return said;
  }
});

/** For `evaluate`, whose answer comes before the app goes: one that quits within the call may be gone first. */
const quitSoon = ({ app }: typeof Electron): void => {
  setImmediate(() => app.quit());
};

/** Whether somebody takes connections on a port. */
const takes = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
