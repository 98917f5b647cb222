import { beforeEach, expect, it } from 'vitest';
import { connectControl } from '../../src/core/client/index.ts';
import { startBerth } from '../support/berthProcess.ts';
import { eachInterface } from '../support/eachInterface.ts';
import { openInterface } from '../support/interfacePage.ts';
import { describeWith } from '../support/requirement.ts';

describeWith('chromium', 'the palette, the list of keys and the banners', () => {
  const its = eachInterface({
    config: { suffixes: ['test'] },
    arrange: async ({ api }) => {
      for (const name of ['app.test', 'api.test', 'shop.test']) {
        await api.hosts.add({ name, backends: ['http://127.0.0.1:9'] });
      }
    },
  });

  beforeEach(async () => {
    await its.page.getByRole('row').nth(3).waitFor();
  });

  it('finds a host by a few letters and goes there, and copies its address', async () => {
    const { page } = its;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('sho');
    await page.getByRole('option', { name: 'shop.test' }).waitFor();
    await page.keyboard.press('Control+Shift+Enter');
    await page.getByText(`Copied http://shop.test:${its.berth.port}/`).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('sho');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'shop.test' }).waitFor();
    expect(page.url()).toContain('/hosts/shop.test');
  });

  it('runs a command, and closes by Esc with the focus where it was', async () => {
    const { page } = its;
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
    await its.page.keyboard.press('Control+k');
    await its.page.keyboard.type('qqq');
    await its.page.getByText('Nothing is called “qqq”.').waitFor();
  });

  it('lists every key of what is shown, and none of them acts behind it', async () => {
    const { page } = its;
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
      const { page } = its;
      await page.emulateMedia({ colorScheme });
      await page.keyboard.press('Control+k');
      await page.getByRole('option').first().waitFor();
      expect(await its.ui.violations()).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      expect(await its.ui.violations()).toEqual([]);
      await its.client.api.traffic.capture({ on: false });
      await page.keyboard.press('Escape');
      await page.getByText('Capture is paused.').waitFor();
      expect(await its.ui.violations()).toEqual([]);
      await page.getByRole('button', { name: 'Resume', exact: true }).click();
      await page.getByText('Capture is paused.').waitFor({ state: 'detached' });
      expect(its.ui.complaints).toEqual([]);
    },
  );

  it('says that the connection is lost and why, and keeps what was known', async () => {
    await using other = await startBerth({ config: { control: { port: 0 }, suffixes: ['test'] } });
    const control = await connectControl({ socket: other.controlSocket });
    await control.api.hosts.add({ name: 'kept.test', backends: ['http://127.0.0.1:9'] });
    control.close();
    await using lost = await openInterface(its.browser, other);
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
