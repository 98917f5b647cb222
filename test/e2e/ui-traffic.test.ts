import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eachInterface } from '../support/eachInterface.ts';
import { type EchoBackend, startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { describeWith } from '../support/requirement.ts';

describeWith('chromium', 'the traffic page', () => {
  const its = eachInterface({
    address: '/traffic',
    arrange: async ({ api }) => {
      await api.hosts.add({ name: 'app.test', backends: [backend.url] });
      await api.hosts.add({ name: '*.wild.test', backends: ['http://127.0.0.1:1'] });
    },
  });
  let backend: EchoBackend;
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });

  const ask = (path: string, host = 'app.test', method = 'GET'): Promise<number> =>
    new Promise((resolve, reject) => {
      request(
        { host: '127.0.0.1', port: its.berth.port, path, method, agent, headers: { host } },
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
    its.page.getByRole('row').filter({ has: its.page.getByRole('gridcell') });
  const row = (text: string): Locator => rows().filter({ hasText: text });
  const counts = (text: string): Promise<void> =>
    its.page.getByTestId('counts').getByText(text, { exact: true }).waitFor();
  const detail = (): Locator => its.page.getByRole('complementary', { name: 'Request' });
  const field = (): Locator => its.page.getByRole('combobox', { name: 'Filter requests' });
  const filterInAddress = (): string =>
    new URLSearchParams(new URL(its.page.url()).hash.split('?')[1]).get('filter') ?? '';

  beforeAll(async () => {
    backend = await startEchoBackend();
  });
  afterAll(async () => {
    agent.destroy();
    await backend[Symbol.asyncDispose]();
  });

  it('says where to send a request, and shows it when it came', async () => {
    await its.page.getByText('No requests yet').waitFor();
    await its.page
      .getByText(new RegExp(`curl --resolve app\\.test:${its.berth.port}:127`))
      .waitFor();
    await ask('/first?one');
    await row('/first?one').getByText('app.test').waitFor();
    await counts('1');
    expect(its.ui.complaints).toEqual([]);
  });

  it('shows the newest on top, and what came before the page was opened', async () => {
    await ask('/earlier');
    await its.ui.go('/hosts');
    await its.ui.go('/traffic');
    await row('/earlier').waitFor();
    await ask('/later');
    await row('/later').waitFor();
    expect(await rows().allInnerTexts()).toEqual([
      expect.stringContaining('/later'),
      expect.stringContaining('/earlier'),
    ]);
  });

  it('calls nothing wrong that is only not written to its end, until it is meant', async () => {
    await field().click();
    await its.page.keyboard.type('status:');
    await its.page.getByRole('option', { name: '5xx' }).waitFor();
    expect(await field().getAttribute('aria-invalid')).toBe('false');
    await its.page.keyboard.press('Enter');
    await its.page.getByText('A value is missing after status:.').waitFor();
    expect(await field().getAttribute('aria-invalid')).toBe('true');
    await its.page.keyboard.type('5xx');
    expect(await field().getAttribute('aria-invalid')).toBe('false');
  });

  it('teaches with the first filter how filters are kept', async () => {
    await its.page.getByRole('button', { name: 'Saved', exact: true }).click();
    const menu = its.page.getByRole('dialog', { name: 'Saved filters' });
    await menu.getByRole('button', { name: 'status>=500' }).click();
    await menu.getByRole('textbox', { name: 'Name of this filter' }).fill('broken');
    await its.page.keyboard.press('Enter');
    await its.page.getByRole('button', { name: 'broken', exact: true }).waitFor();
    expect(filterInAddress()).toBe('status>=500');
  });

  it('filters by what is written, keeps it in the address, and takes it from there', async () => {
    await ask('/a/users');
    await ask('/b/orders', 'app.test', 'POST');
    await ask('/', 'x.wild.test');
    await counts('3');
    await its.page.keyboard.press('/');
    await its.page.keyboard.type('method:POST ');
    await counts('1 of 3');
    await row('/b/orders').waitFor();
    expect(filterInAddress()).toBe('method:POST');
    await its.page.getByRole('button', { name: 'Remove method:POST' }).click();
    await counts('3');
    await its.page.getByRole('button', { name: 'Errors' }).click();
    await counts('1 of 3');
    expect(await rows().innerText()).toContain('502');
    await its.ui.go('/traffic?filter=path:users');
    await counts('1 of 3');
    await row('/a/users').waitFor();
    await its.page.getByRole('button', { name: 'Remove path:users' }).waitFor();
    expect(its.ui.complaints).toEqual([]);
  });

  it('offers no more than there is room for in a line', async () => {
    await its.page.keyboard.press('/');
    await its.page.keyboard.type('-');
    const offers = its.page.getByRole('listbox');
    await offers.getByRole('option', { name: /error:/ }).waitFor();
    const [room, width] = await offers.evaluate((list) => [list.clientWidth, list.scrollWidth]);
    expect(width).toBe(room);
  });

  it('offers keys, and values that were seen', async () => {
    await ask('/a');
    await counts('1');
    await its.page.keyboard.press('/');
    await its.page.keyboard.type('hos');
    await its.page.getByRole('option', { name: /^host:/ }).waitFor();
    await its.page.keyboard.press('Tab');
    await its.page.getByRole('option', { name: 'app.test' }).waitFor();
    await its.page.keyboard.press('ArrowDown');
    await its.page.keyboard.press('Enter');
    await counts('1 of 1');
    expect(filterInAddress()).toBe('host:app.test');
  });

  it('underlines what is wrong, says why, and leaves the last filter that was right', async () => {
    await ask('/a');
    await ask('/b');
    await its.ui.go('/traffic?filter=path:/a');
    await counts('1 of 2');
    await field().focus();
    await its.page.keyboard.type('statsu:5xx');
    await its.page.getByText('"statsu" is no key; did you mean status?').waitFor();
    expect(await field().getAttribute('aria-invalid')).toBe('true');
    await its.page.keyboard.press('Enter');
    await counts('1 of 2');
    expect(filterInAddress()).toBe('path:/a');
  });

  it('says what is wrong only while somebody writes', async () => {
    await ask('/a');
    await counts('1');
    await field().focus();
    await its.page.keyboard.type('hots:a');
    const note = its.page.getByRole('status').filter({ hasText: /host/i });
    await note.waitFor();
    await its.page.keyboard.press('Shift+Tab');
    await note.waitFor({ state: 'detached' });
    expect(await field().getAttribute('aria-invalid')).toBe('true');
    await its.page.getByRole('button', { name: 'Errors' }).click();
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
          port: its.berth.port,
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
    await its.page.keyboard.press('c');
    await its.page.getByText('Copied as curl').waitFor();
    const copied = await its.page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toContain("-A $'bad\\x9b31m\\xad' ");
  });

  it.each([880, 1180, 1600])(
    'shows hosts and paths whole where there is room, %i',
    async (width) => {
      await its.page.setViewportSize({ width, height: 760 });
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
      const titles = await its.page.getByRole('columnheader').allInnerTexts();
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
    await its.page.keyboard.press('/');
    await its.page.keyboard.type('rare');
    await its.page.getByTestId('counts').getByText(/^1 of/).waitFor();
    isOver = true;
    await others;
  });

  it('saves what is shown as HTTP Archive', async () => {
    await ask('/a');
    await ask('/b');
    await its.ui.go('/traffic?filter=path:/a');
    await counts('1 of 2');
    const saving = its.page.waitForEvent('download');
    await its.page.keyboard.press('Control+e');
    const file = await (await saving).path();
    const archive: unknown = JSON.parse(await readFile(file, 'utf8'));
    expect(archive).toMatchObject({ log: { entries: [{ request: { method: 'GET' } }] } });
    await its.page.getByText('One request saved as HTTP Archive').waitFor();
    expect(its.ui.complaints).toEqual([]);
  });

  it('says that no request passes, and lets go of the filter', async () => {
    await ask('/a');
    await its.ui.go('/traffic?filter=path:/nothing');
    await its.page.getByText('0 of 1', { exact: true }).first().waitFor();
    await its.page.getByRole('button', { name: 'Clear filter' }).click();
    await its.page
      .getByRole('button', { name: 'Remove path:/nothing' })
      .waitFor({ state: 'detached' });
    await row('/a').waitFor();
    expect(filterInAddress()).toBe('');
  });

  it('pauses the view and not the capture', async () => {
    await ask('/before');
    await row('/before').waitFor();
    await its.page.keyboard.press('p');
    await ask('/meanwhile');
    await its.page.getByRole('button', { name: 'Paused, 1 new · resume' }).waitFor();
    expect(await row('/meanwhile').count()).toBe(0);
    await its.page.keyboard.press('p');
    await row('/meanwhile').waitFor();
  });

  it('stands still when it is scrolled, counts what comes, and jumps to it', async () => {
    await askMany(60, '/many/');
    await counts('60');
    const grid = its.page.getByRole('grid', { name: 'Requests' });
    await grid.hover();
    await its.page.mouse.wheel(0, 400);
    await eventually('the scroll', () => grid.evaluate((element) => element.scrollTop > 100));
    // While nothing waits there is nothing to say.
    expect(await its.page.getByText('jump to latest').count()).toBe(0);
    const before = await rows().first().innerText();
    await askMany(3, '/new/');
    await its.page.getByRole('button', { name: '3 new · jump to latest' }).click();
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
    await its.page.keyboard.press('G');
    await eventually(
      'the oldest row',
      async () => (await rows().last().getAttribute('aria-rowindex')) === '1501',
    );
    expect(await rows().count()).toBeLessThan(45);
  });

  it('reaches and saves every request that is kept, though only those at the top were sent', async () => {
    await askMany(150, '/many/');
    await counts('150');
    await its.page.keyboard.press('End');
    const oldest = its.page.locator('[role=row][aria-selected=true]');
    await oldest.and(its.page.locator('[aria-rowindex="151"]')).waitFor();
    await askMany(2, '/new/');
    await its.page.getByText('2 new · jump to latest').waitFor();
    const saving = its.page.waitForEvent('download');
    await its.page.keyboard.press('Control+e');
    await its.page.getByText('150 requests saved as HTTP Archive').waitFor();
    const archive: unknown = JSON.parse(await readFile(await (await saving).path(), 'utf8'));
    expect(archive).toHaveProperty('log.entries.length', 150);
    await its.page.getByText('2 new · jump to latest').click();
    await row('/new/').nth(1).waitFor();
    await counts('152');
    expect(its.ui.complaints).toEqual([]);
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
    await its.page.keyboard.press('Enter');
    await counts('1 of 1');
    expect(filterInAddress()).toBe('host=x.wild.test');
    await its.page.keyboard.press('Escape');
    await detail().waitFor({ state: 'detached' });
    expect(its.ui.complaints).toEqual([]);
  });

  it('is led by keys: move, open, copy as curl, clear', async () => {
    await ask('/one');
    await ask('/two', 'app.test', 'DELETE');
    await counts('2');
    await its.page.keyboard.press('j');
    await its.page.keyboard.press('j');
    await its.page.keyboard.press('k');
    await its.page.keyboard.press('Enter');
    await detail().getByText('/two').first().waitFor();
    await its.page.keyboard.press('j');
    await detail().getByText('/one').first().waitFor();
    await its.page.keyboard.press('k');
    await its.page.keyboard.press('c');
    await its.page.getByText('Copied as curl').waitFor();
    const copied = await its.page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toBe(
      `curl -X DELETE --resolve app.test:${its.berth.port}:127.0.0.1 'http://app.test:${its.berth.port}/two'`,
    );
    await its.page.keyboard.press('Escape');
    await detail().waitFor({ state: 'detached' });
    await its.page.keyboard.press('x');
    await its.page.getByText('No requests yet').waitFor();
    await ask('/three');
    await row('/three').waitFor();
    await counts('1');
  });

  it('keeps columns and filters of a person', async () => {
    await ask('/a');
    await its.ui.go('/traffic?filter=path:/a');
    await its.page.getByRole('button', { name: 'Saved' }).click();
    await its.page.getByLabel('Name of this filter').fill('Mine');
    await its.page.keyboard.press('Enter');
    await its.page.getByRole('button', { name: 'Columns' }).click();
    await its.page.getByRole('menuitemcheckbox', { name: 'Method' }).click();
    await its.page.keyboard.press('Escape');
    const edge = its.page.getByRole('separator', { name: 'Width of Host' });
    const width = Number(await edge.getAttribute('aria-valuenow'));
    await edge.focus();
    await its.page.keyboard.press('ArrowRight');
    await its.page.goto(`${new URL(its.page.url()).origin}/#/traffic`);
    await its.page.reload();
    await row('/a').waitFor();
    expect(await its.page.getByRole('columnheader').allInnerTexts()).not.toContain('Method');
    expect(await edge.getAttribute('aria-valuenow')).toBe(String(width + 16));
    await its.page.getByRole('button', { name: 'Saved' }).click();
    await its.page.getByRole('button', { name: /^Mine/ }).click();
    expect(filterInAddress()).toBe('path:/a');
  });

  it.each(['light', 'dark'] as const)('is accessible, %s', async (colorScheme) => {
    await its.page.emulateMedia({ colorScheme });
    await ask('/a?b=c');
    await ask('/', 'x.wild.test');
    await ask('/', 'nowhere.test');
    await counts('3');
    expect(await its.ui.violations()).toEqual([]);
    await row('x.wild.test').click();
    await detail().waitFor();
    await field().focus();
    await its.page.keyboard.type('status:');
    await its.page.getByRole('listbox').waitFor();
    expect(await its.ui.violations()).toEqual([]);
    expect(its.ui.complaints).toEqual([]);
  });
});
