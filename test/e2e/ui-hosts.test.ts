import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eachInterface } from '../support/eachInterface.ts';
import { eventually } from '../support/eventually.ts';
import { describeWith } from '../support/requirement.ts';
import { type StatusBackend, startStatusBackend } from '../support/statusBackend.ts';
import { addHost } from '../support/storeClient.ts';

describeWith('chromium', 'the page of hosts', () => {
  const its = eachInterface({
    config: { suffixes: ['test'], driver: 'embedded://127.0.0.1:0' },
  });
  let backend: StatusBackend;

  const ask = (host: string): Promise<number> =>
    new Promise((resolve, reject) => {
      get(
        { host: '127.0.0.1', port: its.berth.port, headers: { host }, agent: false },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      ).on('error', reject);
    });
  const line = (name: string): Locator =>
    its.page.getByRole('row').filter({ has: its.page.getByRole('button', { name, exact: true }) });
  const stored = async (name: string) =>
    (await its.client.api.hosts.list()).find((host) => host.name === name) ?? null;
  const hasFocus = (element: Locator): Promise<void> =>
    eventually('it has the focus', () =>
      element.evaluate((one) => one === one.ownerDocument.activeElement),
    );
  const add = (name: string, ...backends: string[]) => its.client.api.hosts.add({ name, backends });

  beforeAll(async () => {
    backend = await startStatusBackend(200);
  });
  afterAll(async () => {
    await backend[Symbol.asyncDispose]();
  });

  it('adds a host by one line, asks its server, and shows the requests that flow to it', async () => {
    const { page } = its;
    await page.getByText('No hosts yet').waitFor();
    await page.keyboard.press('a');
    await page.keyboard.type(`app → ${new URL(backend.url).port}`);
    await page.getByText(`http://app.test:${its.berth.port}/`).waitFor();
    const before = backend.requests;
    await page.keyboard.press('Enter');
    await page.getByText(/app\.test answers 200 through the proxy/).waitFor();
    expect(backend.requests).toBeGreaterThan(before);
    expect(await stored('app.test')).toMatchObject({ backends: [backend.url] });
    await line('app.test').getByText('up', { exact: true }).waitFor();
    await line('app.test').getByText('now').waitFor();
    expect(await line('app.test').innerText()).toContain('1/1');
    expect(await ask('app.test')).toBe(200);
    expect(its.ui.complaints).toEqual([]);
  });

  it('shows the added host by one Enter more, open in the list', async () => {
    const { page } = its;
    await page.keyboard.press('a');
    await page.keyboard.type(`app ${new URL(backend.url).port}`);
    await page.keyboard.press('Enter');
    await page.getByText(/app\.test answers 200 through the proxy/).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Add a host' }).waitFor({ state: 'detached' });
    await page.getByRole('row').filter({ hasText: backend.url }).waitFor();
    await hasFocus(line('app.test'));
  });

  it('says no longer that a host answers once its server is known to be gone, or the host is', async () => {
    const { page } = its;
    const server = await startStatusBackend(200);
    await page.keyboard.press('a');
    await page.keyboard.type(`app ${new URL(server.url).port}`);
    await page.keyboard.press('Enter');
    const outcome = page.getByRole('region', { name: 'Add a host' });
    await outcome.getByText(/app\.test answers 200 through the proxy/).waitFor();
    await server[Symbol.asyncDispose]();
    await its.client.api.health.check({ name: 'app.test' });
    await outcome
      .getByText(/app\.test answered 200 when it was asked, and is down now: .*refused/)
      .waitFor();
    await outcome.getByText('▲').waitFor();
    expect(await outcome.getByRole('button', { name: /^Open/ }).count()).toBe(0);
    await its.client.api.hosts.remove({ name: 'app.test' });
    await outcome.getByText('app.test is not in the list of hosts.').waitFor();
  });

  it('says that a server refuses the host by its name, and what lets it in, instead of that it answers', async () => {
    const { page } = its;
    const shut = createServer((request, response) => {
      response.statusCode = 403;
      response.end(`Blocked request. This host ("${request.headers.host}") is not allowed.`);
    }).listen(0, '127.0.0.1');
    await once(shut, 'listening');
    const address = shut.address();
    await page.keyboard.press('a');
    await page.keyboard.type(`app ${typeof address === 'object' ? address?.port : ''}`);
    await page.keyboard.press('Enter');
    const outcome = page.getByRole('region', { name: 'Add a host' });
    await outcome
      .getByText(/app\.test is refused by its own server: Vite answers 403 to that name\./)
      .waitFor();
    await outcome.getByText(/Add "app\.test" to server\.allowedHosts/).waitFor();
    expect(await outcome.getByText(/through the proxy/).count()).toBe(0);
    expect(await outcome.getByRole('button', { name: /^Open/ }).count()).toBe(0);
    shut.closeAllConnections();
    shut.close();
  });

  it('goes back by Esc from the page of a host to its row', async () => {
    const { page } = its;
    for (const name of ['a.test', 'b.test', 'c.test']) await add(name, backend.url);
    await line('c.test').waitFor();
    for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('link', { name: 'Options and history of b.test' }).click();
    await page.getByRole('heading', { name: 'b.test' }).waitFor();
    await page.keyboard.press('Escape');
    await hasFocus(line('b.test'));
    await its.ui.go('/hosts/c.test');
    await page.getByRole('heading', { name: 'c.test' }).waitFor();
    await page.keyboard.press('Escape');
    await hasFocus(line('c.test'));
  });

  it('edits the only backend of a host by e on its line, and a host with more on its page', async () => {
    const { page } = its;
    await add('one.test', backend.url);
    await add('two.test', backend.url, 'http://127.0.0.1:3009');
    await line('two.test').waitFor();
    await page.keyboard.press('j');
    await hasFocus(line('one.test'));
    await page.keyboard.press('e');
    const field = page.getByRole('textbox', { name: 'Address of backend 0' });
    expect(await field.inputValue()).toBe(backend.url);
    await page.keyboard.press('Escape');
    await its.ui.go('/traffic');
    await its.ui.go('/hosts');
    await line('two.test').click();
    await line('two.test').focus();
    await page.keyboard.press('e');
    await page.getByRole('heading', { name: 'two.test' }).waitFor();
  });

  it('takes no key of whoever comes back to a line that was left empty', async () => {
    const { page } = its;
    await page.keyboard.press('a');
    await page.keyboard.type(`app ${new URL(backend.url).port}`);
    await page.keyboard.press('Enter');
    await page.getByText(/app\.test answers 200 through the proxy/).waitFor();
    await page.getByRole('link', { name: 'Traffic' }).click();
    await page.getByRole('heading', { name: 'Traffic', exact: true }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await line('app.test').waitFor();
    expect(await page.getByRole('region', { name: 'Add a host' }).count()).toBe(0);
    await page.keyboard.press('a');
    await page.keyboard.type('web 3000');
    expect(
      await page.getByRole('textbox', { name: 'Name and server of the host' }).inputValue(),
    ).toBe('web 3000');
  });

  it('adds a backend by the same key on the page of a host as in the list', async () => {
    const { page } = its;
    await add('app.test', backend.url);
    await line('app.test').waitFor();
    await page.evaluate(`location.hash = '#/hosts/app.test'`);
    await page.getByRole('heading', { name: 'app.test' }).waitFor();
    await page.getByRole('textbox', { name: 'Add a backend' }).waitFor();
    await page.keyboard.press('b');
    await page.keyboard.type('3009');
    await page.keyboard.press('Enter');
    await eventually(
      'it is stored',
      async () =>
        (await its.client.api.hosts.get({ name: 'app.test' })).backends.join() ===
        `${backend.url},http://127.0.0.1:3009`,
    );
    await page.getByText('http://127.0.0.1:3009', { exact: true }).waitFor();
  });

  it('says where a line is wrong, and adds nothing', async () => {
    const { page } = its;
    await page.keyboard.press('n');
    await page.keyboard.type('app 99999');
    await page.getByText('A port is a number from 1 to 65535, and not 99999.').waitFor();
    await page.keyboard.press('Enter');
    expect(
      await page.getByRole('button', { name: 'Add host', exact: true }).last().isDisabled(),
    ).toBe(true);
    expect(await its.client.api.hosts.list()).toEqual([]);
  });

  it('shows in place why a backend is down, and that it is up again', async () => {
    const { page } = its;
    const server = await startStatusBackend(204);
    await add('app.test', server.url, backend.url);
    await line('app.test').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const dead = page.getByRole('row').filter({ hasText: server.url });
    await dead.getByRole('button', { name: 'Check now', includeHidden: true }).click();
    await dead.getByText('up', { exact: true }).waitFor();
    await server[Symbol.asyncDispose]();
    while ((await stored('app.test')) !== null) {
      await ask('app.test');
      if (await dead.getByText(/marked dead after a request/).isVisible()) break;
    }
    // Who listened there is said where it was looked up while it did.
    await dead
      .getByText(
        /nothing listens on \d+( \(.+ left .+\))? · retry in \d+ s · marked dead after a request: refused/,
      )
      .waitFor();
    await line('app.test').getByText('degraded').waitFor();
    await dead.getByRole('button', { name: 'Revive', includeHidden: true }).click();
    await page.getByText(`${server.url} gets requests again`).waitFor();
    // Up it is only until the next connection to it fails; the mark in the store is gone.
    const [health] = await its.client.api.health.list();
    expect(health?.backends.map(({ markedForMs }) => markedForMs)).toEqual([null, null]);
  });

  it('deletes without a dialog, and takes it back', async () => {
    const { page } = its;
    await add('app.test', backend.url);
    await add('other.test', backend.url);
    await line('other.test').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('d');
    await line('app.test').waitFor({ state: 'detached' });
    expect(await stored('app.test')).toBeNull();
    await page.getByRole('button', { name: 'Undo' }).click();
    await line('app.test').waitFor();
    expect(await stored('app.test')).toMatchObject({ backends: [backend.url] });
    await page.keyboard.press('d');
    await line('app.test').waitFor({ state: 'detached' });
    await page.keyboard.press('u');
    await line('app.test').waitFor();
    // What was offered has been done.
    await expect.poll(() => page.getByRole('button', { name: 'Undo' }).count()).toBe(0);
  });

  it('deletes and pauses several at once, and takes that back as one', async () => {
    const { page } = its;
    for (const name of ['a.test', 'b.test', 'c.test']) await add(name, backend.url);
    await line('c.test').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Space');
    await page.keyboard.press('j');
    await page.keyboard.press('Space');
    await page.getByText('2 selected').waitFor();
    await page.keyboard.press('p');
    await line('b.test').getByText('paused').waitFor();
    expect(await stored('a.test')).toMatchObject({ options: { paused: true } });
    expect(await ask('a.test')).toBe(503);
    expect(await ask('c.test')).toBe(200);
    await page.keyboard.press('d');
    await line('a.test').waitFor({ state: 'detached' });
    await line('b.test').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await line('a.test').waitFor();
    await line('b.test').waitFor();
    expect(await stored('b.test')).toMatchObject({ options: { paused: true } });
  });

  it('tells what somebody else changed, and writes over it only when that was seen', async () => {
    const { page } = its;
    await add('app.test', backend.url);
    await its.ui.go('/hosts/app.test');
    const field = page.getByRole('textbox', { name: 'Identifier' });
    await field.fill('mine');
    await its.client.api.hosts.set({ name: 'app.test', options: { policy: 'sticky' } });
    await page
      .getByText(/Somebody else changed this host meanwhile: policy is now sticky/)
      .waitFor();
    await field.press('Enter');
    await page.getByText(/app\.test: policy is now sticky\. Nothing was written/).waitFor();
    expect(await stored('app.test')).toMatchObject({ identifier: 'app.test' });
    expect(await field.inputValue()).toBe('mine');
    await field.press('Enter');
    await eventually(
      'it is written',
      async () => (await stored('app.test'))?.identifier === 'mine',
    );
    expect(await stored('app.test')).toMatchObject({ options: { policy: 'sticky' } });
  });

  it('changes options, a check and backends in place, each of which stands in its history', async () => {
    const { page } = its;
    await add('app.test', backend.url);
    await its.ui.go('/hosts/app.test');
    await page.getByRole('combobox', { name: 'Policy' }).selectOption('Round robin');
    await eventually(
      'the policy is stored',
      async () => (await stored('app.test'))?.options.policy === 'round-robin',
    );
    await page.getByRole('switch', { name: 'Check its backends' }).click();
    await page.getByRole('textbox', { name: 'Path' }).fill('/health');
    await page.getByRole('textbox', { name: 'Every (s)' }).fill('0.5');
    await page.getByRole('button', { name: 'Save check' }).click();
    await eventually('the check is stored', async () => {
      const check = (await stored('app.test'))?.options.check;
      return check?.path === '/health' && check.intervalMs === 500;
    });
    await page.getByText(/checked by this instance/).waitFor();
    await page.getByRole('textbox', { name: 'Add a backend' }).fill('3999');
    await page.getByText('That is http://127.0.0.1:3999.').waitFor();
    await page.getByRole('button', { name: 'Add backend' }).click();
    const weightOf = (port: string): Locator =>
      page.getByRole('textbox', { name: `Weight of http://127.0.0.1:${port}` });
    await weightOf('3999').fill('5');
    await weightOf('3999').press('Enter');
    await eventually(
      'the weight is stored',
      async () => (await stored('app.test'))?.options.weights['http://127.0.0.1:3999'] === 5,
    );
    await page.getByRole('button', { name: 'Edit http://127.0.0.1:3999' }).click();
    await page.getByRole('textbox', { name: 'Address of backend 1' }).fill('3998');
    await page.keyboard.press('Enter');
    const edit = page.getByRole('button', { name: 'Edit http://127.0.0.1:3998' });
    await eventually('the focus is back', () =>
      edit.evaluate((element) => element === element.ownerDocument.activeElement),
    );
    expect(await stored('app.test')).toMatchObject({
      backends: [backend.url, 'http://127.0.0.1:3998'],
      options: { weights: { 'http://127.0.0.1:3998': 5 } },
    });
    await page.getByRole('button', { name: 'Remove http://127.0.0.1:3998' }).click();
    await eventually(
      'the backend is gone',
      async () => (await stored('app.test'))?.backends.length === 1,
    );
    const history = page.getByRole('region', { name: 'History' });
    await history.getByText('removed http://127.0.0.1:3998').waitFor();
    await history.getByRole('button', { name: 'Undo' }).first().click();
    await eventually(
      'the backend is there again',
      async () => (await stored('app.test'))?.backends.length === 2,
    );
    // What is shown now was shown before it was removed.
    await weightOf('3998').fill('7');
    await weightOf('3998').press('Enter');
    await eventually(
      'the other weight is stored',
      async () => (await stored('app.test'))?.options.weights['http://127.0.0.1:3998'] === 7,
    );
    expect(its.ui.complaints).toEqual([]);
  });

  it('filters by words and states, says how many there are, and leads back', async () => {
    const { page } = its;
    for (const name of ['app.test', 'api.test', '*.pr.test']) await add(name, backend.url);
    await addHost(its.berth.storePort, 'empty.test');
    await line('empty.test').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('is:wildcard');
    await page.getByText('1 of 4').waitFor();
    await page.getByRole('textbox', { name: 'Filter hosts' }).fill('zzz');
    await page.getByRole('button', { name: 'Clear filter' }).click();
    await line('app.test').waitFor();
    await page.getByRole('textbox', { name: 'Filter hosts' }).fill('status:down');
    await line('empty.test').waitFor();
    await line('app.test').waitFor({ state: 'detached' });
    await page.getByRole('textbox', { name: 'Filter hosts' }).press('Enter');
    await page.keyboard.press('Escape');
    await line('app.test').waitFor();
  });

  it('copies an address by a press on the name, and a command by a key', async () => {
    const { page } = its;
    await add('app.test', backend.url);
    await line('app.test').getByRole('button', { name: 'app.test', exact: true }).click();
    const clipboard = (): Promise<string> => page.evaluate('navigator.clipboard.readText()');
    await page.getByText(/Copied http/).waitFor();
    expect(await clipboard()).toBe(`http://app.test:${its.berth.port}/`);
    await page.keyboard.press('j');
    await page.keyboard.press('c');
    await page.getByText(/Copied curl/).waitFor();
    expect(await clipboard()).toContain(`--resolve app.test:${its.berth.port}:127.0.0.1`);
  });

  it('duplicates a host with its options, and never over one that is there', async () => {
    const { page } = its;
    await its.client.api.hosts.set({
      name: 'app.test',
      backends: [backend.url],
      options: { policy: 'sticky' },
    });
    await line('app.test').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('D');
    await page.getByRole('button', { name: 'Duplicate' }).click();
    await line('app-2.test').waitFor();
    expect(await stored('app-2.test')).toMatchObject({
      backends: [backend.url],
      options: { policy: 'sticky' },
    });
  });

  it('shows a host that no browser can ask for, and goes on', async () => {
    const { page } = its;
    await add('app.1', backend.url);
    await its.ui.go('/hosts/app.1');
    await page.getByText(backend.url).first().waitFor();
    await its.ui.go('/hosts');
    await line('app.1').waitFor();
    expect(its.ui.complaints).toEqual([]);
  });

  it('says why nothing was added, and keeps the line that was typed', async () => {
    const { page } = its;
    await add('app.test', backend.url);
    await line('app.test').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('D');
    const button = page.getByRole('button', { name: 'Duplicate' });
    await button.waitFor();
    // In the same turn as the click: the page cannot have heard of it.
    await its.client.api.hosts.add({ name: 'app-2.test', backends: ['http://127.0.0.1:9'] });
    await button.click();
    await page
      .getByText(/BERTH_(CONFLICT|EXISTS)/)
      .first()
      .waitFor();
    expect(await page.getByLabel('Duplicate of app.test').inputValue()).toContain('app-2');
    expect(await stored('app-2.test')).toMatchObject({ backends: ['http://127.0.0.1:9'] });
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that axe finds wrong, %s',
    async (colorScheme) => {
      const { page } = its;
      await page.emulateMedia({ colorScheme });
      await page.getByText('No hosts yet').waitFor();
      expect(await its.ui.violations()).toEqual([]);
      await add('app.test', backend.url);
      await add('*.pr.test', 'http://127.0.0.1:9');
      await addHost(its.berth.storePort, 'empty.test');
      await line('empty.test').waitFor();
      await page.keyboard.press('G');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Space');
      expect(await its.ui.violations()).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('m');
      await page.getByRole('menu').waitFor();
      expect(await its.ui.violations()).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('a');
      await page.keyboard.type('app 99999');
      expect(await its.ui.violations()).toEqual([]);
      await its.ui.go('/hosts/empty.test');
      await page.getByRole('switch', { name: 'Check its backends' }).click();
      await page.getByRole('textbox', { name: 'Every (s)' }).waitFor();
      expect(await its.ui.violations()).toEqual([]);
      await its.ui.go('/containers');
      await page.getByRole('heading', { name: 'Containers are switched off' }).waitFor();
      expect(await its.ui.violations()).toEqual([]);
      expect(its.ui.complaints).toEqual([]);
    },
  );
});
