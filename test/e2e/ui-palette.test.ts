import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { launchChromium } from '../support/browser.ts';
import { type InterfacePage, openInterface } from '../support/interfacePage.ts';
import { describeWith } from '../support/requirement.ts';

describeWith('chromium', 'the palette, the list of keys and the banners', () => {
  let browser: Browser;
  let berth: BerthProcess;
  let client: ControlClient;
  let ui: InterfacePage;

  beforeAll(async () => {
    browser = await launchChromium();
    berth = await startBerth({ config: { control: { port: 0 }, suffixes: ['test'] } });
    client = await connectControl({ socket: berth.controlSocket });
    for (const name of ['app.test', 'api.test', 'shop.test']) {
      await client.api.hosts.add({ name, backends: ['http://127.0.0.1:9'] });
    }
  });
  afterAll(async () => {
    await browser.close();
    client.close();
    await berth[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    ui = await openInterface(browser, berth, { viewport: { width: 1180, height: 760 } });
    await ui.page.getByRole('row').nth(3).waitFor();
  });
  afterEach(async () => {
    await ui[Symbol.asyncDispose]();
  });

  it('finds a host by a few letters and goes there, and copies its address', async () => {
    const { page } = ui;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('sho');
    await page.getByRole('option', { name: 'shop.test' }).waitFor();
    await page.keyboard.press('Control+Shift+Enter');
    await page.getByText(`Copied http://shop.test:${berth.port}/`).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('sho');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'shop.test' }).waitFor();
    expect(page.url()).toContain('/hosts/shop.test');
  });

  it('runs a command, and closes by Esc with the focus where it was', async () => {
    const { page } = ui;
    await page.keyboard.press('j');
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('row');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('add a host');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Name and server of the host' }).waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).toBe('INPUT');
  });

  it('says when nothing is called like that', async () => {
    await ui.page.keyboard.press('Control+k');
    await ui.page.keyboard.type('qqq');
    await ui.page.getByText('Nothing is called “qqq”.').waitFor();
  });

  it('lists every key of what is shown, and none of them acts behind it', async () => {
    const { page } = ui;
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    for (const title of ['Add a host', 'Next line', 'Find a command, host or page', 'Traffic']) {
      await keys.getByText(title, { exact: true }).first().waitFor();
    }
    await page.keyboard.press('a');
    expect(await page.getByRole('region', { name: 'Add a host' }).count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)(
    'axe finds nothing wrong with them, %s',
    async (colorScheme) => {
      const { page } = ui;
      await page.emulateMedia({ colorScheme });
      await page.keyboard.press('Control+k');
      await page.getByRole('option').first().waitFor();
      expect(await ui.violations()).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      expect(await ui.violations()).toEqual([]);
      await client.api.traffic.capture({ on: false });
      await page.keyboard.press('Escape');
      await page.getByText('Capture is paused.').waitFor();
      expect(await ui.violations()).toEqual([]);
      await page.getByRole('button', { name: 'Resume', exact: true }).click();
      await page.getByText('Capture is paused.').waitFor({ state: 'detached' });
      expect(ui.complaints).toEqual([]);
    },
  );

  it('says that the connection is lost and why, and keeps what was known', async () => {
    await using other = await startBerth({ config: { control: { port: 0 }, suffixes: ['test'] } });
    const control = await connectControl({ socket: other.controlSocket });
    await control.api.hosts.add({ name: 'kept.test', backends: ['http://127.0.0.1:9'] });
    control.close();
    await using lost = await openInterface(browser, other);
    const kept = lost.page.getByRole('button', { name: 'kept.test', exact: true });
    await kept.waitFor();
    await other.stop();
    await lost.page.getByText(/Not connected: nothing answers at 127\.0\.0\.1/).waitFor();
    await lost.page.getByRole('button', { name: 'Retry' }).click();
    expect(await kept.isVisible()).toBe(true);
    await kept.click();
    await lost.page.keyboard.press('j');
    await lost.page.keyboard.press('d');
    await lost.page.getByText(/nothing was changed/).waitFor();
    expect(await kept.isVisible()).toBe(true);
  });
});
