import { beforeAll, expect, it } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { oneInterface } from '../support/eachInterface.ts';
import { longestTask } from '../support/longestTask.ts';
import { describeWith } from '../support/requirement.ts';
import { addHost, addHosts } from '../support/storeClient.ts';

const total = 10_000;
const backends = limits.maxBackendsPerFrontend;
/** Milliseconds of processor time that one task of the page may take: where a stutter begins to be seen. */
const maxTaskMs = 50;

describeWith('chromium', 'ten thousand hosts', () => {
  const its = oneInterface({
    arrange: (_, { storePort }) => {
      const names = Array.from({ length: total }, (_, index) => `host-${index}.dev.local`);
      return addHosts(storePort, names, 'http://127.0.0.1:9');
    },
  });
  beforeAll(async () => {
    await its.page.getByText('10,000', { exact: true }).waitFor();
    // Their health comes after them.
    await its.page.getByRole('row').nth(5).getByText('0/1').waitFor();
  });

  const longestDuring = (work: () => Promise<void>) => longestTask(its.browser, its.page, work);

  it('scroll without a stutter, and few of them are drawn', async () => {
    const { page } = its;
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
    const { page } = its;
    const longest = await longestDuring(async () => {
      await page.keyboard.press('/');
      await page.keyboard.type('host-99');
      await page.getByText('111 of 10,000').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Host', exact: true }).click();
      await page.getByRole('button', { name: /^Host/ }).click();
      await page.getByText('host-9999.dev.local').waitFor();
    });
    console.info(`filtering and sorting: longest task ${longest} ms`);
    expect(longest).toBeLessThan(maxTaskMs);
  });

  it('are walked by keys from end to end, with the focus on a line', async () => {
    const { page } = its;
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
    const { page } = its;
    const longest = await longestDuring(async () => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('9999');
      await page.getByRole('option', { name: 'host-9999.dev.local' }).waitFor();
    });
    console.info(`palette: longest task ${longest} ms`);
    expect(longest).toBeLessThan(maxTaskMs);
    expect(its.ui.complaints).toEqual([]);
  });
});

describeWith('chromium', 'a host with as many backends as one may have', () => {
  const its = oneInterface({
    arrange: (_, { storePort }) => {
      const urls = Array.from({ length: backends }, (_, index) => `http://127.1.0.1:${index + 1}`);
      return addHost(storePort, 'many.dev.local', ...urls);
    },
  });
  beforeAll(async () => {
    await its.page.getByRole('row').nth(1).getByText('/4096').waitFor();
  });

  const longestDuring = (work: () => Promise<void>) => longestTask(its.browser, its.page, work);

  it('is opened in the list, scrolled and written in without a stutter', async () => {
    const { page } = its;
    await page.mouse.move(600, 400);
    const longest = await longestDuring(async () => {
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByText('http://127.1.0.1:1', { exact: true }).waitFor();
      for (let i = 0; i < 40; i++) await page.mouse.wheel(0, i % 3 === 0 ? 20_000 : 900);
      await page.keyboard.press('b');
      await page.keyboard.type('3000');
      await page.getByText('That is http://127.0.0.1:3000.').waitFor();
      await page.keyboard.press('Escape');
    });
    console.info(`many backends in the list: longest task ${longest} ms`);
    expect(longest).toBeLessThan(maxTaskMs);
  });

  it('has a page on which they are leafed through and filtered without a stutter', async () => {
    const { page } = its;
    const longest = await longestDuring(async () => {
      await its.ui.go('/hosts/many.dev.local');
      await page.getByText('1–50 of 4,096').waitFor();
      for (let i = 0; i < 5; i++) await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText('251–300 of 4,096').waitFor();
      const filter = page.getByRole('textbox', { name: 'Filter the backends of this host' });
      await filter.pressSequentially(':409');
      await page.getByText('1–8 of 8, 4,096 in all').waitFor();
      await filter.fill('');
      await page.getByRole('button', { name: 'Edit http://127.1.0.1:1', exact: true }).click();
      await page.getByRole('textbox', { name: 'Address of backend 0' }).pressSequentially('7');
      // As long as numbers come twice.
      await page.waitForTimeout(2500);
    });
    console.info(`many backends on their page: longest task ${longest} ms`);
    expect(longest).toBeLessThan(maxTaskMs);
    expect(await page.getByRole('listitem').count()).toBeLessThan(60);
    expect(its.ui.complaints).toEqual([]);
  });
});
