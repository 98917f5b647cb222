import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  askForPermissions,
  bringIn,
  callOut,
  coverWithLink,
  fetchAll,
  leaveFor,
  lookAround,
  openWindows,
  uncover,
} from '../page/attempts.ts';
import { call, command, stateOf } from '../support/desktopPage.ts';
import type { Desktop } from '../support/electron.ts';
import { eventually } from '../support/eventually.ts';
import { type OpenDesktop, openDesktop } from '../support/openDesktop.ts';
import { describeWith } from '../support/requirement.ts';

describeWith(['electron', 'xvfb'], 'the desktop', () => {
  let opened: OpenDesktop;
  let desktop: Desktop;
  let page: Page;

  beforeAll(async () => {
    opened = await openDesktop({ isFirst: true });
    ({ desktop, page } = opened);
  });
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
  });

  test('it shows the interface, and starts a proxy for it', async () => {
    expect(page.url()).toBe('app://berth/');
    expect(await stateOf(page)).toMatchObject({
      platform: 'linux',
      version: '0.1.0',
      engine: { kind: 'running', attached: false },
      update: { kind: 'unavailable', reason: expect.stringContaining('checkout') },
    });
  });

  test('a call of the page reaches the instance that was forked', async () => {
    const { engine } = await stateOf(page);
    const hello = await call(page, '/instance/hello');
    expect(hello).toMatchObject({ pid: engine.kind === 'running' && engine.pid });
    expect(await call(page, '/instance/status')).toMatchObject({ mode: 'desktop' });
    const added = await call(page, '/hosts/add', {
      name: 'app.localhost',
      backends: ['http://127.0.0.1:9'],
    });
    expect(added).toMatchObject({ name: 'app.localhost' });
    expect(await call(page, '/hosts/list')).toMatchObject([{ name: 'app.localhost' }]);
  });

  test('the page has no Node, and of Electron the bridge alone', async () => {
    const seen = await page.evaluate(lookAround);
    expect(seen).toEqual({
      node: [],
      bridge: ['command', 'connect', 'onMenu', 'onNavigate', 'onState', 'state'],
      isIsolated: true,
    });
    const preferences = await desktop.app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const contents = window?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      const { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag } =
        contents.getLastWebPreferences();
      return { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag };
    });
    expect(preferences).toEqual({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  test.each(['https://example.com/', 'http://127.0.0.1:9/', 'file:///etc/passwd', 'app://other/'])(
    'the page does not leave for %s',
    async (address) => {
      await page.evaluate(leaveFor, address);
      // What was refused leaves the page as it is: it still answers.
      expect((await stateOf(page)).version).toBe('0.1.0');
      expect(page.url()).toBe('app://berth/');
    },
  );

  test('the page opens no window', async () => {
    const opened = await page.evaluate(openWindows);
    expect(opened).toEqual([null, null, null]);
    expect(desktop.app.windows()).toHaveLength(1);
  });

  test.each<['left' | 'middle', string | null]>([
    ['left', null],
    ['middle', null],
    ['left', 'Control'],
    ['left', 'Shift'],
  ])('no click on a link leaves: %s, with %s', async (button, modifier) => {
    await page.evaluate(coverWithLink, 'https://example.com/');
    await page.mouse.move(200, 200);
    if (modifier !== null) await page.keyboard.down(modifier);
    await page.mouse.click(200, 200, { button });
    if (modifier !== null) await page.keyboard.up(modifier);
    await page.evaluate(uncover);
    expect((await stateOf(page)).version).toBe('0.1.0');
    expect(page.url()).toBe('app://berth/');
    expect(desktop.app.windows()).toHaveLength(1);
  });

  test('the page gets no permission', async () => {
    const got = await page.evaluate(askForPermissions);
    expect(got).toEqual(['SecurityError', 'NotAllowedError', 'denied', 'denied']);
  });

  test('the page runs and loads nothing from elsewhere, nor what is written into it', async () => {
    const outcome = await page.evaluate(bringIn);
    expect(outcome).toMatchObject({ ran: [], fetched: 'refused', evaluated: 'no' });
    expect(outcome.violated).toEqual(
      expect.arrayContaining(['connect-src', 'script-src', 'script-src-elem']),
    );
    expect(page.frames().map((frame) => frame.url())).not.toContain('https://example.com/');
  });

  test('the page reaches nobody by WebRTC', async () => {
    const heard: string[] = [];
    const datagrams = createSocket('udp4');
    datagrams.on('message', () => heard.push('udp'));
    datagrams.bind(0, '127.0.0.1');
    await once(datagrams, 'listening');
    const streams = createServer((socket) => {
      heard.push('tcp');
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(streams, 'listening');
    const { port: udp } = datagrams.address();
    const { port: tcp } = streams.address() as AddressInfo;
    const outcome = await page.evaluate(callOut, [
      `stun:127.0.0.1:${udp}`,
      `turn:127.0.0.1:${udp}?transport=udp`,
      `turn:127.0.0.1:${tcp}?transport=tcp`,
      `turns:127.0.0.1:${tcp}?transport=tcp`,
    ]);
    datagrams.close();
    streams.close();
    expect({ outcome, heard }).toEqual({ outcome: [], heard: [] });
  });

  test('an address of our own scheme leads to no file but the interface', async () => {
    const answers = await page.evaluate(fetchAll, [
      '/index.html',
      '/../main.cjs',
      '/%2e%2e/main.cjs',
      '/..%2fmain.cjs',
      '/../../package.json',
    ]);
    expect(answers).toEqual([200, 404, 404, 404, 404]);
  });

  test('who is not the interface is not heard, though it has the same preload script', async () => {
    const preload = join(process.cwd(), 'dist', 'preload.cjs');
    const heard = await desktop.app.evaluate(async ({ BrowserWindow }, preloadFile) => {
      const stranger = new BrowserWindow({
        show: false,
        webPreferences: { preload: preloadFile, sandbox: true, contextIsolation: true },
      });
      try {
        await stranger.loadURL('app://berth/');
        return await stranger.webContents.executeJavaScript(`(async () => {
          const ports = [];
          addEventListener('message', ({ ports: given }) => ports.push(...given));
          berthDesktop.connect(77);
          const refused = (error) => error.message;
          const state = await berthDesktop.state().catch(refused);
          const stopped = await berthDesktop.command({ do: 'stop' }).catch(refused);
          return { state, stopped, ports: ports.length };
        })()`);
      } finally {
        stranger.destroy();
      }
    }, preload);
    expect(heard).toEqual({
      state: expect.stringContaining('Only the interface may ask for this.'),
      stopped: 'Only the interface may ask for this.',
      ports: 0,
    });
    expect((await stateOf(page)).engine.kind).toBe('running');
  });

  test.each<[object, string]>([
    [{ do: 'open', url: 'file:///etc/passwd' }, 'This is no command of the desktop.'],
    [
      { do: 'open', url: 'http://user:secret@host/' },
      'Only addresses of http and https are opened.',
    ],
    [{ do: 'quit' }, 'This is no command of the desktop.'],
    [{ do: 'reveal', what: '/etc' }, 'This is no command of the desktop.'],
  ])('a command that is none does nothing: %j', async (given, reason) => {
    expect(await command(page, given)).toBe(reason);
  });

  test('what is copied is on the clipboard', async () => {
    expect(await command(page, { do: 'copy', text: 'curl http://app.localhost/' })).toBeNull();
    const copied = await desktop.app.evaluate(({ clipboard }) => clipboard.readText());
    expect(copied).toBe('curl http://app.localhost/');
  });

  test('the application menu leads through the interface', async () => {
    const choose = (path: readonly string[]) =>
      desktop.app.evaluate(({ Menu }, labels) => {
        let items = Menu.getApplicationMenu()?.items ?? [];
        for (const label of labels.slice(0, -1)) {
          items = items.find((item) => item.label === label)?.submenu?.items ?? [];
        }
        const item = items.find(({ label }) => label === labels.at(-1));
        item?.click();
        return item?.accelerator ?? null;
      }, path);
    expect(await choose(['Go', 'Traffic'])).toBe('CommandOrControl+2');
    await eventually('traffic is shown', () => page.url() === 'app://berth/#/traffic');
    expect(await choose(['Go', 'Hosts'])).toBe('CommandOrControl+1');
    await eventually('hosts are shown', () => page.url() === 'app://berth/#/hosts');
  });

  test('settings that are chosen are kept, and told', async () => {
    expect(await command(page, { do: 'set', settings: { notifications: false } })).toBeNull();
    expect((await stateOf(page)).settings.notifications).toBe(false);
    expect(await command(page, { do: 'set', settings: { openAtLogin: true } })).toBeNull();
    const entry = join(opened.home, '.config', 'autostart', 'berth.desktop');
    expect(await readFile(entry, 'utf8')).toMatch(/^Exec=.* --hidden$/m);
    expect(await command(page, { do: 'set', settings: { openAtLogin: false } })).toBeNull();
    await expect(readFile(entry, 'utf8')).rejects.toThrow('ENOENT');
    expect(JSON.parse(await readFile(join(opened.home, 'config', 'desktop.json'), 'utf8'))).toEqual(
      {
        openAtLogin: false,
        startEngine: true,
        notifications: false,
        updates: true,
        toldOfTray: false,
      },
    );
  });
});
