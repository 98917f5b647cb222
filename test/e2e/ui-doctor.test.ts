import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { eachInterface } from '../support/eachInterface.ts';
import { describeWith } from '../support/requirement.ts';

describeWith('chromium', "the doctor's page", () => {
  const its = eachInterface({
    config: { containers: { enabled: false } },
    arrange: async (client, berth) => {
      await client.api.hosts.add({ name: 'down.localhost', backends: ['http://127.0.0.1:9'] });
      await chmod(join(berth.home, 'data'), 0o755);
    },
  });

  const wrong = (): Locator => its.page.getByRole('region', { name: 'What is wrong' });
  const head = (text: string | RegExp): Locator => its.page.getByRole('button', { name: text });
  const ended = (): Promise<void> =>
    its.page.getByText(/(problem|warning|Nothing wrong).* in \d+ checks/).waitFor();
  const open = async (): Promise<void> => {
    await its.page.keyboard.press('g');
    await its.page.keyboard.press('d');
    await ended();
  };

  it('is reached by g d, and shows problems first, each with what to do', async () => {
    await open();
    const items = wrong().getByRole('listitem');
    const texts = await items.allInnerTexts();
    expect(texts[0]).toMatch(/data has mode 755/);
    expect(texts[0]).toMatch(/chmod 700/);
    const down = texts.find((text) => text.includes('down.localhost has no answer'));
    expect(down).toContain('berth health check down.localhost');
    // What was not tried is said so, and is not among what is well.
    const skipped = its.page.getByRole('region', { name: 'Store' }).getByRole('listitem');
    await skipped
      .filter({ hasText: 'The store has the same clock' })
      .getByText('not tried:')
      .first()
      .waitFor();
    expect(its.ui.complaints).toEqual([]);
  });

  it('does what a fix offers, and checks again', async () => {
    await open();
    await its.page.getByRole('button', { name: 'Close it' }).click();
    await its.page.getByText(/are open to this user alone now/).waitFor();
    await its.page
      .getByRole('region', { name: 'Instance' })
      .getByText('Its directories are private')
      .waitFor();
    expect(await wrong().getByText('has mode 755').count()).toBe(0);
    const { mode } = await stat(join(its.berth.home, 'data'));
    expect(mode & 0o777).toBe(0o700);
  });

  it('shows what a fix would change before it does it, and changes nothing when told so', async () => {
    const { page } = its;
    const before = await readFile('/etc/hosts', 'utf8');
    await its.client.api.hosts.add({ name: 'new.dev.local', backends: ['http://127.0.0.1:9'] });
    await open();
    const item = wrong().getByRole('listitem').filter({ hasText: 'this system does not find it' });
    await item.getByRole('button', { name: 'Install…' }).click();
    await item.getByText(/\+127\.0\.0\.1\s+new\.dev\.local/).waitFor();
    const agree = item.getByRole('button', { name: 'Do it' });
    await agree.waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Do it');
    expect(await its.ui.violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await agree.waitFor({ state: 'detached' });
    // The keyboard is where it was before.
    expect(await page.evaluate('document.activeElement.dataset.check')).toBe('names.hosts');
    expect(await readFile('/etc/hosts', 'utf8')).toBe(before);
  });

  it('keeps the command that a fix leaves to a person where it was asked for, until all is checked anew', async () => {
    const { page } = its;
    const command = `sudo sh ${join(its.berth.home, 'run.sh')}`;
    await page.routeWebSocket(/.*/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((message) => {
        const text = String(message);
        const isDone = text.includes('are open to this user alone now');
        socket.send(isDone ? text.replace(/"ok":true,.*?"command":null/, refused) : message);
      });
    });
    const refused = `"ok":false,"says":"nobody can be asked","command":${JSON.stringify(command)}`;
    await page.reload();
    await page.getByRole('link', { name: 'Doctor' }).waitFor();
    await open();
    const item = wrong().getByRole('listitem').filter({ hasText: 'data has mode 755' });
    await item.getByRole('button', { name: 'Close it' }).click();
    const left = item.getByRole('alert');
    await left.getByText('Nobody can be asked. Run this in a terminal').waitFor();
    await left.getByRole('button', { name: `Copy: ${command}` }).waitFor();
    expect(await its.ui.violations()).toEqual([]);
    await page.getByRole('button', { name: 'Run again' }).click();
    await left.waitFor({ state: 'detached' });
  });

  it('is all that scrolls: the window stays, whatever has the focus', async () => {
    const { page } = its;
    await page.setViewportSize({ width: 900, height: 420 });
    await open();
    const heading = page.getByRole('heading', { name: 'Doctor' });
    const before = await heading.boundingBox();
    await page.evaluate(
      "for (let one = document.querySelector('main'); one !== null; one = one.parentElement) one.scrollTop = 48",
    );
    expect(await heading.boundingBox()).toEqual(before);
  });

  it('copies the command of a fix by its button, and by the keyboard', async () => {
    await open();
    const copied = (): Promise<string> => its.page.evaluate('navigator.clipboard.readText()');
    await its.page.getByRole('button', { name: /^Copy: berth health check/ }).click();
    expect(await copied()).toBe('berth health check down.localhost');
    await head(/data has mode 755/).focus();
    await its.page.keyboard.press('c');
    await its.page.getByText(/Copied chmod 700/).waitFor();
    expect(await copied()).toMatch(/^chmod 700 .*data$/);
  });

  it('walks checks by the keyboard, opens one, and runs all again', async () => {
    const { page } = its;
    await open();
    await page.keyboard.press('j');
    const focused = (): Promise<string | null> =>
      page.evaluate('document.activeElement.dataset.check ?? null');
    expect(await focused()).toBe('instance.directories');
    await page.keyboard.press('End');
    expect(await focused()).toMatch(/^machine\./);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.getByText('Checked: Its directories are private').waitFor();
    await chmod(join(its.berth.home, 'data'), 0o700);
    await page.keyboard.press('r');
    await page.getByText(/\d+ of \d+ checks/).waitFor();
    await ended();
    expect(await wrong().getByText('has mode 755').count()).toBe(0);
  });

  it('has nothing that axe complains of, in either theme, with a check open', async () => {
    await open();
    await head(/data has mode 755/).click();
    for (const colorScheme of ['light', 'dark'] as const) {
      await its.page.emulateMedia({ colorScheme });
      expect(await its.ui.violations()).toEqual([]);
    }
  });
});
