import { afterAll, beforeAll, expect, test } from 'vitest';
import { lookForTrouble } from '../page/layout.ts';
import { call } from '../support/desktopPage.ts';
import { eventually } from '../support/eventually.ts';
import { type OpenDesktop, openDesktop } from '../support/openDesktop.ts';
import { reachedByTab } from '../support/reachedByTab.ts';
import { describeWith } from '../support/requirement.ts';

describeWith(['electron', 'xvfb'], 'the window at 200 %', () => {
  let app: OpenDesktop;

  beforeAll(async () => {
    app = await openDesktop();
    const backends = ['http://127.0.0.1:9', 'http://127.0.0.1:10'];
    await call(app.page, '/hosts/add', { name: 'app.localhost', backends });
    await call(app.page, '/hosts/add', { name: '*.a-rather-long-name.dev.local', backends });
    await call(app.page, '/instance/try', { name: 'app.localhost' });
    const before = await app.page.evaluate<number>('innerWidth');
    await app.desktop.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(2),
    );
    await eventually(
      'it is drawn twice as large',
      async () => (await app.page.evaluate<number>('innerWidth')) === before / 2,
    );
  });
  afterAll(async () => {
    await app?.[Symbol.asyncDispose]();
  });

  test.each(['Hosts', 'Traffic', 'Health', 'Containers', 'Settings'])(
    '%s can be seen and reached, and is no wider than the window',
    async (name) => {
      const { page } = app;
      await page.evaluate(`location.hash = '/${name.toLowerCase()}'`);
      await page.getByRole('heading', { name, exact: true }).waitFor();
      if (name === 'Settings') await page.getByRole('region', { name: 'Proxy' }).waitFor();
      else if (name !== 'Containers') await page.getByRole('row').nth(1).waitFor();
      expect(await page.evaluate(lookForTrouble)).toEqual([]);
      expect(await reachedByTab(page)).toEqual([]);
    },
  );
});
