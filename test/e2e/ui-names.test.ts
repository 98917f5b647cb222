import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { eachInterface } from '../support/eachInterface.ts';
import { eventually } from '../support/eventually.ts';
import { describeWith } from '../support/requirement.ts';

const foreign = '127.0.0.1\tlocalhost\n::1\tlocalhost\r\n10.1.2.3 elsewhere.dev.local';

/** A home and a hosts file of its own, so that nothing of this machine is changed. */
let home = '';

const machine = () => {
  home = mkdtempSync(join(tmpdir(), 'berth-names-'));
  mkdirSync(join(home, 'home'));
  writeFileSync(join(home, 'hosts'), foreign);
  return {
    hostsFile: join(home, 'hosts'),
    env: { HOME: join(home, 'home'), XDG_DATA_HOME: join(home, 'home', 'share') },
  };
};

const clear = () => rm(home, { recursive: true, force: true });
const config = { https: { bind: ['127.0.0.1'], port: 0 }, containers: { enabled: false } };

describeWith('chromium', 'names and HTTPS in the settings', () => {
  const its = eachInterface({
    config,
    machine,
    address: '/settings/names',
    arrange: async ({ api }) => {
      for (const name of ['app.dev.local', 'elsewhere.dev.local']) {
        await api.hosts.add({ name, backends: ['http://127.0.0.1:9'] });
      }
    },
  });
  afterEach(clear);

  const section = (name: string): Locator => its.page.getByRole('region', { name, exact: true });
  const names = (): Locator => section('Names');
  const hostsFile = (): Promise<string> => readFile(join(home, 'hosts'), 'utf8');
  const row = (host: string): Locator => names().getByRole('row').filter({ hasText: host });

  it('shows how each host is found, and has the hosts file as it shows it, and as it was', async () => {
    const { page } = its;
    await row('app.dev.local').getByText('not found').waitFor();
    // A line of somebody else, which is told and not changed.
    await row('elsewhere.dev.local').getByText('elsewhere', { exact: true }).waitFor();
    await row('elsewhere.dev.local').getByRole('cell', { name: '10.1.2.3' }).first().waitFor();

    await names().getByRole('button', { name: 'Install…' }).first().click();
    const plan = names().getByRole('group', { name: 'What would be changed' });
    await plan.getByText(/^\+127\.0\.0\.1\s+app\.dev\.local$/).waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Install');
    await page.keyboard.press('Escape');
    await plan.waitFor({ state: 'detached' });
    expect(await hostsFile()).toBe(foreign);

    await names().getByRole('button', { name: 'Install…' }).first().click();
    await plan.getByRole('button', { name: 'Install', exact: true }).click();
    await names().getByRole('group', { name: 'What was done' }).getByText(/done/).first().waitFor();
    expect(await hostsFile()).toContain('127.0.0.1\tapp.dev.local');
    // By a lookup, and not because the button was pressed.
    await row('app.dev.local').getByText('found', { exact: true }).waitFor();
    await names().getByRole('button', { name: 'Close' }).click();

    await names().getByRole('button', { name: 'Remove…' }).first().click();
    await plan.getByRole('button', { name: 'Remove', exact: true }).click();
    await row('app.dev.local').getByText('not found').waitFor();
    expect(await hostsFile()).toBe(foreign);
    expect(its.ui.complaints).toEqual([]);
  });

  it('does nothing when the hosts file is not what it showed any more, and says so', async () => {
    await row('app.dev.local').getByText('not found').waitFor();
    await names().getByRole('button', { name: 'Install…' }).first().click();
    const plan = names().getByRole('group', { name: 'What would be changed' });
    await plan.getByText(/^\+127\.0\.0\.1\s+app\.dev\.local$/).waitFor();
    writeFileSync(join(home, 'hosts'), '10.0.0.1\tof-somebody\n');
    await plan.getByRole('button', { name: 'Install', exact: true }).click();
    await names().getByText('/etc/hosts has changed since: look again').waitFor();
    expect(await hostsFile()).toBe('10.0.0.1\tof-somebody\n');
    await names().getByRole('button', { name: 'Close' }).click();
    await names().getByRole('button', { name: 'Install…' }).first().click();
    await plan.getByText('@@ -1,0 +2,10 @@').waitFor();
  });

  it('offers the ways that need no name', async () => {
    await names().getByText(`http://127.0.0.1:${its.berth.port}/proxy.pac`).waitFor();
    await names()
      .getByText(/^curl --resolve/)
      .waitFor();
  });

  it('makes the CA, has one store trust it, proves it, and takes it back', async () => {
    const { page } = its;
    const https = section('HTTPS');
    await its.ui.go('/settings/https');
    await https.getByText('There is none yet').waitFor();
    await https.getByRole('button', { name: 'Create it' }).click();
    await https.getByText('There is none yet').waitFor({ state: 'detached' });
    const { authority } = await its.client.api.certificates.list();
    if (authority === null) throw new Error('there is no CA');
    await https.getByText(authority.fingerprint).waitFor();
    await https.getByText(authority.path).first().waitFor();
    const download = page.waitForEvent('download');
    await https.getByRole('button', { name: 'Download certificate' }).click();
    expect((await download).suggestedFilename()).toBe('berth-ca.pem');

    await https.getByRole('button', { name: 'Try again' }).click();
    const store = https.getByRole('listitem').filter({ hasText: 'Chromium' });
    await store.getByText('not trusted').waitFor();
    await store.getByRole('button', { name: /^Add to/ }).click();
    const plan = store.getByRole('group', { name: 'What would be changed' });
    await plan
      .getByText(/certutil/)
      .first()
      .waitFor();
    await plan.getByRole('button', { name: 'Trust it' }).click();
    await store.getByRole('group', { name: 'What was done' }).getByText('added').waitFor();
    await store.getByText('trusted', { exact: true }).waitFor();
    // The system's store does not know it: no address goes by HTTPS for one browser's word.
    const { listeners } = await its.client.api.instance.status();
    expect(listeners.some(({ trustedFor }) => trustedFor !== undefined)).toBe(false);
    await store.getByRole('button', { name: 'Close' }).click();

    await store.getByRole('button', { name: /^Remove from/ }).click();
    await plan.getByRole('button', { name: 'Remove it' }).click();
    await store.getByText('not trusted').waitFor();
    expect(its.ui.complaints).toEqual([]);
  });

  it('says that a new suffix has outgrown the CA, and offers another certificate', async () => {
    const https = section('HTTPS');
    await its.client.api.certificates.ensure();
    await its.client.api.settings.set({ patch: { suffixes: ['localhost', 'new.test'] } });
    await its.ui.go('/settings/https');
    await https.getByText(/does not cover all that is needed now/).waitFor();
    await https.getByRole('button', { name: 'Renew and trust…' }).click();
    await https.getByRole('group', { name: 'What would be changed' }).waitFor();
    const { authority } = await its.client.api.certificates.list();
    expect(authority).toMatchObject({ isOutgrown: false });
    expect(authority?.names).toContain('new.test');
    await its.page.keyboard.press('Escape');
    await https.getByText(/does not cover all that is needed now/).waitFor({ state: 'detached' });
  });

  it('tells on the page of a host how it is found and with what it is served', async () => {
    const { page } = its;
    await its.ui.go('/hosts/app.dev.local');
    const part = section('Name and certificate');
    await part.getByText(/Programs do not find it/).waitFor();
    await part.getByText(/Nobody has asked for it over HTTPS yet/).waitFor();
    await part.getByRole('link', { name: 'Fix' }).click();
    await names().waitFor();
    expect(await page.evaluate('location.hash')).toBe('#/settings/names');
  });

  it('tells under which further addresses a host answers, to be copied', async () => {
    const { suffixes } = await its.client.api.instance.status();
    await its.client.api.settings.set({ patch: { suffixes } });
    await its.ui.go('/hosts/app.dev.local');
    const part = section('Name and certificate');
    const copy = part.getByRole('button', { name: /^Copy: https?:\/\/app\.localhost[:/]/ });
    await copy.waitFor();
    await its.client.api.hosts.add({ name: 'app.localhost', backends: ['http://127.0.0.1:9'] });
    await copy.waitFor({ state: 'detached' });
    await its.client.api.hosts.remove({ name: 'app.localhost' });
    await copy.waitFor();
    expect(await its.ui.violations()).toEqual([]);
    await its.client.api.hosts.add({ name: '*.app.dev.local', backends: ['http://127.0.0.1:9'] });
    await its.ui.go('/hosts/*.app.dev.local');
    await part.getByRole('button', { name: /^Copy: https?:\/\/any\.app\.localhost[:/]/ }).waitFor();
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that axe-core objects to, %s',
    async (colorScheme) => {
      const { page } = its;
      await page.emulateMedia({ colorScheme });
      await row('app.dev.local').waitFor();
      await names().getByRole('button', { name: 'Install…' }).first().click();
      await names().getByRole('group', { name: 'What would be changed' }).waitFor();
      expect(await its.ui.violations()).toEqual([]);
      await its.ui.go('/settings/https');
      await section('HTTPS').getByRole('button', { name: 'Create and trust…' }).click();
      await section('HTTPS').getByRole('group', { name: 'What would be changed' }).waitFor();
      expect(await its.ui.violations()).toEqual([]);
      await its.ui.go('/hosts/app.dev.local');
      await section('Name and certificate')
        .getByText(/Programs do not find it/)
        .waitFor();
      expect(await its.ui.violations()).toEqual([]);
    },
  );
});

describeWith('chromium', 'names and HTTPS in the first steps', () => {
  const its = eachInterface({ config, machine, isFirst: true });
  afterEach(clear);

  it('are tried on this machine, changed when asked for, and skipped otherwise', async () => {
    const { page } = its;
    await page.getByRole('heading', { name: 'Where does it serve?', level: 1 }).waitFor();
    await page.keyboard.press('Enter');
    const suffix = page.getByRole('listitem').filter({ hasText: 'app.dev.local' });
    await suffix.getByText('not found').waitFor();
    await page.getByRole('button', { name: 'Names alone…' }).click();
    const plan = page.getByRole('group', { name: 'What would be changed' });
    await plan.getByText(/^\+127\.0\.0\.1\s+welcome\.dev\.local$/).waitFor();
    await plan.getByRole('button', { name: 'Install', exact: true }).click();
    await suffix.getByText('found', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Next' }).click();

    await page.getByRole('heading', { name: 'HTTPS without warnings' }).waitFor();
    await page.getByText('There is no local CA yet, so nothing trusts it.').waitFor();
    expect((await its.client.api.certificates.list()).authority).toBeNull();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await its.ui.violations()).toEqual([]);
    }
    await page.getByRole('button', { name: 'Skip', exact: false }).last().click();
    await page.getByRole('heading', { name: 'Your first host' }).waitFor();
    expect((await its.client.api.certificates.list()).authority).toBeNull();
    await eventually('the hosts file has the first name', async () =>
      (await readFile(join(home, 'hosts'), 'utf8')).includes('welcome.dev.local'),
    );
    expect(its.ui.complaints).toEqual([]);
  });
});
