import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ContainerEngineState } from '../../src/shared/model/container.ts';
import { startBerth } from '../support/berthProcess.ts';
import { launchChromium } from '../support/browser.ts';
import { type ContainersHarness, startContainersHarness } from '../support/containersHarness.ts';
import { eventually } from '../support/eventually.ts';
import { inspected, startFakeEngine } from '../support/fakeEngine.ts';
import { hostView } from '../support/hostView.ts';
import { type InterfacePage, openInterface } from '../support/interfacePage.ts';
import { describeWith } from '../support/requirement.ts';
import {
  containersView,
  containerView,
  listeningPort,
  mappingView,
} from '../support/shownContainers.ts';

const shop = { project: 'shop', image: 'shop:1' } as const;
const api = containerView({
  ...shop,
  name: 'shop-api-1',
  service: 'api',
  ports: [
    { port: 9229, published: [] },
    { port: 3000, published: [{ address: '127.0.0.1', port: 32_768 }] },
  ],
  port: 3000,
  suggestion: 'api.shop.localhost',
});
const web = containerView({
  ...shop,
  name: 'shop-web-1',
  service: 'web',
  suggestion: 'web.shop.localhost',
});
const worker = containerView({
  ...shop,
  name: 'shop-worker-1',
  service: 'worker',
  state: 'exited',
  exitCode: 3,
  startedAt: null,
  suggestion: 'worker.shop.localhost',
});
const byLabel = mappingView({
  name: 'shop.localhost',
  id: 'label',
  target: { kind: 'service', project: 'shop', service: 'web' },
  source: 'traefik',
  from: 'traefik.http.routers.web.rule',
  containers: [web.id],
});

