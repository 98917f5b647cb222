import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { type BerthOptions, type BerthProcess, startBerth } from './berthProcess.ts';
import { launchChromium } from './browser.ts';
import { type InterfacePage, openInterface } from './interfacePage.ts';

/** What a test has of its instance; to be read inside of tests and later hooks. */
export interface EachInterface {
  readonly browser: Browser;
  readonly berth: BerthProcess;
  readonly client: ControlClient;
  readonly ui: InterfacePage;
  readonly page: Page;
}

export interface EachInterfaceOptions {
  /** More of the configuration file. */
  readonly config?: object;
  /** Where it opens: `/health`. */
  readonly address?: string;
  /** Nobody has looked at it yet. */
  readonly isFirst?: boolean;
  /** Of the machine that it runs on; asked for each instance. */
  readonly machine?: () => Pick<BerthOptions, 'env' | 'hostsFile' | 'copied'>;
  /** What is there before it opens. */
  readonly arrange?: (client: ControlClient, berth: BerthProcess) => Promise<unknown>;
}

/**
 * One Chromium for all tests of a suite, and for each test an instance of its own with its interface open. To be called
 * where the suite is described.
 */
export const eachInterface = (options: EachInterfaceOptions = {}): EachInterface =>
  interfaceOf(options, beforeEach, afterEach);

/** The same, with one instance for all tests of a suite: for what takes long to arrange. */
export const oneInterface = (options: EachInterfaceOptions = {}): EachInterface =>
  interfaceOf(options, beforeAll, afterAll);

function interfaceOf(
  { config, address, isFirst = false, machine, arrange }: EachInterfaceOptions,
  before: (open: () => Promise<void>) => void,
  after: (close: () => Promise<void>) => void,
): EachInterface {
  let browser: Browser;
  let berth: BerthProcess;
  let client: ControlClient;
  let ui: InterfacePage;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  before(async () => {
    berth = await startBerth({ config: { control: { port: 0 }, ...config }, ...machine?.() });
    client = await connectControl({ socket: berth.controlSocket });
    await arrange?.(client, berth);
    ui = await openInterface(browser, berth, { viewport: { width: 1180, height: 760 }, isFirst });
    if (address !== undefined) await ui.go(address);
  });
  after(async () => {
    await ui?.[Symbol.asyncDispose]();
    client?.close();
    await berth?.[Symbol.asyncDispose]();
  });

  return {
    get browser() {
      return browser;
    },
    get berth() {
      return berth;
    },
    get client() {
      return client;
    },
    get ui() {
      return ui;
    },
    get page() {
      return ui.page;
    },
  };
}
