import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Debian's Chromium, driven. One for a test file; each test opens a context of its own. */
export function launchChromium(): Promise<Browser> {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, 'chromium'))
    .find((path) => existsSync(path));
  if (found === undefined)
    throw new Error("there is no Chromium: guard with describeWith('chromium', …)");
  return chromium.launch({
    executablePath: found,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}
