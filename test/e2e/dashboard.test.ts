import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { launchChromium, launchWithProfile } from '../support/browser.ts';
import { describeWith } from '../support/requirement.ts';
import { type StatusBackend, startStatusBackend } from '../support/statusBackend.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

const cli = promisify(execFile);

describeWith('chromium', 'the dashboard of a headless instance', () => {
  let backend: StatusBackend;
  let browser: Browser;
  let berth: BerthProcess;
  let context: BrowserContext;
  let page: Page;
  /** What the browser's console complained of: a blocked script, a failed request. */
  let complaints: string[];

  const run = async (...argv: readonly string[]): Promise<string> => {
    const env = { ...process.env, BERTH_HOME: berth.home, DISPLAY: ':99', PATH: '/nonexistent' };
    const { stdout } = await cli(process.execPath, [resolve('dist/cli.cjs'), ...argv], { env });
    return stdout.trim();
  };
  const isConnected = (): Promise<void> =>
    page.getByText(/running 127\.0\.0\.1/).waitFor({ timeout: 10_000 });

  beforeAll(async () => {
    backend = await startStatusBackend(200);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await backend[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    berth = await startBerth({ config: { control: { port: 0 } } });
    await run('add', 'app.test', backend.url);
    context = await browser.newContext();
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
  });
  afterEach(async () => {
    await context.close();
    await berth[Symbol.asyncDispose]();
  });

  it('opens by the address that berth open --print shows, and takes the code out of it', async () => {
    await page.goto(await run('open', '--print'));
    await isConnected();
    expect(page.url()).not.toContain('code');
    await page.reload();
    await isConnected();
    expect(complaints).toEqual([]);
  });

  it('opens by the private file that berth open gives to the browser', async () => {
    await run('open');
    const file = join(berth.home, 'run', 'dashboard.html');
    await page.goto(pathToFileURL(file).href);
    await isConnected();
    expect(page.url()).not.toContain('code');
    expect(complaints).toEqual([]);
    await berth.stop();
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('does not open a second time by the same address', async () => {
    const address = await run('open', '--print');
    await page.goto(address);
    await isConnected();
    const other = await browser.newContext();
    const second = await other.newPage();
    await second.goto(address);
    await second.getByText('This page needs a code').waitFor();
    await second.getByText(/This code was used/).waitFor();
    expect(await second.locator('body').innerText()).not.toContain('app.test');
    await other.close();
  });

  it('leaves a code that is used up in the history of the browser, and no token', async () => {
    await using profile = await temporaryDirectory();
    const token = (await readFile(join(berth.home, 'run', 'control.token'), 'utf8')).trim();
    await using kept = await launchWithProfile(profile.path);
    const visit = await kept.context.newPage();
    await run('open');
    await visit.goto(pathToFileURL(join(berth.home, 'run', 'dashboard.html')).href);
    await visit.getByText(/running 127\.0\.0\.1/).waitFor();
    expect(await visit.evaluate(`sessionStorage.getItem('berth.token')`)).toBe(token);
    await kept.context.close();
    const history = await readFile(join(profile.path, 'Default', 'History'), 'latin1');
    expect(history).toContain('/#code=');
    expect(history).not.toContain(token);
  });

  it('shows nothing without a code, says how to get one, and takes it from a person', async () => {
    const address = await run('open');
    await page.goto(address);
    await page.getByText('This page needs a code').waitFor();
    expect(await page.locator('body').innerText()).not.toContain('app.test');
    await page.getByLabel(/paste what/).fill('wrong');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByText(/This code was used, is too old/).waitFor();
    await page.getByLabel(/paste what/).fill(await run('open', '--print'));
    await page.getByRole('button', { name: 'Connect' }).click();
    await isConnected();
  });

  it('has nothing of the desktop', async () => {
    await page.goto(await run('open', '--print'));
    await isConnected();
    expect(await page.evaluate(() => 'berthDesktop' in globalThis)).toBe(false);
  });

  it('says that the instance has gone, and after another start that it needs a new code', async () => {
    const { origin, port } = new URL(await run('open', '--print'));
    await page.goto(await run('open', '--print'));
    await isConnected();
    await berth.stop();
    await page.getByRole('link', { name: 'not connected' }).waitFor();
    const { home } = berth;
    await berth[Symbol.asyncDispose]();
    berth = await startBerth({ home, config: { control: { port: Number(port) } } });
    await page.getByText('The proxy was started again').waitFor();
    await page.goto(await run('open', '--print'));
    await isConnected();
    expect(new URL(page.url()).origin).toBe(origin);
  });
});
