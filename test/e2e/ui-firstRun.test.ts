import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { launchChromium } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { type InterfacePage, openInterface } from '../support/interfacePage.ts';
import { freePort } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { type StatusBackend, startStatusBackend } from '../support/statusBackend.ts';

const titles = [
  'Where are hosts kept?',
  'Where does it serve?',
  'What are hosts called?',
  'Your first host',
] as const;

describeWith('chromium', 'the first steps', () => {
  let browser: Browser;
  let backend: StatusBackend;
  let berth: BerthProcess;
  let client: ControlClient;
  let ui: InterfacePage;
  let page: Page;

  const file = (): Promise<string> => readFile(join(berth.home, 'config.json'), 'utf8');
  const isAt = (title: (typeof titles)[number]): Promise<void> =>
    page.getByRole('heading', { name: title, level: 1 }).waitFor();
  const open = async (): Promise<void> => {
    ui = await openInterface(browser, berth, {
      viewport: { width: 1180, height: 760 },
      isFirst: true,
    });
    page = ui.page;
  };

  beforeAll(async () => {
    browser = await launchChromium();
    backend = await startStatusBackend(200);
  });
  afterAll(async () => {
    await browser.close();
    await backend[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    berth = await startBerth({ config: { control: { port: 0 } } });
    client = await connectControl({ socket: berth.controlSocket });
  });
  afterEach(async () => {
    await ui[Symbol.asyncDispose]();
    client.close();
    await berth[Symbol.asyncDispose]();
  });

  it('leads by Enter to a host that answers, and does not come again', async () => {
    await open();
    for (const title of titles.slice(0, 3)) {
      await isAt(title);
      await page.keyboard.press('Enter');
    }
    await isAt('Your first host');
    await page.keyboard.type(`app.localhost ${new URL(backend.url).port}`);
    await page.keyboard.press('Enter');
    await page.getByText(/app\.localhost answers 200 through the proxy/).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'app.localhost', exact: true }).waitFor();
    await page.getByText(`http://welcome.localhost:${berth.port}/`).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'app.localhost', exact: true }).waitFor();
    expect(await page.getByRole('main', { name: 'First steps' }).count()).toBe(0);
    expect(ui.complaints).toEqual([]);
  });

  it('loses nothing for whoever skips each screen by Esc', async () => {
    const before = await file();
    await open();
    for (const title of titles) {
      await isAt(title);
      await page.keyboard.press('Escape');
    }
    await page.getByText('No hosts yet').waitFor();
    expect(await file()).toBe(before);
    expect(await client.api.hosts.list()).toEqual([]);
    await page.reload();
    await page.getByText('No hosts yet').waitFor();
  });

  it('is left at once by Skip all, or by a way to another page, and shown again by the settings', async () => {
    await open();
    await isAt('Where are hosts kept?');
    await page.getByRole('button', { name: 'Skip all' }).click();
    await page.getByText('No hosts yet').waitFor();
    await ui.go('/settings');
    await page.getByRole('button', { name: 'Show again' }).click();
    await isAt('Where are hosts kept?');
    await ui.go('/traffic');
    await page.getByRole('heading', { name: 'Traffic' }).waitFor();
  });

  it('tries a Redis for real, says that it does not answer, and goes back', async () => {
    const port = await freePort();
    await open();
    await page.getByText('Redis', { exact: true }).click();
    await page.getByLabel('Address of the Redis').fill(`redis://127.0.0.1:${port}`);
    await page.keyboard.press('Enter');
    await page.getByText('It does not answer.').waitFor();
    await page.getByRole('button', { name: 'Back to embedded' }).click();
    await page.getByText(/In use: embedded/).waitFor();
    await isAt('Where are hosts kept?');
  });

  it('shows what a wrong driver is refused with', async () => {
    const before = await file();
    await open();
    await page.getByText('Redis', { exact: true }).click();
    await page.getByLabel('Address of the Redis').fill('etcd://127.0.0.1');
    await page.keyboard.press('Enter');
    await page.getByText(/there is no driver "etcd"/).waitFor();
    expect(await file()).toBe(before);
  });

  it('serves on another port at once, and puts another suffix first', async () => {
    const port = await freePort();
    await open();
    await isAt('Where are hosts kept?');
    await page.keyboard.press('Enter');
    await page.getByText(`http://127.0.0.1:${berth.port}`).waitFor();
    await page.getByLabel('Another port').fill(String(port));
    await page.keyboard.press('Enter');
    await page.getByText(`http://127.0.0.1:${port}`).waitFor();
    await isAt('Where does it serve?');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Put dev.local first' }).click();
    await eventually('dev.local is the first', async () => {
      const { suffixes } = await client.api.instance.status();
      return suffixes.join(' ') === 'dev.local localhost';
    });
    await page.getByRole('button', { name: 'Put localhost first' }).waitFor();
    await page.getByText(`curl --resolve welcome.dev.local:${port}:127.0.0.1`).waitFor();
  });

  it('is not shown where there are hosts', async () => {
    await client.api.hosts.add({ name: 'app.localhost', backends: [backend.url] });
    await open();
    await page.getByRole('button', { name: 'app.localhost', exact: true }).waitFor();
    expect(await page.getByRole('main', { name: 'First steps' }).count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that axe-core objects to, %s',
    async (scheme) => {
      await open();
      await page.emulateMedia({ colorScheme: scheme });
      for (const title of titles) {
        await isAt(title);
        expect(await ui.violations()).toEqual([]);
        if (title !== 'Your first host') await page.keyboard.press('Enter');
      }
    },
  );
});
