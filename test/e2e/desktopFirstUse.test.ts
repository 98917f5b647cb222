import { once } from 'node:events';
import { get } from 'node:http';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InstanceStatus } from '../../src/shared/contract/instance.ts';
import { limits } from '../../src/shared/limits.ts';
import { call } from '../support/desktopPage.ts';
import { type EchoBackend, startEchoBackend } from '../support/echoBackend.ts';
import { type DesktopWithTray, openDesktopWithTray } from '../support/openDesktop.ts';
import { describeWith } from '../support/requirement.ts';
import { trayIconIs, trayShows } from '../support/trayLook.ts';

/**
 * Milliseconds within which a backend that is gone shows as down: two looks at it, the tray's and the window's turn, and
 * what a busy machine takes.
 */
const downMs = 2 * limits.probeMs + limits.statusWatchMs + 5000;

/** Each test goes on where the one before it has led. */
describeWith(['electron', 'xvfb', 'dbus'], 'whoever opens the app for the first time', () => {
  let app: DesktopWithTray;
  let page: Page;
  let backend: EchoBackend;
  let port: number;

  beforeAll(async () => {
    backend = await startEchoBackend();
    app = await openDesktopWithTray({ isFirst: true });
    page = app.page;
  });
  afterAll(async () => {
    await app?.[Symbol.asyncDispose]();
    await backend?.[Symbol.asyncDispose]();
  });

  const ask = async (path: string, method = 'GET'): Promise<number | undefined> => {
    const [response] = await once(
      get({ host: '127.0.0.1', port, path, method, headers: { host: 'app.localhost' } }),
      'response',
    );
    response.resume();
    return response.statusCode;
  };
  const requests = (): Locator => page.getByRole('row').filter({ has: page.getByRole('gridcell') });
  const request = (text: string): Locator => requests().filter({ hasText: text });
  const hostLine = (): Locator => page.getByRole('row').filter({ hasText: 'app.localhost' });

  test('is led to a host for a server of their own, which answers through the proxy', async () => {
    await page.getByRole('heading', { name: 'Where does it serve?', level: 1 }).waitFor();
    for (const title of ['What are hosts called?', 'HTTPS without warnings', 'Your first host']) {
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    }
    await page.keyboard.type(`app ${backend.port}`);
    await page.keyboard.press('Enter');
    await page.getByText(/app\.localhost answers 200 through the proxy/).waitFor();
    expect(backend.countOf('/')).toBe(1);
    await page.getByRole('button', { name: 'Done' }).click();
    await hostLine().getByText('1/1').waitFor();
    await hostLine().getByText('up', { exact: true }).waitFor();
    await trayShows(app.tray, /^● app\.localhost$/);
    const status = (await call(page, '/instance/status')) as InstanceStatus;
    port = status.listeners[0]?.port ?? 0;
  });

  test('sees a request a moment later in Traffic, filters for it, and reads why it went there', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByRole('heading', { name: 'Traffic' }).waitFor();
    expect(await ask('/orders?id=42')).toBe(200);
    expect(await ask('/missing')).toBe(200);
    expect(backend.countOf('/orders?id=42')).toBe(1);
    await request('/orders?id=42').getByText('200').waitFor();
    await request('/missing').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('path:/orders');
    await page.keyboard.press('Enter');
    await request('/missing').waitFor({ state: 'detached' });
    expect(await requests().count()).toBe(1);
    await request('/orders?id=42').click();
    await page.keyboard.press('Enter');
    const detail = page.getByRole('complementary', { name: 'Request' });
    const why = detail.getByRole('region', { name: 'Why' });
    await why.getByText(/^Matched app\.localhost, its only backend\.$/).waitFor();
    await detail.getByRole('region', { name: 'Timing' }).getByText('First byte').waitFor();
    await detail.getByText(`127.0.0.1:${backend.port}`).first().waitFor();
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
  });

  test('sees within two looks, with the reason, that the server is gone, and that it is back', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await hostLine().getByText('up', { exact: true }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const backendLine = page.getByRole('row').filter({ hasText: backend.url });
    await backendLine.getByText('up', { exact: true }).waitFor();
    await backend[Symbol.asyncDispose]();
    const gone = performance.now();
    const left = (): number => Math.max(1, downMs - (performance.now() - gone));
    await hostLine().getByText('down', { exact: true }).waitFor({ timeout: left() });
    await backendLine.getByText(/refused/).waitFor({ timeout: left() });
    await trayShows(app.tray, /^▲ app\.localhost \(down\)$/, left());
    await trayIconIs(app, 'degraded', left());
    expect(await app.tray.tip()).toContain('1 backend down');
    const health = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', {
      name: /Health/,
    });
    await health.getByText('1', { exact: true }).waitFor();
    backend = await startEchoBackend('echo', backend.port);
    await hostLine().getByText('up', { exact: true }).waitFor();
    await hostLine().getByText('1/1').waitFor();
    await trayShows(app.tray, /^● app\.localhost$/);
    await trayIconIs(app, 'running');
    expect(await ask('/again')).toBe(200);
  });
});
