import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { desktopHome } from '../support/desktopHome.ts';
import { call, command, engineIs, stateOf } from '../support/desktopPage.ts';
import {
  type Display,
  type SessionBus,
  startDisplay,
  startSessionBus,
} from '../support/display.ts';
import { type Desktop, startDesktop } from '../support/electron.ts';
import { eventually } from '../support/eventually.ts';
import { type NotificationServer, startNotificationServer } from '../support/notificationServer.ts';
import { describeWith } from '../support/requirement.ts';
import type { TemporaryDirectory } from '../support/temporaryDirectory.ts';

describeWith(['electron', 'xvfb', 'dbus'], 'notifications, as a desktop gets them', () => {
  let display: Display;
  let bus: SessionBus;
  let server: NotificationServer;
  let home: TemporaryDirectory;
  let desktop: Desktop;
  let page: Page;
  let backend: Server;

  beforeAll(async () => {
    display = await startDisplay();
    bus = await startSessionBus();
    server = await startNotificationServer(bus.env);
    home = await desktopHome();
    desktop = await startDesktop({ env: { ...display.env, ...bus.env }, home: home.path });
    page = await desktop.window();
    await engineIs(page, 'running');
    backend = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(backend, 'listening');
  });
  afterAll(async () => {
    backend?.close();
    await desktop?.[Symbol.asyncDispose]();
    await home?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
    await bus?.[Symbol.asyncDispose]();
    await display?.[Symbol.asyncDispose]();
  });

  /** Waits for one with that title; @returns its number */
  async function told(title: string): Promise<{ readonly id: number; readonly body: string }> {
    await eventually(`"${title}" is told`, () =>
      server.notified.some((one) => one.title === title),
    );
    return server.notified.findLast((one) => one.title === title) ?? { id: 0, body: '' };
  }

  /** As a person does; @returns when there is no window any more */
  async function closeWindow(): Promise<void> {
    const closed = page.waitForEvent('close');
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await closed;
  }

  test('a backend that goes is told of, and a click leads to its host', async () => {
    const url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    await call(page, '/hosts/add', { name: 'app.localhost', backends: [url] });
    await call(page, '/health/check', { name: 'app.localhost' });
    backend.close();
    backend.closeAllConnections();
    const { id, body } = await told('app.localhost is down');
    expect(body).toContain(url);
    server.click(id);
    await eventually('its host is shown', () => page.url() === 'app://berth/#/hosts/app.localhost');
  });

  test('that closing the window leaves the proxy running is told once', async () => {
    await closeWindow();
    const { id } = await told('Berth goes on running');
    const opened = desktop.app.waitForEvent('window');
    server.click(id);
    page = await opened;
    await eventually('it is remembered', async () => (await stateOf(page)).settings.toldOfTray);
  });

  test('a crash is told with its reason while nobody looks', async () => {
    const { pid } = await engineIs(page, 'running');
    const before = server.notified.length;
    await closeWindow();
    process.kill(pid, 'SIGKILL');
    expect((await told('The proxy has failed')).body).toBe('it was ended by SIGKILL');
    // The second time that the window was closed, nothing was told.
    expect(server.notified.slice(before).map(({ title }) => title)).toEqual([
      'The proxy has failed',
    ]);
  });

  test('who wants none gets none', async () => {
    const opened = desktop.app.waitForEvent('window');
    server.click((await told('The proxy has failed')).id);
    page = await opened;
    await command(page, { do: 'set', settings: { notifications: false } });
    await command(page, { do: 'start' });
    const { pid } = await engineIs(page, 'running');
    const before = server.notified.length;
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
    process.kill(pid, 'SIGKILL');
    await engineIs(page, 'crashed');
    expect(server.notified).toHaveLength(before);
  });
});
