/**
 * `npm run screenshots`: pictures of each page, light and dark, of the real app on a real instance, for the docs. Names
 * after `--` are those that are taken: `npm run screenshots -- doctor`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { startDisplay } from '../support/display.ts';
import { startDesktop } from '../support/electron.ts';
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
  {
    name: 'request',
    path: '/traffic?filter=retried%3Atrue',
    act: async (page) => {
      await page.getByRole('row').nth(1).click();
      await page.keyboard.press('Enter');
      await delay(500);
    },
  },
  {
    name: 'replay',
    path: '/traffic?filter=host%3Aapi+method%3AGET+status%3A200',
    act: async (page) => {
      await page.getByRole('row').nth(1).click();
      await page.keyboard.press('r');
      await page.getByRole('region', { name: 'Response body' }).waitFor();
      await delay(500);
    },
  },
  { name: 'host', path: '/hosts/api.dev.local' },
  { name: 'health', path: '/health' },
  {
    name: 'containers',
    path: '/containers',
    act: async (page) => {
      await page.getByRole('row', { name: 'healthy api' }).click();
      await page.getByText(/answers 200/).waitFor();
      await page.getByText('Label', { exact: true }).click();
      await delay(500);
    },
  },
  { name: 'settings', path: '/settings' },
  {
    name: 'doctor',
    path: '/doctor',
    act: async (page) => {
      await page.getByText(/(problem|warning|Nothing wrong).* in \d+ checks/).waitFor();
      await delay(500);
    },
  },
];

const wanted = process.argv.slice(2);
const taken = shots.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

await mkdir(folder, { recursive: true });
await using town = await startTown();
console.log(`traffic for ${warmUpSeconds} s`);
await delay(warmUpSeconds * 1000);
await using display = await startDisplay('1920x1280');
await using desktop = await startDesktop({
  env: display.env,
  home: town.berth.home,
  argv: ['--force-device-scale-factor=1.5'],
});
const page = await desktop.window();
for (const colorScheme of ['light', 'dark'] as const) {
  await page.emulateMedia({ colorScheme });
  for (const { name, path, act } of taken) {
    await page.evaluate(`location.hash = ${JSON.stringify(path)}`);
    await delay(2500);
    await act?.(page);
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
    console.log(`${name}-${colorScheme}.png`);
  }
}
