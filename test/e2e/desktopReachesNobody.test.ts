import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  askByScript,
  askForDevices,
  download,
  goToOwnBlob,
  goWithoutAClick,
  isInterface,
  listenForForbidden,
  readForbidden,
  sendForms,
  writeMarkup,
} from '../page/reachOut.ts';
import { stateOf } from '../support/desktopPage.ts';
import { eventually } from '../support/eventually.ts';
import { type OpenDesktop, openDesktop } from '../support/openDesktop.ts';
import { describeWith } from '../support/requirement.ts';

describeWith(['electron', 'xvfb'], 'a page of the desktop that was taken over', () => {
  let app: OpenDesktop;
  let page: Page;
  /** Whom it would like to reach: a server that is there, and counts who comes. */
  let server: Server;
  let address: string;
  let heard = 0;

  beforeAll(async () => {
    server = createServer((socket) => {
      heard++;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    app = await openDesktop();
    page = app.page;
  });
  afterAll(async () => {
    await app?.[Symbol.asyncDispose]();
    server.close();
  });
  afterEach(async () => {
    // Whatever was tried, it is the same page, it still works, and nobody has heard of it.
    expect((await stateOf(page)).engine.kind).toBe('running');
    expect(page.url()).toMatch(/^app:\/\/berth\//);
    expect(app.desktop.app.windows()).toHaveLength(1);
    expect(heard).toBe(0);
  });

  test('asks no server by any script', async () => {
    await page.evaluate(listenForForbidden);
    expect(await page.evaluate(askByScript, address)).toEqual([]);
    await expect
      .poll(() => page.evaluate(readForbidden), { timeout: 30_000 })
      .toEqual(expect.arrayContaining(['connect-src', 'font-src']));
  });

  test('asks no server by markup, and runs none of it', async () => {
    await page.evaluate(listenForForbidden);
    expect(await page.evaluate(writeMarkup, address)).toEqual([]);
    await expect
      .poll(() => page.evaluate(readForbidden), { timeout: 30_000 })
      .toEqual(
        expect.arrayContaining([
          'base-uri',
          'frame-src',
          'img-src',
          'media-src',
          'object-src',
          'script-src-attr',
          'script-src-elem',
          'style-src-attr',
          'style-src-elem',
        ]),
      );
  });

  test('sends no form', async () => {
    await page.evaluate(listenForForbidden);
    await page.evaluate(sendForms, address);
    // It is told a moment later.
    await expect
      .poll(() => page.evaluate(readForbidden), { timeout: 30_000 })
      .toContain('form-action');
  });

  test.each([
    null,
    'data:text/html,<p>gone</p>',
    'chrome://gpu/',
    'devtools://devtools/bundled/inspector.html',
    'view-source:app://berth/',
    'app://berth.example/',
    "javascript:document.write('gone')",
  ])('goes nowhere without a click: %s', async (to) => {
    await page.evaluate(goWithoutAClick, to ?? address);
    expect(await page.evaluate(isInterface)).toBe(true);
  });

  test('goes to no page that it made itself', async () => {
    await page.evaluate(goToOwnBlob);
    expect(await page.evaluate(isInterface)).toBe(true);
  });

  test('is loaded again where it has emptied itself', async () => {
    await page.evaluate(goWithoutAClick, 'about:blank').catch(() => undefined);
    await eventually('the interface is there again', () =>
      page.evaluate(isInterface).catch(() => false),
    );
  });

  test('saves nothing but what it made itself', async () => {
    const { app: electron } = app.desktop;
    await electron.evaluate(({ session }) => {
      const seen: [string, boolean][] = [];
      Object.assign(globalThis, { seenDownloads: seen });
      session.defaultSession.on('will-download', (event, item) => {
        seen.push([item.getURL().replace(/^(\w+):.*/, '$1'), event.defaultPrevented]);
        // Without a place to go it would ask a person.
        event.preventDefault();
      });
    });
    await page.evaluate(download, 'data:text/plain,stolen');
    await page.evaluate(download, `${address}/file`);
    const seen = await electron.evaluate(
      () => (globalThis as unknown as { seenDownloads: [string, boolean][] }).seenDownloads,
    );
    for (const [, isPrevented] of seen) expect(isPrevented).toBe(true);
  });

  test('gets no device and no sense', async () => {
    const given = await page.evaluate(askForDevices);
    expect(Object.entries(given).filter(([, outcome]) => outcome === 'given')).toEqual([]);
  });
});
