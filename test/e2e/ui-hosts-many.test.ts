import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { launchChromium } from '../support/browser.ts';
import { type InterfacePage, openInterface } from '../support/interfacePage.ts';
import { longestTask } from '../support/longestTask.ts';
import { describeWith } from '../support/requirement.ts';
import { addHosts } from '../support/storeClient.ts';

const total = 10_000;
/** Milliseconds of processor time that one task of the page may take: where a stutter begins to be seen. */
const maxTaskMs = 50;

describeWith('chromium', 'ten thousand hosts', () => {
  let browser: Browser;
  let berth: BerthProcess;
  let ui: InterfacePage;

  beforeAll(async () => {
    browser = await launchChromium();
    berth = await startBerth({ config: { control: { port: 0 } } });
    const names = Array.from({ length: total }, (_, index) => `host-${index}.dev.local`);
    await addHosts(berth.storePort, names, 'http://127.0.0.1:9');
    ui = await openInterface(browser, berth, { viewport: { width: 1180, height: 760 } });
    await ui.page.getByText('10,000', { exact: true }).waitFor();
    // Their health comes after them.
    await ui.page.getByRole('row').nth(5).getByText('0/1').waitFor();
  });
  afterAll(async () => {
    await ui[Symbol.asyncDispose]();
    await browser.close();
    await berth[Symbol.asyncDispose]();
  });

  const longestDuring = (work: () => Promise<void>) => longestTask(browser, ui.page, work);

  it('scroll without a stutter, and few of them are drawn', async () => {
    const { page } = ui;
    await page.mouse.move(600, 400);
    const longest = await longestDuring(async () => {
      for (let i = 0; i < 60; i++) await page.mouse.wheel(0, i % 3 === 0 ? 20_000 : 900);
    });
    const drawn = await page.getByRole('row').count();
    console.info(`scrolling: longest task ${longest} ms, ${drawn} rows drawn`);
    expect(longest).toBeLessThan(maxTaskMs);
    expect(drawn).toBeLessThan(60);
    expect(await page.getByRole('treegrid').getAttribute('aria-rowcount')).toBe(String(total + 1));
  });

  it('filter and sort without a stutter', async () => {
    const { page } = ui;
    const longest = await longestDuring(async () => {
      await page.keyboard.press('/');
      await page.keyboard.type('host-99');
      await page.getByText('111 of 10,000').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^Host/ }).click();
      await page.getByText('host-9999.dev.local').waitFor();
    });
    console.info(`filtering and sorting: longest task ${longest} ms`);
    expect(longest).toBeLessThan(maxTaskMs);
  });

  it('are walked by keys from end to end, with the focus on a line', async () => {
    const { page } = ui;
    const longest = await longestDuring(async () => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('G');
      for (let i = 0; i < 30; i++) await page.keyboard.press('k');
      await page.keyboard.press('Home');
    });
    expect(await page.evaluate('document.activeElement.getAttribute("data-index")')).toBe('0');
    console.info(`keys: longest task ${longest} ms`);
    expect(longest).toBeLessThan(maxTaskMs);
  });

  it('are found in the palette', async () => {
    const { page } = ui;
    const longest = await longestDuring(async () => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('9999');
      await page.getByRole('option', { name: 'host-9999.dev.local' }).waitFor();
    });
    console.info(`palette: longest task ${longest} ms`);
    expect(longest).toBeLessThan(maxTaskMs);
    expect(ui.complaints).toEqual([]);
  });
});
