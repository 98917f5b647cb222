import { once } from 'node:events';
import { get } from 'node:http';
import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { InstanceStatus } from '../../src/shared/contract/instance.ts';
import { startBerth } from '../support/berthProcess.ts';
import { desktopHome } from '../support/desktopHome.ts';
import { call, engineIs } from '../support/desktopPage.ts';
import { type EchoBackend, startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { type DesktopWithTray, openDesktopWithTray } from '../support/openDesktop.ts';
import { describeWith } from '../support/requirement.ts';
import { trayIconIs, trayShows } from '../support/trayLook.ts';

describeWith(['electron', 'xvfb', 'dbus'], 'an open window follows the proxy', () => {
  let backend: EchoBackend;
  let app: DesktopWithTray;
  let page: Page;

  const open = async (options?: Parameters<typeof openDesktopWithTray>[0]): Promise<void> => {
    app = await openDesktopWithTray(options);
    page = app.page;
    await call(page, '/hosts/add', { name: 'app.localhost', backends: [backend.url] });
    await hostLine().getByText('up', { exact: true }).waitFor();
  };
  beforeEach(async () => {
    backend = await startEchoBackend();
  });
  afterEach(async () => {
    await app?.[Symbol.asyncDispose]();
    await backend?.[Symbol.asyncDispose]();
  });

  const hostLine = (): Locator => page.getByRole('row').filter({ hasText: 'app.localhost' });
  const banners = (): Locator => page.getByRole('status', { name: 'Notices' });
  const statusBar = (): Locator => page.getByRole('contentinfo');
  const port = async (): Promise<number> =>
    ((await call(page, '/instance/status')) as InstanceStatus).listeners[0]?.port ?? 0;
  const ask = async (path: string): Promise<number | undefined> => {
    const headers = { host: 'app.localhost' };
    const [response] = await once(
      get({ host: '127.0.0.1', port: await port(), path, headers }),
      'response',
    );
    response.resume();
    return response.statusCode;
  };
  const go = async (to: string): Promise<void> => {
    for (const key of to) await page.keyboard.press(key);
  };

  /** Nothing that is shown claims to be so now. */
  async function isLastKnown(): Promise<void> {
    await statusBar()
      .getByText(/running/)
      .waitFor({ state: 'detached' });
    expect(
      await statusBar()
        .getByText(/req\/s|store/)
        .count(),
    ).toBe(0);
    await go('gh');
    const glyph = hostLine().getByTitle('not connected: last known up').first();
    await glyph.getByText('unknown', { exact: true }).waitFor();
    expect(await hostLine().getByText('up', { exact: true }).count()).toBe(0);
    await go('gb');
    await page.getByTitle('not connected: last known up').first().waitFor();
    // What was so minutes ago stays true, and its colours are gone.
    expect(await page.locator('main .text-up:not(.grayscale *)').count()).toBe(0);
    await go('gt');
    await page.getByRole('row').filter({ hasText: '/before' }).waitFor();
    await go('gs');
    await page.getByText(/settings of the proxy are shown as soon as/).waitFor();
    expect(await page.getByText(/pid \d+/).count()).toBe(0);
    await go('gh');
  }

  /** All of it is true again, and requests flow into the table. */
  async function isBack(path: string): Promise<void> {
    await statusBar()
      .getByText(/running 127\.0\.0\.1/)
      .waitFor();
    await go('gh');
    await hostLine().getByText('up', { exact: true }).waitFor();
    await eventually(
      'no banner is left',
      async () => (await banners().getByRole('paragraph').count()) === 0,
      60_000,
    );
    await go('gt');
    await eventually('a request is answered', async () => (await ask(path)) === 200, 60_000);
    await page.getByRole('row').filter({ hasText: path }).first().waitFor();
    await go('gh');
  }

  /** A record from before, which the page keeps. */
  async function passARequest(): Promise<void> {
    await go('gt');
    expect(await ask('/before')).toBe(200);
    await page.getByRole('row').filter({ hasText: '/before' }).waitFor();
    await go('gh');
  }

  test('Stop in the tray shows what was last known, and Start brings it back by itself', async () => {
    await open();
    await passARequest();
    await app.tray.choose('Stop');
    await banners().getByText('The proxy is stopped.').waitFor();
    await trayIconIs(app, 'stopped');
    await isLastKnown();
    await app.tray.choose('Start');
    await isBack('/after');
    await app.tray.choose('Stop');
    await banners().getByText('The proxy is stopped.').waitFor();
    await banners().getByRole('button', { name: 'Start' }).click();
    await isBack('/again');
    await trayIconIs(app, 'running');
  });

  test('a proxy that is killed is said with its reason, and Restart brings it back', async () => {
    await open();
    await passARequest();
    const { pid } = await engineIs(page, 'running');
    process.kill(pid, 'SIGKILL');
    await banners().getByText('The proxy ended: it was ended by SIGKILL.').waitFor();
    await trayIconIs(app, 'error');
    await isLastKnown();
    await banners().getByRole('button', { name: 'Restart' }).click();
    await isBack('/after');
    expect((await engineIs(page, 'running')).pid).not.toBe(pid);
    await trayIconIs(app, 'running');
  });

  test('a proxy that takes its time to stop says so, and can be stopped at once', async () => {
    await open();
    const release = backend.hold();
    const held = ask('/slow').catch(() => undefined);
    await eventually('the request is under way', () => backend.held === 1, 60_000);
    await app.tray.choose('Stop');
    await banners().getByText('The proxy is stopping.').waitFor();
    await banners().getByRole('button', { name: 'Stop now' }).click();
    await banners().getByText('The proxy is stopped.').waitFor();
    await held;
    release();
  });

  test('one that was started elsewhere is taken up, its end is said, and its successor is taken up', async () => {
    await using home = await desktopHome();
    const config = { driver: 'embedded:' };
    await using first = await startBerth({ home: home.path, config });
    await open({ home });
    expect(await engineIs(page, 'running')).toMatchObject({ pid: first.pid, attached: true });
    await passARequest();
    await trayShows(app.tray, /^Stop \(it was started elsewhere\)$/);
    await first.stop();
    await banners().getByText('The proxy is stopped.').waitFor();
    await trayIconIs(app, 'stopped');
    await isLastKnown();
    await using next = await startBerth({ home: home.path, config });
    await isBack('/after');
    expect(await engineIs(page, 'running')).toMatchObject({ pid: next.pid, attached: true });
    await trayIconIs(app, 'running');
    await next.killTree();
    await banners().getByText('The proxy is stopped.').waitFor();
  });
});
