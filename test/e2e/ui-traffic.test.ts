import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { launchChromium } from '../support/browser.ts';
import { type EchoBackend, startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { type InterfacePage, openInterface } from '../support/interfacePage.ts';
import { describeWith } from '../support/requirement.ts';

describeWith('chromium', 'the traffic page', () => {
  let browser: Browser;
  let backend: EchoBackend;
  let berth: BerthProcess;
  let client: ControlClient;
  let ui: InterfacePage;
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });

  const ask = (path: string, host = 'app.test', method = 'GET'): Promise<number> =>
    new Promise((resolve, reject) => {
      request(
        { host: '127.0.0.1', port: berth.port, path, method, agent, headers: { host } },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      )
        .on('error', reject)
        .end();
    });
  const askMany = async (count: number, path: string): Promise<void> => {
    await Promise.all(Array.from({ length: count }, (_, at) => ask(`${path}${at}`)));
  };
  const rows = (): Locator =>
    ui.page.getByRole('row').filter({ has: ui.page.getByRole('gridcell') });
  const row = (text: string): Locator => rows().filter({ hasText: text });
  const counts = (text: string): Promise<void> =>
    ui.page.getByTestId('counts').getByText(text, { exact: true }).waitFor();
  const detail = (): Locator => ui.page.getByRole('complementary', { name: 'Request' });
  const field = (): Locator => ui.page.getByRole('combobox', { name: 'Filter requests' });
  const filterInAddress = (): string =>
    new URLSearchParams(new URL(ui.page.url()).hash.split('?')[1]).get('filter') ?? '';

  beforeAll(async () => {
    browser = await launchChromium();
    backend = await startEchoBackend();
  });
  afterAll(async () => {
    agent.destroy();
    await browser.close();
    await backend[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    berth = await startBerth({ config: { control: { port: 0 } } });
    client = await connectControl({ socket: berth.controlSocket });
    await client.api.hosts.add({ name: 'app.test', backends: [backend.url] });
    await client.api.hosts.add({ name: '*.wild.test', backends: ['http://127.0.0.1:1'] });
    ui = await openInterface(browser, berth, { viewport: { width: 1180, height: 760 } });
    await ui.go('/traffic');
  });
  afterEach(async () => {
    await ui[Symbol.asyncDispose]();
    client.close();
    await berth[Symbol.asyncDispose]();
  });

  it('says where to send a request, and shows it when it came', async () => {
    await ui.page.getByText('No requests yet').waitFor();
    await ui.page.getByText(new RegExp(`curl --resolve app\\.test:${berth.port}:127`)).waitFor();
    await ask('/first?one');
    await row('/first?one').getByText('app.test').waitFor();
    await counts('1');
    expect(ui.complaints).toEqual([]);
  });

  it('shows the newest on top, and what came before the page was opened', async () => {
    await ask('/earlier');
    await ui.go('/hosts');
    await ui.go('/traffic');
    await row('/earlier').waitFor();
    await ask('/later');
    await row('/later').waitFor();
    expect(await rows().allInnerTexts()).toEqual([
      expect.stringContaining('/later'),
      expect.stringContaining('/earlier'),
    ]);
  });

  it('filters by what is written, keeps it in the address, and takes it from there', async () => {
    await ask('/a/users');
    await ask('/b/orders', 'app.test', 'POST');
    await ask('/', 'x.wild.test');
    await counts('3');
    await ui.page.keyboard.press('/');
    await ui.page.keyboard.type('method:POST ');
    await counts('1 of 3');
    await row('/b/orders').waitFor();
    expect(filterInAddress()).toBe('method:POST');
    await ui.page.getByRole('button', { name: 'Remove method:POST' }).click();
    await counts('3');
    await ui.page.getByRole('button', { name: 'Errors' }).click();
    await counts('1 of 3');
    expect(await rows().innerText()).toContain('502');
    await ui.go('/traffic?filter=path:users');
    await counts('1 of 3');
    await row('/a/users').waitFor();
    await ui.page.getByRole('button', { name: 'Remove path:users' }).waitFor();
    expect(ui.complaints).toEqual([]);
  });

  it('offers no more than there is room for in a line', async () => {
    await ui.page.keyboard.press('/');
    await ui.page.keyboard.type('-');
    const offers = ui.page.getByRole('listbox');
    await offers.getByRole('option', { name: /error:/ }).waitFor();
    const [room, width] = await offers.evaluate((list) => [list.clientWidth, list.scrollWidth]);
    expect(width).toBe(room);
  });

  it('offers keys, and values that were seen', async () => {
    await ask('/a');
    await counts('1');
    await ui.page.keyboard.press('/');
    await ui.page.keyboard.type('hos');
    await ui.page.getByRole('option', { name: /^host:/ }).waitFor();
    await ui.page.keyboard.press('Tab');
    await ui.page.getByRole('option', { name: 'app.test' }).waitFor();
    await ui.page.keyboard.press('ArrowDown');
    await ui.page.keyboard.press('Enter');
    await counts('1 of 1');
    expect(filterInAddress()).toBe('host:app.test');
  });

  it('underlines what is wrong, says why, and leaves the last filter that was right', async () => {
    await ask('/a');
    await ask('/b');
    await ui.go('/traffic?filter=path:/a');
    await counts('1 of 2');
    await field().focus();
    await ui.page.keyboard.type('statsu:5xx');
    await ui.page.getByText('"statsu" is no key; did you mean status?').waitFor();
    expect(await field().getAttribute('aria-invalid')).toBe('true');
    await ui.page.keyboard.press('Enter');
    await counts('1 of 2');
    expect(filterInAddress()).toBe('path:/a');
  });

  it('says what is wrong only while somebody writes', async () => {
    await ask('/a');
    await counts('1');
    await field().focus();
    await ui.page.keyboard.type('host:');
    const note = ui.page.getByRole('status').filter({ hasText: /host/i });
    await note.waitFor();
    await ui.page.keyboard.press('Shift+Tab');
    await note.waitFor({ state: 'detached' });
    expect(await field().getAttribute('aria-invalid')).toBe('true');
    await ui.page.getByRole('button', { name: 'Errors' }).click();
    await counts('0 of 1');
  });

  it('has rows in the order of their ends, and says when that was', async () => {
    const release = backend.hold();
    const slow = ask('/began-first');
    await eventually('the slow one', () => backend.held === 1);
    await ask('/ended-first', 'nowhere.test');
    await row('/ended-first').waitFor();
    release();
    await slow;
    await row('/began-first').waitFor();
    const texts = await rows().allInnerTexts();
    expect(texts[0]).toContain('/began-first');
    const [later = '', earlier = ''] = texts.map((text) => /^[\d:.]+/.exec(text)?.[0] ?? '');
    expect(later).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
    expect(later > earlier).toBe(true);
    await row('/began-first').click();
    await detail().getByText('Begun', { exact: true }).waitFor();
    expect(await detail().innerText()).toContain(later);
  });

  it('writes out what is hidden in a request, and hands it to a shell as it came', async () => {
    await new Promise<void>((resolve, reject) => {
      request(
        {
          host: '127.0.0.1',
          port: berth.port,
          path: '/plain',
          headers: { host: 'app.test', 'user-agent': 'bad\u009b31m\u00ad' },
        },
        (response) => response.resume().on('end', resolve),
      )
        .on('error', reject)
        .end();
    });
    await row('/plain').click();
    await detail().getByText('bad\\u009b31m\\u00ad', { exact: true }).waitFor();
    await ui.page.keyboard.press('c');
    await ui.page.getByText('Copied as curl').waitFor();
    const copied = await ui.page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toContain("-A $'bad\\x9b31m\\xad' ");
  });

  it.each([880, 1180, 1600])(
    'shows hosts and paths whole where there is room, %i',
    async (width) => {
      await ui.page.setViewportSize({ width, height: 760 });
      await ask('/v1/orders?page=2', 'checkout-42.wild.test');
      await row('/v1/orders').waitFor();
      const cut = await rows()
        .first()
        .evaluate((element) =>
          [...element.querySelectorAll('.truncate')]
            .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
            .map(({ textContent }) => textContent),
        );
      expect(cut).toEqual([]);
      const titles = await ui.page.getByRole('columnheader').allInnerTexts();
      expect(titles).not.toContain('Protocol');
      expect(titles.slice(0, 5)).toEqual(['Ended', 'Method', 'Status', 'Host', 'Path']);
      expect(await row('/v1/orders').getByTitle('checkout-42.wild.test').count()).toBe(1);
    },
  );

  it('applies what is being written when it rests, while others come', async () => {
    let isOver = false;
    const others = (async () => {
      while (!isOver) await ask('/other');
    })();
    await ask('/rare');
    await ui.page.keyboard.press('/');
    await ui.page.keyboard.type('rare');
    await ui.page.getByTestId('counts').getByText(/^1 of/).waitFor();
    isOver = true;
    await others;
  });

  it('saves what is shown as HTTP Archive', async () => {
    await ask('/a');
    await ask('/b');
    await ui.go('/traffic?filter=path:/a');
    await counts('1 of 2');
    const saving = ui.page.waitForEvent('download');
    await ui.page.keyboard.press('Control+e');
    const file = await (await saving).path();
    const archive: unknown = JSON.parse(await readFile(file, 'utf8'));
    expect(archive).toMatchObject({ log: { entries: [{ request: { method: 'GET' } }] } });
    await ui.page.getByText('One request saved as HTTP Archive').waitFor();
    expect(ui.complaints).toEqual([]);
  });

  it('says that no request passes, and lets go of the filter', async () => {
    await ask('/a');
    await ui.go('/traffic?filter=path:/nothing');
    await ui.page.getByText('0 of 1', { exact: true }).first().waitFor();
    await ui.page.getByRole('button', { name: 'Clear filter' }).click();
    await ui.page
      .getByRole('button', { name: 'Remove path:/nothing' })
      .waitFor({ state: 'detached' });
    await row('/a').waitFor();
    expect(filterInAddress()).toBe('');
  });

  it('pauses the view and not the capture', async () => {
    await ask('/before');
    await row('/before').waitFor();
    await ui.page.keyboard.press('p');
    await ask('/meanwhile');
    await ui.page.getByRole('button', { name: 'Paused, 1 new · resume' }).waitFor();
    expect(await row('/meanwhile').count()).toBe(0);
    await ui.page.keyboard.press('p');
    await row('/meanwhile').waitFor();
  });

  it('stands still when it is scrolled, counts what comes, and jumps to it', async () => {
    await askMany(60, '/many/');
    await counts('60');
    const grid = ui.page.getByRole('grid', { name: 'Requests' });
    await grid.hover();
    await ui.page.mouse.wheel(0, 400);
    await eventually('the scroll', () => grid.evaluate((element) => element.scrollTop > 100));
    // While nothing waits there is nothing to say.
    expect(await ui.page.getByText('jump to latest').count()).toBe(0);
    const before = await rows().first().innerText();
    await askMany(3, '/new/');
    await ui.page.getByRole('button', { name: '3 new · jump to latest' }).click();
    await row('/new/').first().waitFor();
    await counts('63');
    expect(await rows().first().innerText()).not.toBe(before);
    await ask('/last');
    await row('/last').waitFor();
  });

  it('draws no more rows than are seen, of however many', async () => {
    await askMany(1500, '/many/');
    await counts('1,500');
    expect(await rows().count()).toBeLessThan(45);
    await ui.page.keyboard.press('G');
    await eventually(
      'the oldest row',
      async () => (await rows().last().getAttribute('aria-rowindex')) === '1501',
    );
    expect(await rows().count()).toBeLessThan(45);
  });

  it('says why a request went where it went, and where its time went', async () => {
    await ask('/path', 'x.wild.test');
    await row('/path').click();
    await detail().getByText('Matched *.wild.test (no frontend x.wild.test)').waitFor();
    const text = await detail().innerText();
    expect(text).toContain('BERTH_BACKEND_REFUSED');
    expect(text).toMatch(/Queue\s[\s\S]*Connect\s[\s\S]*First byte\s[\s\S]*Body/);
    expect(text).toMatch(/#0\s+127\.0\.0\.1:1\s+▲ refused/);
    await detail().getByRole('button', { name: 'Filter by host' }).focus();
    await ui.page.keyboard.press('Enter');
    await counts('1 of 1');
    expect(filterInAddress()).toBe('host=x.wild.test');
    await ui.page.keyboard.press('Escape');
    await detail().waitFor({ state: 'detached' });
    expect(ui.complaints).toEqual([]);
  });

  it('is led by keys: move, open, copy as curl, clear', async () => {
    await ask('/one');
    await ask('/two', 'app.test', 'DELETE');
    await counts('2');
    await ui.page.keyboard.press('j');
    await ui.page.keyboard.press('j');
    await ui.page.keyboard.press('k');
    await ui.page.keyboard.press('Enter');
    await detail().getByText('/two').first().waitFor();
    await ui.page.keyboard.press('j');
    await detail().getByText('/one').first().waitFor();
    await ui.page.keyboard.press('k');
    await ui.page.keyboard.press('c');
    await ui.page.getByText('Copied as curl').waitFor();
    const copied = await ui.page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toBe(
      `curl -X DELETE --resolve app.test:${berth.port}:127.0.0.1 'http://app.test:${berth.port}/two'`,
    );
    await ui.page.keyboard.press('Escape');
    await detail().waitFor({ state: 'detached' });
    await ui.page.keyboard.press('x');
    await ui.page.getByText('No requests yet').waitFor();
    await ask('/three');
    await row('/three').waitFor();
    await counts('1');
  });

  it('keeps columns and filters of a person', async () => {
    await ask('/a');
    await ui.go('/traffic?filter=path:/a');
    await ui.page.getByRole('button', { name: 'Saved' }).click();
    await ui.page.getByLabel('Name of this filter').fill('Mine');
    await ui.page.keyboard.press('Enter');
    await ui.page.getByRole('button', { name: 'Columns' }).click();
    await ui.page.getByRole('menuitemcheckbox', { name: 'Method' }).click();
    await ui.page.keyboard.press('Escape');
    const edge = ui.page.getByRole('separator', { name: 'Width of Host' });
    const width = Number(await edge.getAttribute('aria-valuenow'));
    await edge.focus();
    await ui.page.keyboard.press('ArrowRight');
    await ui.page.goto(`${new URL(ui.page.url()).origin}/#/traffic`);
    await ui.page.reload();
    await row('/a').waitFor();
    expect(await ui.page.getByRole('columnheader').allInnerTexts()).not.toContain('Method');
    expect(await edge.getAttribute('aria-valuenow')).toBe(String(width + 16));
    await ui.page.getByRole('button', { name: 'Saved' }).click();
    await ui.page.getByRole('button', { name: /^Mine/ }).click();
    expect(filterInAddress()).toBe('path:/a');
  });

  it.each(['light', 'dark'] as const)('is accessible, %s', async (colorScheme) => {
    await ui.page.emulateMedia({ colorScheme });
    await ask('/a?b=c');
    await ask('/', 'x.wild.test');
    await ask('/', 'nowhere.test');
    await counts('3');
    expect(await ui.violations()).toEqual([]);
    await row('x.wild.test').click();
    await detail().waitFor();
    await field().focus();
    await ui.page.keyboard.type('status:');
    await ui.page.getByRole('listbox').waitFor();
    expect(await ui.violations()).toEqual([]);
    expect(ui.complaints).toEqual([]);
  });
});
