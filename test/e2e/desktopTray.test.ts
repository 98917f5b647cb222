import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../support/berthProcess.ts';
import { desktopHome } from '../support/desktopHome.ts';
import { call, engineIs, stateOf } from '../support/desktopPage.ts';
import type { Desktop } from '../support/electron.ts';
import { eventually } from '../support/eventually.ts';
import { type DesktopWithTray, openDesktopWithTray } from '../support/openDesktop.ts';
import { describeWith } from '../support/requirement.ts';
import type { TemporaryDirectory } from '../support/temporaryDirectory.ts';
import type { TrayHost, TrayMenuItem } from '../support/trayHost.ts';
import { trayIconIs, trayShows } from '../support/trayLook.ts';

/** Milliseconds within which the tray follows the proxy, and what the instance tells once a second. */
const soonMs = 1000;
const toldMs = 2500;

describeWith(['electron', 'xvfb', 'dbus'], 'the tray, as a panel sees it over D-Bus', () => {
  let home: TemporaryDirectory;
  let app: DesktopWithTray;
  let desktop: Desktop;
  let tray: TrayHost;
  let page: Page;
  /** The file with the addresses that were opened. */
  let opened: string;
  const backend = createServer((_request, response) => response.end('hello'));

  beforeAll(async () => {
    home = await desktopHome();
    const bin = join(home.path, 'bin');
    opened = join(home.path, 'opened');
    await mkdir(bin);
    // What Linux opens addresses with.
    await writeFile(join(bin, 'xdg-open'), `#!/bin/sh\necho "$1" >> '${opened}'\n`, {
      mode: 0o755,
    });
    const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    app = await openDesktopWithTray({ home, env, isFirst: true });
    ({ desktop, tray, page } = app);
    await tray.registered();
    backend.listen(0, '127.0.0.1');
    await once(backend, 'listening');
  });
  afterAll(async () => {
    backend.close();
    await app?.[Symbol.asyncDispose]();
    await home?.[Symbol.asyncDispose]();
  });

  const labels = async (): Promise<readonly string[]> =>
    (await tray.menu()).map(({ label }) => label);

  const shows = (pattern: RegExp): Promise<void> => trayShows(tray, pattern, soonMs);
  const iconIs = (state: Parameters<typeof trayIconIs>[1], withinMs = soonMs): Promise<void> =>
    trayIconIs(app, state, withinMs);

  test('while the proxy runs it says where, and what can be done', async () => {
    const status = (await call(page, '/instance/status')) as { listeners: { port: number }[] };
    const port = status.listeners[0]?.port;
    await shows(new RegExp(`^Proxy: running on 127\\.0\\.0\\.1:${port}$`));
    const items = await tray.menu();
    const [first] = items;
    expect(first?.enabled).toBe(false);
    expect(items.map(({ label }) => label)).toEqual(
      expect.arrayContaining([
        'Stop',
        'Restart',
        'Pause capture',
        'Add a host…',
        'No recent errors',
        'Doctor…',
        'Show window',
        'Start at login',
        'Quit and stop the proxy',
      ]),
    );
    expect(await tray.tip()).toContain('Proxy: running on 127.0.0.1');
    await iconIs('running');
  });

  test('Stop stops the proxy, and Start starts it', async () => {
    const { pid } = await engineIs(page, 'running');
    await tray.choose('Stop');
    await engineIs(page, 'stopped');
    expect(isAlive(pid)).toBe(false);
    await shows(/^Proxy: stopped$/);
    await iconIs('stopped');
    expect(await labels()).not.toContain('Stop');
    await tray.choose('Start');
    const next = await engineIs(page, 'running');
    expect(next.pid).not.toBe(pid);
    await shows(/^Proxy: running on /);
    await iconIs('running');
  });

  test('a host that comes is there, can be copied, and shows its trouble', async () => {
    const url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    await call(page, '/hosts/add', { name: 'app.localhost', backends: [url] });
    await call(page, '/health/check', { name: 'app.localhost' });
    await eventually('the host is up', async () => (await labels()).includes('● app.localhost'));
    await tray.choose('● app.localhost', 'Copy address');
    const status = (await call(page, '/instance/status')) as { listeners: { port: number }[] };
    await eventually('its address is on the clipboard', async () => {
      const copied = await desktop.app.evaluate(({ clipboard }) => clipboard.readText());
      return copied === `http://app.localhost:${status.listeners[0]?.port}/`;
    });
    await tray.choose('● app.localhost', 'Open in the browser');
    await eventually('its address is opened', async () => {
      const addresses = await readFile(opened, 'utf8').catch(() => '');
      return addresses === `http://app.localhost:${status.listeners[0]?.port}/\n`;
    });
    await tray.choose('● app.localhost', 'Show requests');
    await eventually(
      'its requests are shown',
      () => page.url() === 'app://berth/#/traffic?filter=host%3Aapp.localhost',
    );
    await call(page, '/hosts/add', { name: 'down.localhost', backends: ['http://127.0.0.1:9'] });
    await call(page, '/health/check', { name: 'down.localhost' });
    await eventually('the host is down', async () =>
      (await labels()).some((label) => label.startsWith('▲ down.localhost')),
    );
    await iconIs('degraded', toldMs);
    await call(page, '/hosts/remove', { name: 'down.localhost' });
    await iconIs('running', toldMs);
  });

  test('an error is counted, and leads to its request', async () => {
    const { listeners } = (await call(page, '/instance/status')) as {
      listeners: { port: number }[];
    };
    await call(page, '/hosts/add', { name: 'bad.localhost', backends: ['http://127.0.0.1:9'] });
    const [answer] = await once(
      get({
        host: '127.0.0.1',
        port: listeners[0]?.port,
        path: '/orders',
        headers: { host: 'bad.localhost' },
      }),
      'response',
    );
    expect(answer.statusCode).toBe(502);
    await tray.choose(/^Recent errors \(1\)$/, '502 GET bad.localhost/orders');
    await eventually(
      'its request is shown',
      () => page.url() === 'app://berth/#/traffic?filter=status%3E%3D500+host%3Abad.localhost',
    );
    await call(page, '/hosts/remove', { name: 'bad.localhost' });
  });

  test('the capture is paused and resumed', async () => {
    const isOn = async (): Promise<unknown> =>
      ((await call(page, '/instance/status')) as { capture: boolean }).capture;
    await tray.choose('Pause capture');
    await eventually('the capture is off', async () => (await isOn()) === false);
    await tray.choose('Resume capture');
    await eventually('the capture is on', async () => (await isOn()) === true);
  });

  test('start at login is a switch', async () => {
    const item = async (): Promise<TrayMenuItem | undefined> =>
      (await tray.menu()).find(({ label }) => label === 'Start at login');
    expect((await item())?.checked).toBe(false);
    await tray.choose('Start at login');
    await eventually('it is on', async () => (await item())?.checked === true);
    expect((await stateOf(page)).settings.openAtLogin).toBe(true);
    await tray.choose('Start at login');
    await eventually('it is off', async () => (await item())?.checked === false);
  });

  test('with the window closed, what needs it opens it', async () => {
    const closed = page.waitForEvent('close');
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await closed;
    const shown = desktop.app.waitForEvent('window');
    await desktop.app.evaluate(({ Menu }) => {
      const traffic = Menu.getApplicationMenu()?.items.find(({ label }) => label === 'Traffic');
      traffic?.submenu?.items.find(({ label }) => label.startsWith('Pause'))?.click();
    });
    page = await shown;
    await eventually('its page is shown', () => page.url() === 'app://berth/#/traffic');
  });

  test('with the window closed it goes on, and brings it back', async () => {
    const closed = page.waitForEvent('close');
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await closed;
    const opened = desktop.app.waitForEvent('window');
    await tray.choose('Show window');
    page = await opened;
    await engineIs(page, 'running');
  });

  test('a crash is told within a second, with its reason', async () => {
    const { pid } = await engineIs(page, 'running');
    process.kill(pid, 'SIGKILL');
    await shows(/^Proxy: failed, it was ended by SIGKILL$/);
    await iconIs('error');
    await tray.choose('Restart');
    await engineIs(page, 'running');
    await iconIs('running');
  });

  test('Quit ends the app and the proxy', async () => {
    const all = desktop.processes();
    await tray.choose('Quit and stop the proxy');
    expect(await desktop.ended).toBe(0);
    await eventually('nothing of it is left', () => !all.some(isAlive), 2000);
  });
});
