import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eachInterface } from '../support/eachInterface.ts';
import { describeWith } from '../support/requirement.ts';
import { type StatusBackend, startStatusBackend } from '../support/statusBackend.ts';

describeWith('chromium', 'the health page', () => {
  const dead = 'http://127.0.0.1:1';
  const its = eachInterface({ address: '/health' });
  let backend: StatusBackend;

  const line = (text: string): Locator => its.page.getByRole('row').filter({ hasText: text });
  const short = (url: string): string => url.replace('http://', '');
  const add = (name: string, ...backends: string[]) => its.client.api.hosts.add({ name, backends });
  /** Asked for, so that no test waits for what shows by itself. */
  const check = (name: string) => its.client.api.health.check({ name });

  beforeAll(async () => {
    backend = await startStatusBackend(200);
  });
  afterAll(async () => {
    await backend[Symbol.asyncDispose]();
  });
  it('says why there is nothing, and shows a backend as soon as there is one', async () => {
    await its.page.getByText('No backends yet').waitFor();
    await add('app.test', backend.url);
    await line(short(backend.url)).waitFor();
    await check('app.test');
    await line(short(backend.url)).getByText('up', { exact: true }).waitFor();
    expect(its.ui.complaints).toEqual([]);
  });

  it('has the worst host first, says why, and counts', async () => {
    await add('good.test', backend.url);
    await add('mixed.test', backend.url, dead);
    await add('worst.test', dead);
    for (const name of ['good.test', 'mixed.test', 'worst.test']) await check(name);
    await its.page.getByText('2 down').waitFor();
    await its.page.getByText('2 up', { exact: true }).waitFor();
    const hosts = its.page.getByRole('row').filter({ has: its.page.getByRole('link') });
    expect(await hosts.getByRole('link').allInnerTexts()).toEqual([
      'worst.test',
      'mixed.test',
      'good.test',
    ]);
    await hosts.filter({ hasText: 'mixed.test' }).getByText('1/2 up').waitFor();
    await line(short(dead))
      .first()
      .getByText(/refused/)
      .waitFor();
  });

  it('has the number of those down in the rail, and a dot for it where there is no room', async () => {
    const { page } = its;
    await add('worst.test', dead);
    await check('worst.test');
    const place = page
      .getByRole('navigation', { name: 'Pages' })
      .getByRole('link', { name: /Health/ });
    await place.getByText('1', { exact: true }).waitFor();
    const dot = place.getByRole('img', { name: '1 down' });
    expect(await dot.count()).toBe(0);
    await page.setViewportSize({ width: 900, height: 760 });
    await dot.waitFor();
    expect(await place.getByText('1', { exact: true }).isVisible()).toBe(false);
  });

  it('checks now, drains and revives, each as the instance answers', async () => {
    const { page } = its;
    await add('app.test', backend.url);
    await check('app.test');
    const before = backend.requests;
    await page.getByRole('button', { name: `Check now: ${backend.url}` }).click();
    await page
      .getByText(/HEAD \/ answered 200/)
      .first()
      .waitFor();
    expect(backend.requests).toBeGreaterThan(before);
    await page.getByRole('button', { name: `Drain ${backend.url}` }).click();
    await line(short(backend.url))
      .getByText(/❚❚\s*drained/)
      .waitFor();
    expect((await its.client.api.hosts.get({ name: 'app.test' })).options.drained).toEqual([
      backend.url,
    ]);
    await page.getByRole('button', { name: `Revive ${backend.url}` }).click();
    await line(short(backend.url)).getByText('up', { exact: true }).waitFor();
    expect((await its.client.api.hosts.get({ name: 'app.test' })).options.drained).toEqual([]);
  });

  it('does the same by keys, and lets the bar be read slot by slot', async () => {
    const { page } = its;
    await add('app.test', dead);
    await check('app.test');
    await line(short(dead)).getByText('down', { exact: true }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('r');
    await page.getByText(`${dead} refused`).waitFor();
    await page.keyboard.press('Tab');
    const bar = page.getByRole('slider');
    expect(await bar.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(
      true,
    );
    expect(await bar.getAttribute('aria-valuetext')).toMatch(/min (down|unknown)/);
    await page.keyboard.press('ArrowLeft');
    expect(await bar.getAttribute('aria-valuetext')).toMatch(/^\d\d:\d\d, down: .*refused/);
  });

  it('filters by host, URL, state or reason', async () => {
    const { page } = its;
    await add('a.test', backend.url);
    await add('b.test', dead);
    await check('a.test');
    await check('b.test');
    await page.getByText('1 down').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('down');
    await line('a.test').waitFor({ state: 'detached' });
    await line('b.test').first().waitFor();
    await page.keyboard.type(' nothing');
    await page.getByText('0 of 2 hosts').waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).click();
    await line('a.test').first().waitFor();
  });

  it.each(['light', 'dark'] as const)('is accessible, %s', async (colorScheme) => {
    await its.page.emulateMedia({ colorScheme });
    await add('a.test', backend.url, dead);
    await check('a.test');
    await its.page.getByText('1 down').waitFor();
    expect(await its.ui.violations()).toEqual([]);
    await its.page.getByRole('slider').first().hover();
    expect(await its.ui.violations()).toEqual([]);
    expect(its.ui.complaints).toEqual([]);
  });
});
