import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { connectControl, controlSocket } from '../../src/core/client/index.ts';
import type { BerthProcess } from './berthProcess.ts';

/** The interface of an instance, in a browser. */
export interface InterfacePage extends AsyncDisposable {
  readonly page: Page;
  /** What the console complained of: a blocked script, an error. */
  readonly complaints: readonly string[];
  /** Goes to an address of the interface, as `/hosts/app.test`. */
  go(address: string): Promise<void>;
  /** What axe-core has against what is shown, as `rule: element`. */
  violations(): Promise<readonly string[]>;
}

/**
 * @param berth started with `control: { port: 0 }`
 * @param options `isFirst`: nobody has looked at it yet, and the first steps are shown where there is no host
 */
export async function openInterface(
  browser: Browser,
  berth: Pick<BerthProcess, 'said' | 'home'>,
  { isFirst = false, ...options }: BrowserContextOptions & { readonly isFirst?: boolean } = {},
): Promise<InterfacePage> {
  const address = /dashboard +(http:\/\/[^ /]+)/.exec(berth.said)?.[1];
  if (address === undefined) throw new Error(`it serves no interface:\n${berth.said}`);
  const instance = await connectControl({
    socket: controlSocket({ runtime: join(berth.home, 'run') }),
  });
  const { code } = await instance.api.instance.handOver();
  instance.close();
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  if (!isFirst) await context.addInitScript(`localStorage.setItem('berth.firstRun.1', 'true')`);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${address}/#code=${code}`);
  await page.getByText(/running 127\.0\.0\.1/).waitFor();
  return {
    page,
    complaints,
    go: async (address) => {
      await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
    },
    violations: () => violationsOf(page),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

async function violationsOf(page: Page): Promise<readonly string[]> {
  // Evaluated by the browser's debugger, past the content security policy of the page.
  const source = await readFile(
    createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
    'utf8',
  );
  await page.evaluate(source);
  const { violations } = await page.evaluate<AxeResult>('axe.run(document)');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
