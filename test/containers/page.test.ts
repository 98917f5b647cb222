import { get } from 'node:http';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { launchChromium } from '../support/browser.ts';
import { type DockerEngine, startDockerEngine } from '../support/dockerEngine.ts';
import { eventually } from '../support/eventually.ts';
import { type InterfacePage, openInterface } from '../support/interfacePage.ts';
import { describeWithEngine } from '../support/namespace.ts';

const compose = { project: 'shop', service: 'web' } as const;
/** What the image serves: its host name, which is the beginning of the id. */
const nameOf = (id: string): string => id.slice(0, 12);
/** As the standard one, but its log names what it was asked for. */
const telling = ['sh', '-c', 'hostname >/www/index.html; exec httpd -f -vv -p 8080 -h /www'];

describeWithEngine('containers of a real engine, on their page', () => {
  let docker: DockerEngine;
  let browser: Browser;
  let berth: BerthProcess;
  let ui: InterfacePage;
  const made: string[] = [];

  const run = async (options: Parameters<DockerEngine['run']>[0]): Promise<string> => {
    const id = await docker.run(options);
    made.push(id);
    return id;
  };
  const line = (name: string): Locator =>
    ui.page.getByRole('treegrid').getByRole('row').filter({ hasText: name });
  const ask = (host: string): Promise<string> =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port: berth.port, headers: { host }, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          body += part;
        });
        response.on('end', () => resolve(body.trim()));
      }).on('error', reject);
    });
  const saidBy = async (id: string): Promise<string> =>
    String((await docker.ask('GET', `/containers/${id}/logs?stdout=1&stderr=1`)).body);
  /** Presses what opens something, and reads what is opened. */
  const opened = async (press: () => Promise<void>): Promise<Page> => {
    const [page] = await Promise.all([ui.page.context().waitForEvent('page'), press()]);
    await page.waitForLoadState();
    return page;
  };

  beforeAll(async () => {
    docker = await startDockerEngine();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await docker?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    berth = await startBerth({
      config: {
        control: { port: 0 },
        suffixes: ['localhost'],
        containers: { enabled: true, engines: [docker.address] },
      },
    });
    ui = await openInterface(browser, berth, { viewport: { width: 1180, height: 760 } });
    await ui.go('/containers');
  });
  afterEach(async () => {
    await ui[Symbol.asyncDispose]();
    await berth[Symbol.asyncDispose]();
    for (const id of made.splice(0)) await docker.remove(id).catch(() => {});
  });

  it('a service of Compose becomes a working URL by three actions', async () => {
    const { page } = ui;
    const id = await run({ name: 'shop-web-1', compose, command: telling });
    await line('web').click();
    await page.getByText('200', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: /^Create/ }).click();
    await page.getByText(/web\.shop\.localhost:\d+\/ answers 200 through the proxy/).waitFor();
    const tab = await opened(() =>
      page.getByRole('button', { name: 'Open', exact: true }).first().click(),
    );
    expect(tab.url()).toBe(`http://web.shop.localhost:${berth.port}/`);
    expect((await tab.locator('body').innerText()).trim()).toBe(nameOf(id));
    expect(await saidBy(id)).toContain('url:/');
    expect(ui.complaints).toEqual([]);
  });

  it('by keys alone it is as many: choose, Enter, Enter', async () => {
    const { page } = ui;
    const id = await run({ name: 'single' });
    await line('single').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByText(/single\.localhost:\d+\/ answers 200/).waitFor();
    const tab = await opened(() => page.keyboard.press('Enter'));
    expect((await tab.locator('body').innerText()).trim()).toBe(nameOf(id));
  });

  it('what a label asks for works without an action, and is ended where the label is', async () => {
    const { page } = ui;
    const id = await run({
      name: 'shop-web-1',
      compose,
      labels: { 'berth.host': 'shop.localhost', 'berth.port': '8080' },
    });
    await line('web').getByText('shop.localhost').waitFor();
    await line('web').click();
    await page.getByText(/berth\.host \(Berth\)/).waitFor();
    expect(await page.getByRole('button', { name: /^Unmap/ }).count()).toBe(0);
    const tab = await opened(() => page.getByRole('button', { name: 'Open', exact: true }).click());
    expect((await tab.locator('body').innerText()).trim()).toBe(nameOf(id));
  });

  it('the page follows: a second container, one that is stopped, and one that is there again', async () => {
    const { page } = ui;
    const first = await run({ name: 'shop-web-1', compose });
    await line('web').click();
    await page.getByRole('button', { name: /^Create/ }).click();
    await page.getByText(/answers 200 through the proxy/).waitFor();
    const second = await run({ name: 'shop-web-2', compose });
    await line('shop-web-2').getByText('web.shop.localhost').waitFor();
    const seen = new Set<string>();
    await eventually('both are asked', async () => {
      seen.add(await ask('web.shop.localhost'));
      return seen.size === 2;
    });
    expect(seen).toEqual(new Set([nameOf(first), nameOf(second)]));
    await docker.act(first, 'kill');
    await line('shop-web-1')
      .getByText(/^killed/)
      .waitFor();
    for (let count = 0; count < 5; count++) {
      expect(await ask('web.shop.localhost')).toBe(nameOf(second));
    }
    await docker.act(first, 'start');
    await line('shop-web-1')
      .getByText(/^killed/)
      .waitFor({ state: 'detached' });
  });

  it('says before that a server which listens inside alone will not work, and how to help', async () => {
    const { page } = ui;
    await run({
      name: 'inside',
      command: ['sh', '-c', 'httpd -f -p 127.0.0.1:8080 -h /www'],
    });
    await line('inside').click();
    await page.getByText('loopback alone').waitFor();
    await page.getByRole('button', { name: 'Create anyway' }).waitFor();
    await page
      .getByText(/0\.0\.0\.0/)
      .first()
      .waitFor();
  });

  it('an engine that ends and comes back is told in the status bar and on the page', async () => {
    const { page } = ui;
    const part = page.getByRole('contentinfo').getByRole('link', { name: /docker/i });
    await page.getByRole('heading', { name: 'No containers yet' }).waitFor();
    await docker.end();
    await page.getByRole('heading', { name: /is not running/ }).waitFor();
    expect(await part.innerText()).toContain('not running');
    await docker.start();
    await page.getByRole('heading', { name: 'No containers yet' }).waitFor();
    expect((await part.textContent()) ?? '').toContain('running');
  });
});
