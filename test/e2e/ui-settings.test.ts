import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { eachInterface } from '../support/eachInterface.ts';
import { eventually } from '../support/eventually.ts';
import { freePort, startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { addHost } from '../support/storeClient.ts';

const secretUrl = 'http://127.0.0.1:9/hidden-path';

describeWith('chromium', 'the page of settings', () => {
  const its = eachInterface({
    config: { server: { healthWebhook: secretUrl } },
    address: '/settings',
    arrange: (client) =>
      client.api.hosts.add({ name: 'app.localhost', backends: ['http://127.0.0.1:9'] }),
  });

  /** The file, as it is now. */
  const written = async (): Promise<{ server: Record<string, unknown>; driver: string }> =>
    JSON.parse(await readFile(join(its.berth.home, 'config.json'), 'utf8'));
  const field = (name: string): Locator => its.page.getByRole('textbox', { name, exact: true });
  const section = (name: string): Locator => its.page.getByRole('region', { name, exact: true });

  beforeEach(async () => {
    await section('Proxy').waitFor();
  });

  it('writes one field by Enter, has the instance go by it, and takes it back to the default', async () => {
    await field('Dead for').fill('45');
    await field('Dead for').press('Enter');
    await section('Health').getByText('Saved').waitFor();
    expect((await written()).server).toMatchObject({ deadBackendTTL: 45, workers: 1 });
    expect((await its.client.api.settings.get()).values).toMatchObject({
      server: { deadBackendTTL: 45 },
    });
    await section('Health').getByRole('button', { name: 'Use default (30)' }).click();
    await eventually(
      'the key is gone',
      async () => !('deadBackendTTL' in (await written()).server),
    );
    await expect.poll(() => field('Dead for').inputValue()).toBe('30');
    expect(its.ui.complaints).toEqual([]);
  });

  it('writes a field that is left, and takes back one by Esc', async () => {
    await field('Suffixes').fill('test localhost');
    await field('Suffixes').press('Tab');
    await expect
      .poll(async () => (await its.client.api.instance.status()).suffixes)
      .toEqual(['test', 'localhost']);
    await expect.poll(() => field('Suffixes').inputValue()).toBe('test, localhost');
    await field('Suffixes').fill('elsewhere');
    await field('Suffixes').press('Escape');
    expect(await field('Suffixes').inputValue()).toBe('test, localhost');
    await field('Suffixes').press('Tab');
    expect(await written()).toMatchObject({ suffixes: ['test', 'localhost'] });
  });

  it('shows the refusal of the instance at the field, and changes nothing', async () => {
    const before = await written();
    await field('Workers').fill('many');
    await field('Workers').press('Enter');
    const refusal = section('Proxy').getByText(/server\.workers is "many"/);
    await refusal.waitFor();
    expect(await refusal.innerText()).toContain('BERTH_CONFIG_INVALID');
    expect(await field('Workers').getAttribute('aria-invalid')).toBe('true');
    expect(await field('Workers').inputValue()).toBe('many');
    expect(await written()).toEqual(before);
    await field('Workers').press('Escape');
    await refusal.waitFor({ state: 'detached' });
    expect(await field('Workers').inputValue()).toBe('1');
  });

  it('never overwrites what somebody else wrote: it is said, and the next Enter is meant', async () => {
    const config = await written();
    const theirs = { ...config, server: { ...config.server, retryOnError: 2 } };
    await writeFile(join(its.berth.home, 'config.json'), JSON.stringify(theirs));
    await field('Dead for').fill('45');
    await field('Dead for').press('Enter');
    await section('Health').getByText('BERTH_CONFLICT').waitFor();
    expect(await written()).toEqual(theirs);
    await field('Dead for').press('Enter');
    await section('Health').getByText('Saved').waitFor();
    expect((await written()).server).toMatchObject({ retryOnError: 2, deadBackendTTL: 45 });
  });

  it('chooses of a few by the keyboard', async () => {
    await its.page.getByRole('combobox', { name: 'Format' }).selectOption('json');
    await section('Access log').getByText('Saved').waitFor();
    expect((await written()).server).toMatchObject({ accessLogFormat: 'json' });
  });

  it('never shows a secret, nor takes what hides it for one', async () => {
    const webhook = field('Webhook');
    expect(await webhook.inputValue()).toBe('http://127.0.0.1:9/***');
    expect(await its.page.content()).not.toContain('hidden-path');
    await webhook.fill('http://127.0.0.1:8/***');
    await webhook.press('Enter');
    await section('Health')
      .getByText(/write the whole again/)
      .waitFor();
    expect((await written()).server).toMatchObject({ healthWebhook: secretUrl });
    await webhook.fill('');
    await webhook.press('Enter');
    await eventually('it is gone', async () => !('healthWebhook' in (await written()).server));
  });

  it('says what another store means, and whether it answers, and leads back', async () => {
    const port = await freePort();
    const store = section('Store');
    await store.getByText('Redis', { exact: true }).click();
    await field('Address of the Redis').fill(`127.0.0.1:${port}`);
    await store.getByText('The host of the store in use stays there').waitFor();
    await store.getByText(`berth store migrate --to redis://127.0.0.1:${port}`).waitFor();
    expect((await written()).driver).toMatch(/^embedded/);
    await store.getByRole('button', { name: 'Switch to this store' }).click();
    await store.getByText('It does not answer.').waitFor();
    expect((await written()).driver).toBe(`redis://127.0.0.1:${port}`);
    await store.getByRole('button', { name: 'Back to embedded' }).click();
    await eventually('it is back', async () => (await written()).driver.startsWith('embedded'));
    await its.ui.go('/hosts');
    await its.page.getByRole('button', { name: 'app.localhost', exact: true }).waitFor();
    expect(its.ui.complaints).toEqual([]);
  });

  it('goes over to a Redis, whose hosts are shown', async () => {
    await using redis = await startRedisServer();
    await addHost(redis.port, 'other.localhost', 'http://127.0.0.1:9');
    const store = section('Store');
    await store.getByText('Redis', { exact: true }).click();
    await field('Address of the Redis').fill(`redis://127.0.0.1:${redis.port}`);
    await field('Address of the Redis').press('Enter');
    await store.getByText('It answers.').waitFor();
    await its.ui.go('/hosts');
    await its.page.getByRole('button', { name: 'other.localhost', exact: true }).waitFor();
  });

  it('finds a setting by its words or its key', async () => {
    const { page } = its;
    await page.keyboard.press('/');
    await page.keyboard.type('accesslogkeep');
    await expect.poll(() => page.getByRole('region').count()).toBe(1);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Keep');
    await page.keyboard.press('/');
    expect(await field('Keep').inputValue()).toBe('5/');
    await page.keyboard.press('Escape');
    await field('Search settings').fill('nothing of the kind');
    await page.getByRole('button', { name: 'Clear search' }).click();
    await section('Store').waitFor();
  });

  it('keeps the theme that was chosen', async () => {
    const { page } = its;
    const theme = (): Promise<unknown> =>
      page.evaluate('document.documentElement.getAttribute("data-theme")');
    expect(await theme()).toBeNull();
    await section('Appearance').getByText('Dark').click();
    expect(await theme()).toBe('dark');
    await page.reload();
    await section('Appearance').waitFor();
    expect(await theme()).toBe('dark');
    await section('Appearance').getByText('System').click();
    expect(await theme()).toBeNull();
  });

  it('tells of the instance, and nothing of the desktop in a browser', async () => {
    const about = section('About');
    await about.getByText(`pid ${its.berth.pid}`).waitFor();
    await about.getByRole('button', { name: `Copy ${its.berth.home}/config.json` }).click();
    expect(await its.page.evaluate('navigator.clipboard.readText()')).toBe(
      `${its.berth.home}/config.json`,
    );
    expect(await section('Desktop').count()).toBe(0);
    expect(await about.getByRole('button', { name: /in its folder/ }).count()).toBe(0);
  });

  it('takes nothing while there is no connection, and says so', async () => {
    await its.berth.stop();
    await its.page.getByText('There is no connection to the proxy.').waitFor();
    expect(await field('Workers').getAttribute('readonly')).not.toBeNull();
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that axe-core objects to, %s',
    async (scheme) => {
      await its.page.emulateMedia({ colorScheme: scheme });
      await section('Store').getByText('Redis', { exact: true }).click();
      await field('Address of the Redis').fill('redis://127.0.0.1:1');
      expect(await its.ui.violations()).toEqual([]);
    },
  );

  it('switches containers on and off, and says in which file the rest is set', async () => {
    const { page } = its;
    const toggle = section('Containers').getByRole('switch', { name: 'Follow labels' });
    await toggle.click();
    await eventually('it is written', async () => {
      const { containers } = (await written()) as { containers?: { labels?: boolean } };
      return containers?.labels === false;
    });
    await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('false');
    await section('Containers').getByRole('button', { name: 'Use default (on)' }).click();
    await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('true');
    const path = join(its.berth.home, 'config.json');
    await section('Store')
      .getByRole('button', { name: `Copy ${path}` })
      .click();
    await section('Store')
      .getByRole('button', { name: `Copied ${path}` })
      .waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(path);
  });

  it('opens each document that it names, and leads from one to another and back', async () => {
    const { page } = its;
    const links = section('About').getByRole('link');
    const names = await links.evaluateAll((all) =>
      all.map((one) => (one.getAttribute('title') ?? '').replace('docs/', '')),
    );
    expect(names).toContain('HOSTS.md');
    for (const name of names) {
      await its.ui.go(`/settings/${name}`);
      await page.getByText(`docs/${name}`, { exact: true }).waitFor();
      const source = await readFile(join('docs', name), 'utf8');
      const [, title = ''] = /^# (.+)$/m.exec(source) ?? [];
      await page.getByRole('heading', { name: title, level: 1, exact: true }).waitFor();
    }
    await its.ui.go('/settings/DESKTOP.md');
    await page.getByRole('link', { name: 'CONTAINERS.md' }).first().click();
    await page.getByText('docs/CONTAINERS.md', { exact: true }).waitFor();
    await page.getByRole('heading', { level: 2 }).first().waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await its.ui.violations()).toEqual([]);
    }
    await page.keyboard.press('Escape');
    await section('About').waitFor();
    expect(its.ui.complaints).toEqual([]);
  });
});
