import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stateOf } from '../support/desktopPage.ts';
import { type OpenDesktop, openDesktop } from '../support/openDesktop.ts';
import { describeWith } from '../support/requirement.ts';

describeWith(['electron', 'xvfb'], 'first steps and settings in the desktop', () => {
  let opened: OpenDesktop;
  let page: Page;

  const section = (): Locator => page.getByRole('region', { name: 'Desktop', exact: true });

  beforeAll(async () => {
    opened = await openDesktop({ isFirst: true });
    page = opened.page;
  });
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
  });

  test('an app without hosts begins with the first steps', async () => {
    await page.getByRole('heading', { name: 'Where are hosts kept?' }).waitFor();
    await page.getByRole('button', { name: 'Skip all' }).click();
    await page.getByText('No hosts yet').waitFor();
  });

  test('what the app does by itself is switched here, and a switch follows what the app says', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    const notifications = section().getByRole('switch', { name: 'Notifications' });
    await notifications.waitFor();
    expect(await notifications.getAttribute('aria-checked')).toBe('true');
    await notifications.click();
    await expect.poll(() => notifications.getAttribute('aria-checked')).toBe('false');
    expect((await stateOf(page)).settings).toMatchObject({
      notifications: false,
      startEngine: true,
    });
  });

  test('an app that takes no updates says why', async () => {
    const { update } = await stateOf(page);
    const reason = update.kind === 'unavailable' ? update.reason : '';
    expect(reason).not.toBe('');
    await section().getByText(reason).waitFor();
    expect(await section().getByRole('switch', { name: 'Updates' }).isDisabled()).toBe(true);
  });

  test('a field is saved by the proxy that the app started', async () => {
    const field = page.getByRole('textbox', { name: 'Suffixes', exact: true });
    await field.fill('localhost, test');
    await field.press('Enter');
    await page.getByRole('region', { name: 'Names' }).getByText('Saved').waitFor();
    // Beside what is set in the file alone, too.
    for (const name of ['Store', 'About']) {
      await page
        .getByRole('region', { name })
        .getByRole('button', { name: /Show .*\.json in its folder/ })
        .waitFor();
    }
  });
});
