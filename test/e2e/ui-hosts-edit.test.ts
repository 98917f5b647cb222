import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eachInterface } from '../support/eachInterface.ts';
import { eventually } from '../support/eventually.ts';
import { describeWith } from '../support/requirement.ts';
import { type StatusBackend, startStatusBackend } from '../support/statusBackend.ts';
import { addHost } from '../support/storeClient.ts';

describeWith('chromium', 'the list of hosts', () => {
  const its = eachInterface({
    config: { suffixes: ['test'], driver: 'embedded://127.0.0.1:0' },
  });
  const dead = 'http://127.0.0.1:1';
  let backend: StatusBackend;

  const line = (name: string): Locator =>
    its.page.getByRole('row').filter({ has: its.page.getByRole('button', { name, exact: true }) });
  const backendLine = (url: string): Locator =>
    its.page
      .getByRole('row')
      .filter({ has: its.page.getByRole('button', { name: `Edit ${url}` }) });
  const stored = (name: string) => its.client.api.hosts.get({ name });
  const add = (name: string, ...backends: string[]) => its.client.api.hosts.add({ name, backends });
  const becomes = (name: string, ...backends: string[]) =>
    eventually(
      `the backends of ${name} are ${backends.join(', ')}`,
      async () => (await stored(name)).backends.join() === backends.join(),
    );
  const focused = (): Promise<string> =>
    its.page.evaluate('document.activeElement.innerText.replace(/\\s+/g, " ")');
  /** Names of hosts from the top down. */
  const order = async (): Promise<readonly string[]> => {
    const labels = its.page.getByRole('checkbox', { name: /^Select (?!all)/ });
    return await labels.evaluateAll((boxes) =>
      boxes
        .map((box) => ({
          name: box.getAttribute('aria-label')?.replace('Select ', '') ?? '',
          top: box.getBoundingClientRect().top,
        }))
        .sort((a, b) => a.top - b.top)
        .map(({ name }) => name),
    );
  };

  beforeAll(async () => {
    backend = await startStatusBackend(200);
  });
  afterAll(async () => {
    await backend[Symbol.asyncDispose]();
  });

  it('adds, changes and removes backends in place by keys, and takes that back', async () => {
    const { page } = its;
    await add('app.test', backend.url);
    await add('other.test', backend.url);
    await line('other.test').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('b');
    await page.keyboard.type('99999');
    await page.getByText('A port is a number from 1 to 65535, and not 99999.').waitFor();
    expect(
      await page.getByRole('textbox', { name: 'Add a backend' }).getAttribute('aria-invalid'),
    ).toBe('true');
    await page.keyboard.press('Enter');
    expect((await stored('app.test')).backends).toEqual([backend.url]);

    await page.keyboard.press('Control+a');
    await page.keyboard.type('3999');
    await page.getByText('That is http://127.0.0.1:3999.').waitFor();
    await page.keyboard.press('Enter');
    await becomes('app.test', backend.url, 'http://127.0.0.1:3999');
    await backendLine('http://127.0.0.1:3999').waitFor();
    await page.keyboard.type('box:4000');
    await page.keyboard.press('Enter');
    await becomes('app.test', backend.url, 'http://127.0.0.1:3999', 'http://box:4000');
    await backendLine('http://box:4000').waitFor();
    await page.keyboard.type('4000');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('box:4000');
    await page.getByText('http://box:4000 is listed already.').waitFor();
    await page.keyboard.press('Escape');
    await eventually('the focus is on the line below', async () =>
      (await focused()).includes('Add backend'),
    );

    await page.keyboard.press('k');
    await page.keyboard.press('k');
    await page.keyboard.press('e');
    const field = page.getByRole('textbox', { name: 'Address of backend 1' });
    expect(await field.inputValue()).toBe('http://127.0.0.1:3999');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('3998');
    await page.keyboard.press('Enter');
    await becomes('app.test', backend.url, 'http://127.0.0.1:3998', 'http://box:4000');
    await eventually('the focus is on its line', async () =>
      (await focused()).includes('http://127.0.0.1:3998'),
    );

    await page.keyboard.press('d');
    await becomes('app.test', backend.url, 'http://box:4000');
    expect(await its.client.api.hosts.list()).toHaveLength(2);
    await page.keyboard.press('Control+z');
    await becomes('app.test', backend.url, 'http://127.0.0.1:3998', 'http://box:4000');
    expect((await stored('other.test')).backends).toEqual([backend.url]);
    expect(its.ui.complaints).toEqual([]);
  });

  it('does the same by mouse, with the weight of a backend that gets another address', async () => {
    const { page } = its;
    await its.client.api.hosts.set({
      name: 'app.test',
      backends: [backend.url, 'http://box:4000'],
      options: { weights: { 'http://box:4000': 5 }, drained: ['http://box:4000'] },
    });
    await line('app.test').click();
    await page.getByRole('button', { name: 'Edit http://box:4000' }).click();
    await page.getByRole('textbox', { name: 'Address of backend 1' }).fill('box:4001');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await becomes('app.test', backend.url, 'http://box:4001');
    expect((await stored('app.test')).options).toMatchObject({
      weights: { 'http://box:4001': 5 },
      drained: ['http://box:4001'],
    });
    await page.getByRole('button', { name: 'Remove http://box:4001' }).click();
    await becomes('app.test', backend.url);
    await page.getByText('app.test: removed http://box:4001').waitFor();
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await becomes('app.test', backend.url, 'http://box:4001');
    await page.getByRole('button', { name: 'Add backend to app.test' }).click();
    await page.getByRole('textbox', { name: 'Add a backend' }).fill('4002');
    await page.getByRole('button', { name: 'Add backend', exact: true }).click();
    await becomes('app.test', backend.url, 'http://box:4001', 'http://127.0.0.1:4002');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Identifier of app.test: change it' }).click();
    await page.getByRole('textbox', { name: 'Identifier of app.test' }).fill('shop');
    await page.keyboard.press('Enter');
    await eventually(
      'the identifier is stored',
      async () => (await stored('app.test')).identifier === 'shop',
    );
    await line('app.test').getByText('shop').waitFor();
    expect((await stored('app.test')).backends).toHaveLength(3);
  });

  it('writes over nobody: an edit that crosses another is refused, then meant for what was moved', async () => {
    const { page } = its;
    await add('app.test', 'http://box:4000', backend.url);
    await line('app.test').click();
    await page.getByRole('button', { name: 'Edit http://box:4000' }).click();
    const field = page.getByRole('textbox', { name: 'Address of backend 0' });
    await field.fill('box:4001');
    await its.client.api.hosts.set({
      name: 'app.test',
      backends: ['http://new:1', 'http://box:4000', backend.url],
    });
    await page
      .getByText('Somebody else changed this host meanwhile: added http://new:1.')
      .waitFor();
    await field.press('Enter');
    await page.getByText(/app\.test: added http:\/\/new:1\. Nothing was written/).waitFor();
    expect((await stored('app.test')).backends[1]).toBe('http://box:4000');
    expect(await field.inputValue()).toBe('box:4001');
    await field.press('Enter');
    await becomes('app.test', 'http://new:1', 'http://box:4001', backend.url);
  });

  it('gives no other backend the address of one that somebody took out', async () => {
    const { page } = its;
    await add('app.test', 'http://box:4000', backend.url);
    await line('app.test').click();
    await page.getByRole('button', { name: 'Edit http://box:4000' }).click();
    const field = page.getByRole('textbox', { name: 'Address of backend 0' });
    await field.fill('box:4001');
    await its.client.api.hosts.set({ name: 'app.test', backends: [backend.url] });
    await page
      .getByText('Somebody else changed this host meanwhile: removed http://box:4000.')
      .waitFor();
    await field.press('Enter');
    await page.getByText(/app\.test: removed http:\/\/box:4000\. Nothing was written/).waitFor();
    await field.press('Enter');
    await page
      .getByText('app.test: http://box:4000 was removed. Nothing was written')
      .first()
      .waitFor();
    expect((await stored('app.test')).backends).toEqual([backend.url]);
    expect(await field.inputValue()).toBe('box:4001');
  });

  it('has trouble first, and moves no line while a pointer is at them', async () => {
    const { page } = its;
    for (const name of ['a.test', 'b.test']) await add(name, backend.url);
    await add('y.test', backend.url, dead);
    await add('z.test', dead);
    await line('z.test').waitFor();
    const attention = page.getByRole('button', { name: /Attention first/ });
    expect(await attention.innerText()).toContain('↑');
    const check = (name: string) => its.client.api.health.check({ name });
    await check('z.test');
    await check('y.test');
    await line('z.test').getByText('down', { exact: true }).waitFor();
    await line('y.test').getByText('degraded', { exact: true }).waitFor();
    const calm = ['z.test', 'y.test', 'a.test', 'b.test'];
    await eventually('trouble is first', async () => (await order()).join() === calm.join());

    await line('a.test').hover();
    await its.client.api.hosts.set({ name: 'b.test', backends: [dead] });
    await check('b.test');
    await line('b.test').getByText('down', { exact: true }).waitFor();
    const sortNow = page.getByRole('button', { name: 'Sort now' });
    await sortNow.waitFor();
    expect(await order()).toEqual(calm);
    await page.keyboard.press('s');
    await sortNow.waitFor({ state: 'detached' });
    expect(await order()).toEqual(['b.test', 'z.test', 'y.test', 'a.test']);

    await its.client.api.hosts.set({ name: 'b.test', backends: [backend.url] });
    await check('b.test');
    await line('b.test').getByText('up', { exact: true }).waitFor();
    await sortNow.waitFor();
    await page.mouse.move(600, 20);
    await eventually('it is sorted', async () => (await order()).join() === calm.join());
  });

  it('has trouble first again when the pointer over the lines was left there', async () => {
    const { page } = its;
    for (const name of ['a.test', 'b.test']) await add(name, backend.url);
    await line('a.test').hover();
    await its.client.api.hosts.set({ name: 'b.test', backends: [dead] });
    await its.client.api.health.check({ name: 'b.test' });
    await line('b.test').getByText('down', { exact: true }).waitFor();
    const sortNow = page.getByRole('button', { name: 'Sort now' });
    await sortNow.waitFor();
    await sortNow.waitFor({ state: 'detached' });
    expect(await order()).toEqual(['b.test', 'a.test']);
  });

  it('remembers another order that was chosen', async () => {
    const { page } = its;
    await add('a.test', backend.url);
    await add('z.test', dead);
    await its.client.api.health.check({ name: 'z.test' });
    await line('z.test').getByText('down', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Host', exact: true }).click();
    await eventually('it is by name', async () => (await order()).join() === 'a.test,z.test');
    await page.reload();
    await line('z.test').getByText('down', { exact: true }).waitFor();
    expect(await order()).toEqual(['a.test', 'z.test']);
    await page.getByRole('button', { name: 'Attention first' }).click();
    await eventually('trouble is first', async () => (await order()).join() === 'z.test,a.test');
  });

  it('writes out what names and addresses hide, and copies them as they are', async () => {
    const { page } = its;
    const turned = 'shop\u202etset.test';
    const soft = 'so\u00adft.test';
    await addHost(its.berth.storePort, turned, 'http://127.0.0.1:1/\u2066x');
    await addHost(its.berth.storePort, soft, backend.url);
    await line('shop\\u202etset.test').click();
    await page.getByText('http://127.0.0.1:1/\\u2066x').first().waitFor();
    await line('so\\u00adft.test')
      .getByRole('button', { name: 'so\\u00adft.test' })
      .first()
      .click();
    await page.getByText(/^Copied http:\/\/so\\u00adft\.test/).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      `http://${soft}:${its.berth.port}/`,
    );
    await page.keyboard.press('/');
    await page.keyboard.type('\\u202e');
    await page.getByText('1 of 2').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('tset');
    await page.getByRole('option', { name: 'shop\\u202etset.test' }).click();
    await page.getByRole('heading', { name: 'shop\\u202etset.test' }).waitFor();
    const hidden = 'document.body.innerText.match(/[\\u00ad\\u202e\\u2066]/)';
    expect(await page.evaluate(hidden)).toBeNull();
    await its.ui.go('/health');
    await page.getByRole('link', { name: 'shop\\u202etset.test' }).waitFor();
    expect(await page.evaluate(hidden)).toBeNull();
    await its.ui.go('/hosts');
    await page.keyboard.press('j');
    await line('so\\u00adft.test').click();
    await page.keyboard.press('d');
    await page.getByText('Removed so\\u00adft.test').waitFor();
    expect((await its.client.api.hosts.list()).map(({ name }) => name)).not.toContain(soft);
    expect(await page.evaluate(hidden)).toBeNull();
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that axe finds wrong while something is written, %s',
    async (colorScheme) => {
      const { page } = its;
      await page.emulateMedia({ colorScheme });
      await add('app.test', backend.url, dead);
      await line('app.test').waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('b');
      await page.keyboard.type('99999');
      await page.getByText(/not 99999/).waitFor();
      expect(await its.ui.violations()).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('i');
      await page.getByRole('textbox', { name: 'Identifier of app.test' }).waitFor();
      expect(await its.ui.violations()).toEqual([]);
      expect(its.ui.complaints).toEqual([]);
    },
  );
});
