import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eachInterface } from '../support/eachInterface.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { type StatusBackend, startStatusBackend } from '../support/statusBackend.ts';

const titles = [
  'Where does it serve?',
  'What are hosts called?',
  'HTTPS without warnings',
  'Your first host',
] as const;

describeWith('chromium', 'the first steps', () => {
  const its = eachInterface({ isFirst: true });
  let backend: StatusBackend;

  const file = (): Promise<string> => readFile(join(its.berth.home, 'config.json'), 'utf8');
  const isAt = (title: (typeof titles)[number]): Promise<void> =>
    its.page.getByRole('heading', { name: title, level: 1 }).waitFor();

  beforeAll(async () => {
    backend = await startStatusBackend(200);
  });
  afterAll(async () => {
    await backend[Symbol.asyncDispose]();
  });

  it('leads by Enter to a host that answers, and does not come again', async () => {
    for (const title of titles.slice(0, 3)) {
      await isAt(title);
      await its.page.keyboard.press('Enter');
    }
    await isAt('Your first host');
    await its.page.keyboard.type(`app.localhost ${new URL(backend.url).port}`);
    await its.page.keyboard.press('Enter');
    await its.page.getByText(/app\.localhost answers 200 through the proxy/).waitFor();
    await its.page.keyboard.press('Enter');
    await its.page.getByRole('button', { name: 'app.localhost', exact: true }).waitFor();
    await its.page.getByRole('row').filter({ hasText: backend.url }).waitFor();
    await its.page.getByText(`http://welcome.localhost:${its.berth.port}/`).waitFor();
    await its.page.reload();
    await its.page.getByRole('button', { name: 'app.localhost', exact: true }).waitFor();
    expect(await its.page.getByRole('main', { name: 'First steps' }).count()).toBe(0);
    expect(its.ui.complaints).toEqual([]);
  });

  it('loses nothing for whoever skips each screen by Esc', async () => {
    const before = await file();
    for (const title of titles) {
      await isAt(title);
      await its.page.keyboard.press('Escape');
    }
    await its.page.getByText('No hosts yet').waitFor();
    expect(await file()).toBe(before);
    expect(await its.client.api.hosts.list()).toEqual([]);
    await its.page.reload();
    await its.page.getByText('No hosts yet').waitFor();
  });

  it('is left at once by Skip all, or by a way to another page, and shown again by the settings', async () => {
    await isAt('Where does it serve?');
    await its.page.getByRole('button', { name: 'Skip all' }).click();
    await its.page.getByText('No hosts yet').waitFor();
    await its.ui.go('/settings');
    await its.page.getByRole('button', { name: 'Show again' }).click();
    await isAt('Where does it serve?');
    await its.ui.go('/traffic');
    await its.page.getByRole('heading', { name: 'Traffic' }).waitFor();
  });

  it('tries a Redis for real, says that it does not answer, and goes back', async () => {
    const port = await freePort();
    await its.page.getByText('Redis', { exact: true }).click();
    await its.page.getByLabel('Address of the Redis').fill(`redis://127.0.0.1:${port}`);
    await its.page.keyboard.press('Enter');
    await its.page.getByText('It does not answer.').waitFor();
    await its.page.getByRole('button', { name: 'Back to embedded' }).click();
    await its.page.getByText(/In use: embedded/).waitFor();
    await isAt('Where does it serve?');
  });

  it('shows what a wrong driver is refused with', async () => {
    const before = await file();
    await its.page.getByText('Redis', { exact: true }).click();
    await its.page.getByLabel('Address of the Redis').fill('etcd://127.0.0.1');
    await its.page.keyboard.press('Enter');
    await its.page.getByText(/there is no driver "etcd"/).waitFor();
    expect(await file()).toBe(before);
  });

  it('serves on another port at once, and puts another suffix first', async () => {
    const port = await freePort();
    await isAt('Where does it serve?');
    await its.page.getByText(`http://127.0.0.1:${its.berth.port}`).waitFor();
    await its.page.getByLabel('Another port').fill(String(port));
    await its.page.keyboard.press('Enter');
    await its.page.getByText(`http://127.0.0.1:${port}`).waitFor();
    await isAt('Where does it serve?');
    await its.page.getByRole('button', { name: 'Next' }).click();
    await its.page.getByRole('button', { name: 'Put dev.local first' }).click();
    await eventually('dev.local is the first', async () => {
      const { suffixes } = await its.client.api.instance.status();
      return suffixes.join(' ') === 'dev.local localhost';
    });
    await its.page.getByRole('button', { name: 'Put localhost first' }).waitFor();
    await its.page.getByText(`curl --resolve welcome.dev.local:${port}:127.0.0.1`).waitFor();
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that axe-core objects to, %s',
    async (scheme) => {
      await its.page.emulateMedia({ colorScheme: scheme });
      for (const title of titles) {
        await isAt(title);
        expect(await its.ui.violations()).toEqual([]);
        if (title !== 'Your first host') await its.page.keyboard.press('Enter');
      }
    },
  );
});

describeWith('chromium', 'an instance with hosts', () => {
  const its = eachInterface({
    isFirst: true,
    arrange: ({ api }) =>
      api.hosts.add({ name: 'app.localhost', backends: ['http://127.0.0.1:9'] }),
  });

  it('shows no first steps to whoever looks at it for the first time', async () => {
    await its.page.getByRole('button', { name: 'app.localhost', exact: true }).waitFor();
    expect(await its.page.getByRole('main', { name: 'First steps' }).count()).toBe(0);
  });
});
