import { once } from 'node:events';
import { get } from 'node:http';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { InstanceStatus } from '../../src/shared/contract/instance.ts';
import { call } from '../support/desktopPage.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { openDesktopWithTray } from '../support/openDesktop.ts';
import { startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { trayIconIs, trayShows } from '../support/trayLook.ts';

const needs = ['electron', 'xvfb', 'dbus', 'redis'] as const;

describeWith(needs, 'a window whose store goes away', () => {
  test('says since when, shows and serves what was known, refuses edits, and is silent when it is back', async () => {
    await using backend = await startEchoBackend();
    // What is written outlives the server.
    const args = ['--appendonly', 'yes', '--appendfsync', 'always'];
    await using redis = await startRedisServer({ args });
    await using app = await openDesktopWithTray({ config: { driver: redis.url } });
    const { page, tray } = app;
    const status = async (): Promise<InstanceStatus> =>
      (await call(page, '/instance/status')) as InstanceStatus;
    const port = (await status()).listeners[0]?.port ?? 0;
    const ask = async (path: string): Promise<number | undefined> => {
      const headers = { host: 'app.localhost' };
      const [response] = await once(get({ host: '127.0.0.1', port, path, headers }), 'response');
      response.resume();
      return response.statusCode;
    };
    const banner = page.getByRole('status', { name: 'Notices' });
    await call(page, '/hosts/add', { name: 'app.localhost', backends: [backend.url] });
    await rowOf(page, 'app.localhost').getByText('up', { exact: true }).waitFor();
    expect(await ask('/before')).toBe(200);

    await redis.kill();
    await banner.getByText(/^The store is away since \d\d:\d\d:\d\d\.$/).waitFor();
    const stale = (await status()).notices.find(({ kind }) => kind === 'store-stale');
    const since = new Date(stale !== undefined && 'since' in stale ? stale.since : 0);
    await banner.getByText(`since ${since.toTimeString().slice(0, 8)}`).waitFor();
    await trayShows(tray, /^Proxy: running on .*, its store is away$/);
    await trayIconIs(app, 'degraded');
    const store = page.getByRole('contentinfo').getByRole('link', { name: /store redis/ });
    await store.getByText('degraded', { exact: true }).waitFor();

    expect(await ask('/meanwhile')).toBe(200);
    expect(backend.countOf('/meanwhile')).toBe(1);
    await rowOf(page, 'app.localhost').getByText('up', { exact: true }).waitFor();
    await page.keyboard.press('n');
    await page.keyboard.type('other 3000');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Add a host' }).getByText('BERTH_STORE').waitFor();
    await page.keyboard.press('Escape');
    expect(await rowOf(page, 'other.localhost').count()).toBe(0);
    await page.keyboard.press('Control+2');
    await rowOf(page, '/before').waitFor();
    await rowOf(page, '/meanwhile').waitFor();

    await redis.restart();
    await banner.getByText('The store is away').waitFor({ state: 'detached' });
    await trayShows(tray, /^Proxy: running on [^,]*$/);
    await trayIconIs(app, 'running');
    await page.keyboard.press('Control+1');
    await rowOf(page, 'app.localhost').getByText('up', { exact: true }).waitFor();
    await call(page, '/hosts/add', { name: 'other.localhost', backends: [backend.url] });
    await rowOf(page, 'other.localhost').waitFor();
    expect(await ask('/after')).toBe(200);
  });
});

const rowOf = (page: Page, text: string): Locator =>
  page.getByRole('row').filter({ hasText: text });
