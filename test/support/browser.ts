import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

const args: readonly string[] = [
  ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

function executablePath(): string {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, 'chromium'))
    .find((path) => existsSync(path));
  if (found === undefined)
    throw new Error("there is no Chromium: guard with describeWith('chromium', …)");
  return found;
}

/**
 * Debian's Chromium, driven. One for a test file; each test opens a context of its own.
 *
 * @param own flags beside the usual ones, and an environment in the place of this process' own
 */
export const launchChromium = async (
  own: { readonly args?: readonly string[]; readonly env?: Record<string, string> } = {},
): Promise<Browser> =>
  await chromium.launch({
    executablePath: executablePath(),
    args: [...args, ...(own.args ?? [])],
    ...(own.env === undefined ? {} : { env: own.env }),
  });

/** The same with a profile in a folder, as a person's browser has: with a history. Closed, it has written all of it. */
export async function launchWithProfile(
  folder: string,
): Promise<{ readonly context: BrowserContext } & AsyncDisposable> {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: executablePath(),
    args: [...args],
  });
  return { context, [Symbol.asyncDispose]: () => context.close() };
}
