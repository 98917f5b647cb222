import { Agent, request } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { lookForTrouble } from '../page/layout.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { launchChromium } from '../support/browser.ts';
import { type EchoBackend, startEchoBackend } from '../support/echoBackend.ts';
import { type InterfacePage, openInterface } from '../support/interfacePage.ts';
import { reachedByTab } from '../support/reachedByTab.ts';
import { describeWith } from '../support/requirement.ts';

/** The default window and the smallest, in pixels of the interface at 200 %. */
const sizes = [
  { width: 590, height: 380 },
  { width: 440, height: 280 },
] as const;

const longPath = `/v1/organisations/42/projects/7/environments/${'production-'.repeat(8)}?expand=all`;

describeWith('chromium', 'the interface at 200 %', () => {
  let browser: Browser;
  let backend: EchoBackend;
  let berth: BerthProcess;
  let client: ControlClient;

  beforeAll(async () => {
    browser = await launchChromium();
    backend = await startEchoBackend();
    berth = await startBerth({ config: { control: { port: 0 } } });
    client = await connectControl({ socket: berth.controlSocket });
    const dead = 'http://127.0.0.1:1';
    const backends = [backend.url, dead];
    await client.api.hosts.add({ name: 'app.localhost', backends });
    await client.api.hosts.add({ name: '*.preview.a-rather-long-name.dev.local', backends });
    await client.api.hosts.add({ name: 'broken.dev.local', backends: [dead] });
    await client.api.health.check({ name: 'app.localhost' });
    await client.api.health.check({ name: 'broken.dev.local' });
    await ask('/');
    await ask(longPath);
  });
  afterAll(async () => {
    client.close();
    await browser.close();
    await berth[Symbol.asyncDispose]();
    await backend[Symbol.asyncDispose]();
  });

  const ask = (path: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = { host: 'app.localhost' };
      const agent = new Agent();
      request({ host: '127.0.0.1', port: berth.port, path, agent, headers }, (response) => {
        response.resume().on('end', () => resolve());
      })
        .on('error', reject)
        .end();
    });

  const views: readonly (readonly [string, string, (page: Page) => Promise<unknown>])[] = [
    ['hosts', '/hosts', (page) => page.getByRole('row').nth(3).waitFor()],
    [
      'a host that is open in the list',
      '/hosts',
      async (page) => {
        const row = page.getByRole('row').filter({ hasText: 'broken.dev.local' });
        // Not on its name, which would be copied.
        await row.click({ position: { x: 40, y: 18 } });
        await page.getByRole('row').filter({ hasText: 'http://127.0.0.1:1' }).waitFor();
      },
    ],
    [
      'the line that adds a host',
      '/hosts',
      async (page) => {
        await page.getByRole('row').nth(3).waitFor();
        await page.keyboard.press('n');
        await page.keyboard.type('shop 3000');
        await page.getByText(`http://shop.localhost:${berth.port}/`).waitFor();
      },
    ],
    [
      'a host',
      '/hosts/app.localhost',
      (page) => page.getByRole('heading', { name: 'app.localhost' }).waitFor(),
    ],
    ['traffic', '/traffic', (page) => page.getByRole('row').nth(2).waitFor()],
    [
      'a request',
      '/traffic',
      async (page) => {
        await page.getByRole('row').filter({ hasText: '/v1/' }).click();
        await page.getByRole('complementary', { name: 'Request' }).waitFor();
      },
    ],
    [
      'health',
      '/health',
      (page) =>
        page
          .getByText('3 down')
          .or(page.getByText('2 down'))
          .or(page.getByText('1 down'))
          .first()
          .waitFor(),
    ],
    [
      'containers',
      '/containers',
      (page) => page.getByRole('heading', { name: 'Containers', exact: true }).waitFor(),
    ],
    ['the doctor', '/doctor', (page) => page.getByText(/ in \d+ checks/).waitFor()],
    [
      'settings',
      '/settings',
      async (page) => {
        await page.getByRole('region', { name: 'Proxy' }).waitFor();
        // What is found out about the machine, once that is in sight, moves what stands below it.
        for (const name of ['Names', 'HTTPS']) {
          const section = page.getByRole('region', { name, exact: true });
          await section.scrollIntoViewIfNeeded();
          await section
            .getByRole('status')
            .filter({ hasText: /^(?:now|.* ago)$/ })
            .waitFor();
        }
        await page.getByRole('region', { name: 'Proxy' }).scrollIntoViewIfNeeded();
      },
    ],
    [
      'the first of the first steps',
      '/settings',
      async (page) => {
        await page.getByRole('button', { name: 'Show again' }).click();
        await page.getByRole('heading', { name: 'Where are hosts kept?' }).waitFor();
      },
    ],
    [
      'the last of the first steps',
      '/settings',
      async (page) => {
        await page.getByRole('button', { name: 'Show again' }).click();
        for (let screen = 1; screen < 4; screen++) {
          await page.getByText(`${screen} of 4`).waitFor();
          await page.getByRole('button', { name: 'Next' }).click();
        }
        await page.getByRole('heading', { name: 'Your first host' }).waitFor();
      },
    ],
    [
      'the palette',
      '/hosts',
      async (page) => {
        await page.keyboard.press('Control+k');
        await page.getByRole('option').first().waitFor();
      },
    ],
    [
      'the list of keys',
      '/hosts',
      async (page) => {
        await page.keyboard.press('?');
        await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      },
    ],
    [
      'a banner',
      '/hosts',
      async (page) => {
        await client.api.traffic.capture({ on: false });
        await page.getByText('Capture is paused.').waitFor();
      },
    ],
  ];

  for (const viewport of sizes) {
    it.each(views)(
      `%s: all of it can be seen and reached, ${viewport.width} × ${viewport.height}`,
      async (_name, address, prepare) => {
        await using ui: InterfacePage = await openInterface(browser, berth, {
          viewport,
          deviceScaleFactor: 2,
        });
        const { page } = ui;
        await ui.go(address);
        await prepare(page);
        await client.api.traffic.capture({ on: true });
        expect(await page.evaluate(lookForTrouble)).toEqual([]);
        expect(await reachedByTab(page)).toEqual([]);
      },
    );
  }
});
