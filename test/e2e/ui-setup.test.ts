import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { eachInterface } from '../support/eachInterface.ts';
import { describeWith } from '../support/requirement.ts';

const foreign = '127.0.0.1\tlocalhost\n::1\tlocalhost\n';
/** What the system's program for certificates writes to. */
const written = ['/etc', '/usr/local/share', '/var/lib/ca-certificates-java'];
/** What it writes its history to. */
const histories = ['/var/lib/dpkg', '/var/log'];

/** A home and files of the system of its own, so that nothing of this machine is changed. */
let home = '';

const machine = () => {
  home = mkdtempSync(join(tmpdir(), 'berth-setup-'));
  mkdirSync(join(home, 'home'));
  writeFileSync(join(home, 'hosts'), foreign);
  return {
    hostsFile: join(home, 'hosts'),
    copied: [...written, ...histories],
    env: { HOME: join(home, 'home'), XDG_DATA_HOME: join(home, 'home', 'share') },
  };
};

describeWith(['chromium', 'certutil', 'curl'], 'the whole set-up in the interface', () => {
  // Browsers are started to see what they trust.
  vi.setConfig({ testTimeout: 180_000 });
  const patienceMs = 120_000;
  const its = eachInterface({
    config: { https: { bind: ['127.0.0.1'], port: 0 }, containers: { enabled: false } },
    machine,
    address: '/doctor',
    arrange: async ({ api }) => {
      await api.hosts.add({ name: 'app.dev.local', backends: ['http://127.0.0.1:9'] });
    },
  });
  // What is waited for in the page takes as long.
  beforeEach(() => its.page.setDefaultTimeout(patienceMs));
  afterEach(() => rm(home, { recursive: true, force: true }));

  const dialog = (): Locator => its.page.getByRole('dialog');
  const button = (name: string): Locator => dialog().getByRole('button', { name });
  const part = (name: string): Locator => dialog().getByRole('region', { name });
  const hostsFile = (): Promise<string> => readFile(join(home, 'hosts'), 'utf8');
  const open = (): Promise<void> =>
    its.page.getByRole('button', { name: 'Set up this machine…' }).first().click();

  it('is offered where the doctor misses it, shows each step, does and tries them, and takes all of it back', async () => {
    const { page, ui } = its;
    await open();
    await dialog()
      .getByText(/^\+127\.0\.0\.1\s+app\.dev\.local/)
      .waitFor();
    await dialog()
      .getByText(/^\$ .*update-ca-certificates/)
      .first()
      .waitFor();
    await dialog()
      .getByText(/certutil .* -A /)
      .first()
      .waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Set it up');
    expect(await ui.violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    expect(await hostsFile()).toBe(foreign);

    await open();
    await button('Set it up').click();
    await part('What was tried').waitFor();
    await dialog()
      .getByText(/^https:\/\/welcome\.dev\.local:\d+\/ opens with no warning/)
      .waitFor();
    await part('What was tried')
      .getByText(/accepts a certificate of the CA/)
      .first()
      .waitFor();
    await part('What was done').getByText(/added/).first().waitFor();
    expect(await hostsFile()).toContain('127.0.0.1\tapp.dev.local');
    expect(await ui.violations()).toEqual([]);

    await button('Take everything back…').click();
    await dialog()
      .getByText(/^-127\.0\.0\.1\s+app\.dev\.local/)
      .waitFor();
    await button('Take it back').click();
    await part('What was taken back')
      .getByText(/removed/)
      .first()
      .waitFor();
    expect(await hostsFile()).toBe(foreign);
    await button('Close').first().click();
    await dialog().waitFor({ state: 'detached' });
    expect(ui.complaints).toEqual([]);
  });

  it('says in the list of hosts which are not found by this machine, by a look-up, and leads to how', async () => {
    const { page, ui, client } = its;
    await client.api.hosts.add({ name: 'found.localhost', backends: ['http://127.0.0.1:9'] });
    await ui.go('/hosts');
    const line = (name: string): Locator => page.getByRole('row').filter({ hasText: name });
    const link = line('app.dev.local').getByRole('link', { name: /^not found .*how$/ });
    await link.waitFor();
    expect(await line('found.localhost').getByRole('link').count()).toBe(0);
    expect(await ui.violations()).toEqual([]);
    await link.click();
    await page.getByRole('region', { name: 'Name and certificate' }).waitFor();
    expect(ui.complaints).toEqual([]);
  });
});