describeWith('chromium', 'the page of containers', () => {
  let browser: Browser;
  let instance: ContainersHarness;
  let ui: InterfacePage;

  const line = (name: string): Locator =>
    ui.page.getByRole('treegrid').getByRole('row').filter({ hasText: name });
  const create = (): Locator => ui.page.getByRole('button', { name: /^Create/ });
  const focused = (): Promise<string> =>
    ui.page.evaluate<string>('document.activeElement.textContent');

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    instance = await startContainersHarness();
    instance.setHost(hostView({ name: 'old.localhost' }));
    instance.setHost(hostView({ name: 'shop.localhost' }));
    instance.show({ containers: [api, web, worker], mappings: [byLabel] });
    instance.options.verdict = (container, port) =>
      container.state !== 'running'
        ? {
            works: false,
            kind: 'not-running',
            status: null,
            sentence: `${container.name} does not run.`,
            fix: `Start it: docker start ${container.name}.`,
          }
        : port === 9229
          ? { works: false, kind: 'not-http', status: null, sentence: 'Port 9229 speaks no HTTP.' }
          : {};
    ui = await openInterface(browser, instance, { viewport: { width: 1180, height: 760 } });
    await ui.go('/containers');
  });
  afterEach(async () => {
    await ui[Symbol.asyncDispose]();
    await instance[Symbol.asyncDispose]();
  });

  it('leads from a running container to a URL by three keys', async () => {
    const { page } = ui;
    await page.getByText('It works: 172.17.0.2:3000 answers 200.').waitFor();
    // The one that runs without a host is chosen by itself.
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect(await line('api').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Enter');
    await page
      .getByText('http://api.shop.localhost:8080/ answers 200 through the proxy, in 9 ms.')
      .waitFor();
    expect(instance.calls).toEqual([
      'map api.shop.localhost shop-api-1:3000',
      'try api.shop.localhost',
    ]);
    expect(await focused()).toBe('Open');
    const opened = page.context().waitForEvent('page');
    await page.keyboard.press('Enter');
    expect((await opened).url()).toMatch(
      /^(http:\/\/api\.shop\.localhost:8080\/|about:blank|chrome-error)/,
    );
    await line('api').getByText('api.shop.localhost').waitFor();
    expect(ui.complaints).toEqual([]);
  });

  it('waits with Enter until it is known whether it works, and does it then', async () => {
    const { page } = ui;
    await line('api').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText(/answers 200 through the proxy/).waitFor();
    expect(instance.calls[0]).toBe('map api.shop.localhost shop-api-1:3000');
  });

  it('leads there by a mouse, by another port and under another name', async () => {
    const { page } = ui;
    await line('api').click();
    const ports = page.getByRole('radiogroup', { name: 'Port' });
    expect(await ports.getByText(/published|exposed/).allInnerTexts()).toEqual([
      'published at 127.0.0.1:32768',
      'exposed',
    ]);
    await ports.getByText('200 · 12 ms').waitFor();
    await ports.getByText('no HTTP').waitFor();
    await ports.getByRole('radio').nth(1).click();
    await page.getByText('Port 9229 speaks no HTTP.').waitFor();
    await page.getByRole('button', { name: 'Create anyway' }).waitFor();
    await ports.getByRole('radio').first().click();
    await page.getByRole('combobox', { name: 'Host' }).fill('old');
    await page.getByText('old.localhost is there with a backend, which would share').waitFor();
    await page.getByRole('combobox', { name: 'Host' }).fill('a b');
    expect(await create().isDisabled()).toBe(true);
    await page.getByRole('combobox', { name: 'Host' }).fill('backend.test');
    await page.getByText(/RPUSH frontend:backend\.test/).waitFor();
    await page.getByText('Label', { exact: true }).click();
    await page.getByText(/berth\.host: "backend\.test"/).waitFor();
    expect(await page.getByRole('radio', { name: 'berth', exact: true }).isChecked()).toBe(false);
    await page.getByText('Traefik', { exact: true }).click();
    await page.getByText(/Host\(`backend\.test`\)/).waitFor();
    await create().click();
    await page.getByText(/backend\.test:8080\/ answers 200/).waitFor();
    expect(instance.calls).toEqual(['map backend.test shop-api-1:3000', 'try backend.test']);
  });

  it('maps to a host that is there by keys alone, chosen from a list', async () => {
    const { page } = ui;
    await line('api').waitFor();
    await page.keyboard.press('m');
    const field = page.getByRole('combobox', { name: 'Host' });
    await eventually('the field has the focus', () =>
      field.evaluate((element) => element === element.ownerDocument.activeElement),
    );
    await page.keyboard.type('ol');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: /old\.localhost/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    expect(await field.inputValue()).toBe('old.localhost');
    await page.keyboard.press('Enter');
    await page.getByText(/old\.localhost:8080\/ answers 200/).waitFor();
    expect(instance.calls[0]).toBe('map old.localhost shop-api-1:3000');
    // And back to the list.
    await page.keyboard.press('Escape');
    await eventually(
      'the line has the focus',
      async () => (await focused()).startsWith('● running') || (await focused()).includes('api'),
    );
  });

  it('maps what is dropped on a host, and on Hosts under a name of its own', async () => {
    const { page } = ui;
    await page.getByText('It works: 172.17.0.2:3000 answers 200.').waitFor();
    const drag = async (from: Locator, to: () => Locator): Promise<void> => {
      await from.hover();
      await page.mouse.down();
      await page.mouse.move(500, 300, { steps: 4 });
      await to().hover();
      await to().hover();
      await page.mouse.up();
    };
    const places = page.getByRole('region', { name: 'Hosts to drop on' });
    await drag(line('api'), () => places.getByText('old.localhost'));
    await page.getByText(/old\.localhost:8080\/ answers 200/).waitFor();
    expect(instance.calls).toEqual(['map old.localhost shop-api-1:3000', 'try old.localhost']);
    expect(await places.count()).toBe(0);
    await drag(line('web'), () => page.getByRole('link', { name: 'Hosts' }));
    await page.getByText(/web\.shop\.localhost:8080\/ answers 200/).waitFor();
    expect(instance.calls.at(-2)).toBe('map web.shop.localhost shop-web-1:80');
  });

  it('says before whether it will work, and does it all the same when it is asked twice', async () => {
    const { page } = ui;
    await line('worker').click();
    expect(await line('worker').innerText()).toContain('exited with 3');
    await page.getByText('shop-worker-1 does not run.').waitFor();
    await page.getByText('Start it: docker start shop-worker-1.').waitFor();
    instance.options.tried = () => ({ ok: false, status: 503, ms: 1, reason: 'it does not run' });
    await page.keyboard.press('Enter');
    await eventually('the button has the focus', async () =>
      (await focused()).includes('Create anyway'),
    );
    expect(instance.calls).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText('is mapped, but no server of it answers: it does not run.').waitFor();
    instance.options.tried = () => ({ ok: true, status: 204, ms: 3, reason: '' });
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.getByText(/answers 204 through the proxy/).waitFor();
  });

  it('ends a mapping that was made by hand, takes that back, and leaves those of labels alone', async () => {
    const { page } = ui;
    await line('web').click();
    await page.getByText(/traefik\.http\.routers\.web\.rule \(Traefik\)/).waitFor();
    expect(await page.getByRole('button', { name: /^Unmap/ }).count()).toBe(0);
    await line('api').click();
    await create().click();
    await page.getByRole('button', { name: /^Unmap api\.shop\.localhost/ }).click();
    await page.getByText('Unmapped api.shop.localhost').waitFor();
    expect(instance.view.mappings).toEqual([byLabel]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await line('api').getByText('api.shop.localhost').waitFor();
    expect(instance.view.mappings).toHaveLength(2);
  });

  it('tells the problems of labels with their container, and counts what needs attention', async () => {
    const { page } = ui;
    instance.show({
      containers: [api, { ...web, problems: ['berth.host says "a b", which is no host name.'] }],
    });
    await line('web').getByText('1 problem').waitFor();
    await line('web').click();
    await page.getByText('berth.host says "a b", which is no host name.').waitFor();
    expect(await page.getByRole('link', { name: /^Containers/ }).innerText()).toMatch(/1$/);
  });

  it('maps a server of this machine by the same flow', async () => {
    const { page } = ui;
    instance.options.ports = [listeningPort(), listeningPort({ port: 8080, isOwn: true })];
    await ui.go('/hosts');
    await ui.go('/containers');
    await line(':5173').click();
    await page.getByText('vite listens on port 5173.').waitFor();
    expect(await line(':8080').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.getByText('shop.localhost is there').waitFor({ state: 'detached' });
    await page.getByText(/shop-5173\.localhost:8080\/ answers 200/).waitFor();
    expect(instance.calls).toEqual([
      'add shop-5173.localhost http://localhost:5173',
      'try shop-5173.localhost',
    ]);
  });

  it('adds a host by the name of a container, and offers what runs', async () => {
    const { page } = ui;
    instance.options.ports = [
      listeningPort({ process: { pid: 1, name: 'vite', directory: '~/docs' } }),
    ];
    await ui.go('/hosts');
    await page.keyboard.press('n');
    const offers = page.getByRole('list', { name: 'What runs' });
    await offers.getByText('vite :5173').waitFor();
    expect(await offers.getByRole('button').allInnerTexts()).toEqual(['api of shop', 'vite :5173']);
    await offers.getByText('vite :5173').click();
    expect(
      await page.getByRole('textbox', { name: 'Name and server of the host' }).inputValue(),
    ).toBe('docs.localhost → 5173');
    await page.getByRole('textbox', { name: 'Name and server of the host' }).fill('app → api');
    await page.getByText('api of shop, port 3000').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText(/app\.localhost answers 200 through the proxy/).waitFor();
    expect(instance.calls).toEqual(['map app.localhost shop-api-1:3000', 'try app.localhost']);
  });

  it('tells where a host is from in the list of hosts, and on its page what is mapped to it', async () => {
    const { page } = ui;
    await ui.go('/hosts');
    const host = (name: string): Locator => page.getByRole('row').filter({ hasText: name });
    await host('shop.localhost').getByText('compose · shop').waitFor();
    await host('old.localhost').getByText('manual').waitFor();
    await ui.go('/hosts/shop.localhost');
    const section = page.getByRole('region', { name: 'Containers' });
    await section.getByText('web of shop, port 80').waitFor();
    expect(await section.getByRole('button').count()).toBe(0);
    expect(await ui.violations()).toEqual([]);
  });

  it('finds containers in the palette, to map and to open them', async () => {
    const { page } = ui;
    await ui.go('/health');
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type('map api');
    await page.getByRole('option', { name: 'Map api of shop' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('form', { name: 'Map api of shop' }).waitFor();
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type('open web of');
    await page.getByRole('option', { name: 'Open shop.localhost (web of shop)' }).waitFor();
  });

  it('is where a first host can come from: first steps, and the list without one', async () => {
    await using bare = await startContainersHarness();
    await using first = await openInterface(browser, bare, { isFirst: true });
    for (const title of [
      'Where does it serve?',
      'What are hosts called?',
      'HTTPS without warnings',
    ]) {
      await first.page.getByRole('heading', { name: title }).waitFor();
      await first.page.getByRole('button', { name: 'Next' }).click();
    }
    await first.page.getByRole('button', { name: 'Map a container' }).click();
    await first.page.getByRole('heading', { name: 'No containers yet' }).waitFor();
    await first.go('/hosts');
    await first.page.getByRole('heading', { name: 'No hosts yet' }).waitFor();
    await first.page.getByRole('button', { name: 'Map a container' }).click();
    await first.page.getByRole('heading', { name: 'No containers yet' }).waitFor();
  });

  it('asks for a port where a container names none', async () => {
    const { page } = ui;
    instance.show({ containers: [{ ...web, ports: [], port: null }], mappings: [] });
    await line('web').waitFor();
    await page.keyboard.press('Enter');
    const other = page.getByRole('textbox', { name: 'Number of another port' });
    await eventually('the field has the focus', () =>
      other.evaluate((element) => element === element.ownerDocument.activeElement),
    );
    expect(await create().isDisabled()).toBe(true);
    await page.keyboard.type('8080');
    await page.getByText('It works: 172.17.0.2:8080 answers 200.').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText(/answers 200 through the proxy/).waitFor();
    expect(instance.calls[0]).toBe('map web.shop.localhost shop-web-1:8080');
  });

  it('filters by every word, and says when nothing is left', async () => {
    const { page } = ui;
    await line('worker').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('shop unmapped');
    await line('web').waitFor({ state: 'detached' });
    await page.getByText('2 of 3').waitFor();
    await page.keyboard.type(' nothing');
    await page.getByText('0 of 3').first().waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).click();
    await line('web').waitFor();
  });

  it.each([
    ['stopped', 'Docker is not running', 'not running'],
    ['starting', 'Docker is starting', 'starting'],
    ['forbidden', 'No permission to talk to Docker', 'no permission'],
    ['running', 'No containers yet', 'running'],
  ] as const)('says what is to be done while an engine is %s', async (state, title, word) => {
    const { page } = ui;
    const [docker] = containersView().engines;
    const engines = docker === undefined ? [] : [withState(docker, state)];
    instance.show({ containers: [], mappings: [], engines });
    await page.getByRole('heading', { name: title }).waitFor();
    const part = page.getByRole('contentinfo').getByRole('link', { name: /docker/ });
    expect((await part.textContent()) ?? '').toContain(word);
    expect(await ui.violations()).toEqual([]);
    await ui.go('/hosts');
    await part.click();
    await page.getByRole('heading', { name: title }).waitFor();
  });

  it('says that no engine is installed, or that nobody looks for one', async () => {
    const { page } = ui;
    const none = {
      reason: 'No container engine is installed on this machine.',
      advice: 'Install Docker Engine or Podman.',
      isInstalled: false,
    };
    instance.show({ containers: [], mappings: [], engines: [], none });
    await page.getByRole('heading', { name: 'No container engine is installed' }).waitFor();
    await page.getByText(/Install Docker Engine or Podman/).waitFor();
    instance.show({ enabled: false, none: null });
    await page.getByRole('heading', { name: 'Containers are switched off' }).waitFor();
    await page.getByRole('button', { name: 'Look for containers' }).waitFor();
  });

  it('switches the looking for containers on, and has them at once', async () => {
    await using engine = await startFakeEngine();
    await using berth = await startBerth({
      config: { control: { port: 0 }, containers: { enabled: false, engines: [engine.address] } },
    });
    await using real = await openInterface(browser, berth);
    await real.go('/containers');
    await real.page.getByRole('button', { name: 'Look for containers' }).click();
    await real.page.getByRole('link', { name: /^docker/ }).waitFor();
    engine.has('c'.repeat(64), {
      ...inspected('c'.repeat(64), 'running'),
      Name: '/late',
    });
    engine.say({ Type: 'container', Action: 'start', Actor: { ID: 'c'.repeat(64) } });
    await real.page.getByRole('row').filter({ hasText: 'late' }).waitFor();
  });

  it('is whole in a narrow window: the list, or what is chosen, and the way back', async () => {
    const { page } = ui;
    await page.setViewportSize({ width: 590, height: 380 });
    await line('api').waitFor();
    expect(await create().isVisible()).toBe(false);
    await line('api').click();
    await create().waitFor();
    expect(await page.getByRole('treegrid').isVisible()).toBe(false);
    await page.keyboard.press('Escape');
    await line('api').waitFor();
    await page.keyboard.press('Enter');
    await create().waitFor();
    await page.getByRole('link', { name: 'All containers' }).click();
    await line('api').waitFor();
  });

  it.each(['light', 'dark'] as const)('is accessible, %s', async (colorScheme) => {
    const { page } = ui;
    await page.emulateMedia({ colorScheme });
    instance.options.ports = [listeningPort()];
    await page.getByText('It works: 172.17.0.2:3000 answers 200.').waitFor();
    expect(await ui.violations()).toEqual([]);
    await page.keyboard.press('m');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option').first().waitFor();
    expect(await ui.violations()).toEqual([]);
    await line('worker').click();
    await page.getByText('shop-worker-1 does not run.').waitFor();
    expect(await ui.violations()).toEqual([]);
    await line('web').click();
    await page.getByText('Map to another host').waitFor();
    expect(await ui.violations()).toEqual([]);
    expect(ui.complaints).toEqual([]);
  });
});

const withState = <Engine>(engine: Engine, state: ContainerEngineState) => ({ ...engine, state });
