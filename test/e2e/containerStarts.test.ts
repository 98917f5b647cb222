import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPages } from '../../src/proxy/pages/createPages.ts';
import { launchChromium } from '../support/browser.ts';
import { type Harness, startHarness } from '../support/engineHarness.ts';
import { okay, startBackend } from '../support/recordingBackend.ts';
import { describeWith } from '../support/requirement.ts';

const name = 'app.localhost';

describeWith('chromium', 'the page that waits for a container, in a real browser', () => {
  let browser: Browser;
  let harness: Harness;
  beforeAll(async () => {
    browser = await launchChromium();
    const pages = createPages({
      staticPages: {},
      suffixes: ['localhost'],
      sharedSuffixes: [],
      version: '0.0.1',
    });
    harness = await startHarness({ pages });
  });
  afterAll(async () => {
    await browser.close();
    await harness.stop();
  });

  it.each([true, false])(
    'becomes that of the container as soon as it is there, scripts allowed: %s',
    async (javaScriptEnabled) => {
      const absent = await startBackend();
      await absent.close();
      harness.frontends.set(name, ['app', absent.url]);
      const until = Date.now() + 60_000;
      const container = { what: 'web of shop', state: 'starting', until };
      harness.frontendOptions.set(name, JSON.stringify({ container }));
      const context = await browser.newContext({ javaScriptEnabled });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));

      const shown = await page.goto(`http://${name}:${harness.port}/basket?of=2#end`);
      expect(shown?.status()).toBe(503);
      expect(await page.title()).toBe(`Starting · ${name}`);
      await page.getByText(/^web of shop /).waitFor();
      // It loads again more than once in vain.
      const before = harness.records.length;
      await harness.recorded(before + 2);

      const backend = await startBackend(
        {
          request: () =>
            okay('<link rel="icon" href="data:,"><p>the basket', 'Content-Type: text/html\r\n'),
        },
        { port: absent.port },
      );
      await page.getByText('the basket').waitFor({ timeout: 5000 });
      expect(backend.requests.map(({ start }) => start)).toEqual(['GET /basket?of=2 HTTP/1.1']);
      // Without a script nothing knows what stands behind the #.
      const end = javaScriptEnabled ? '#end' : '';
      expect(page.url()).toBe(`http://${name}:${harness.port}/basket?of=2${end}`);
      // The answer itself is all that a browser may complain of.
      expect(complaints.filter((text) => !text.includes('503'))).toEqual([]);
      await context.close();
      await backend.close();
    },
  );
});
