/** `npm run screenshots`: pictures of each page, light and dark, of the real interface on a real instance, for the docs. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { launchChromium } from '../support/browser.ts';
import { startTown } from './town.ts';

const folder = 'docs/images';
/** Seconds of traffic before the first picture: what a minute's sparkline needs. */
const warmUpSeconds = 60;

/** What is done on a page before it is photographed. */
const shots: readonly {
  readonly name: string;
  readonly path: string;
  readonly act?: (page: Page) => Promise<void>;
}[] = [
  { name: 'hosts', path: '/hosts' },
  { name: 'traffic', path: '/traffic' },
  { name: 'health', path: '/health' },
  { name: 'containers', path: '/containers' },
  { name: 'settings', path: '/settings' },
];

await mkdir(folder, { recursive: true });
await using town = await startTown();
const { dashboard } = await town.client.api.instance.status();
console.log(`traffic for ${warmUpSeconds} s`);
await delay(warmUpSeconds * 1000);
const browser = await launchChromium();
for (const colorScheme of ['light', 'dark'] as const) {
  const context = await browser.newContext({
    viewport: { width: 1180, height: 760 },
    deviceScaleFactor: 1.5,
    colorScheme,
  });
  const page = await context.newPage();
  const { code } = await town.client.api.instance.handOver();
  await page.goto(`${dashboard}/#code=${code}`);
  for (const { name, path, act } of shots) {
    await page.evaluate(`location.hash = ${JSON.stringify(path)}`);
    await delay(2500);
    await act?.(page);
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
    console.log(`${name}-${colorScheme}.png`);
  }
  await context.close();
}
await browser.close();
process.exit(0);
