import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { InstanceStatus } from '../../src/shared/contract/instance.ts';
import { desktopHome } from '../support/desktopHome.ts';
import { call } from '../support/desktopPage.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { openDesktop } from '../support/openDesktop.ts';
import { describeWith, isLinux } from '../support/requirement.ts';

/** One of the loopback addresses of Linux that nobody else listens on. */
const bind = isLinux ? '127.83.7.9' : '127.0.0.1';

describeWith(
  ['electron', 'xvfb'],
  'a window whose proxy did not get the port that it wanted',
  () => {
    test('says who has it or that it is not permitted, what serves instead, and that serves', async () => {
      await using backend = await startEchoBackend();
      await using taken = await takePort(80);
      await using home = await desktopHome(
        {},
        { http: { bind }, https: { bind: [] }, names: { dnsPort: 0 } },
      );
      // Hipache's file asks for its port; in Berth's own, nobody asks for 80.
      const directory = join(home.path, 'config');
      await rename(join(directory, 'config.json'), join(directory, 'berth.json'));
      await using app = await openDesktop({ home });
      const { page } = app;
      const banner = page.getByRole('status', { name: 'Notices' });
      const { listeners, notices } = (await call(page, '/instance/status')) as InstanceStatus;
      const port = listeners[0]?.port ?? 0;
      expect(port).toBeGreaterThanOrEqual(8080);
      const because = taken.isMine
        ? /^Port 80 is taken by .+ \(pid \d+\)\.$/
        : /^Port 80 (?:is taken|needs a privilege that Berth does not have)/;
      await banner.getByText(because).waitFor();
      await banner.getByText(`Using ${port}.`).waitFor();
      expect(notices).toMatchObject([{ kind: 'port-moved', wanted: 80, got: port }]);
      const [notice] = notices;
      if (taken.isMine && notice?.kind === 'port-moved') {
        await banner.getByText(`(pid ${notice.owner?.pid})`).waitFor();
      }
      await page.getByRole('contentinfo').getByText(`running ${bind}:${port}`).waitFor();
      await call(page, '/hosts/add', { name: 'app.localhost', backends: [backend.url] });
      const headers = { host: 'app.localhost' };
      const [response] = await once(get({ host: bind, port, path: '/', headers }), 'response');
      response.resume();
      expect(response.statusCode).toBe(200);
      expect(backend.countOf('/')).toBe(1);
      await banner.getByRole('button', { name: 'Dismiss' }).click();
      await banner.getByText(because).waitFor({ state: 'detached' });
    });
  },
);

/** Listens on a port as another server would; without the right to do so, or where one does, there is nothing to do. */
async function takePort(port: number): Promise<{ readonly isMine: boolean } & AsyncDisposable> {
  const server: Server = createServer((socket) => socket.destroy());
  const isMine = await new Promise<boolean>((done) => {
    server.once('listening', () => done(true));
    server.once('error', () => done(false));
    server.listen(port, bind);
  });
  return {
    isMine,
    [Symbol.asyncDispose]: async () => {
      if (!isMine) return;
      server.close();
      await once(server, 'close');
    },
  };
}
