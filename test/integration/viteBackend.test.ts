import { Agent, request } from 'node:http';
import type { LookupFunction } from 'node:net';
import { createServer, type ServerOptions, type ViteDevServer } from 'vite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPages } from '../../src/proxy/pages/createPages.ts';
import { type Harness, startHarness } from '../support/engineHarness.ts';
import { type RecordingBackend, startBackend } from '../support/recordingBackend.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporaryDirectory.ts';

const host = 'app.dev.local';
const page = 'text/html,application/xhtml+xml,*/*;q=0.8';

/** Every name is this machine, as it is where the names of Berth resolve. */
const here: LookupFunction = (_host, options, found) => {
  if (options.all === true) found(null, [{ address: '127.0.0.1', family: 4 }]);
  else found(null, '127.0.0.1', 4);
};
const agent = new Agent({ lookup: here });

let harness: Harness;
let vite: ViteDevServer | null = null;
let api: RecordingBackend;
let directory: TemporaryDirectory | null = null;
beforeEach(async () => {
  const pages = createPages({
    staticPages: {},
    suffixes: ['dev.local'],
    sharedSuffixes: [],
    version: '1.2.3',
  });
  harness = await startHarness({ pages });
  api = await startBackend();
  harness.frontends.set('api.dev.local', ['api', api.url]);
});
afterEach(async () => {
  await vite?.close();
  vite = null;
  await directory?.[Symbol.asyncDispose]();
  directory = null;
  await harness.stop();
  await api.close();
});

/** The real thing, on a port of its own, behind `app.dev.local`. */
async function startVite(server: ServerOptions = {}): Promise<number> {
  directory = await temporaryDirectory();
  vite = await createServer({
    configFile: false,
    root: directory.path,
    cacheDir: directory.path,
    logLevel: 'silent',
    appType: 'spa',
    server: { host: '127.0.0.1', port: 0, ws: false, watch: null, ...server },
    plugins: [
      {
        name: 'a page',
        configureServer: ({ middlewares }) => {
          middlewares.use((incoming, outgoing, next) => {
            if (incoming.url === '/here') outgoing.end('here it is');
            else next();
          });
        },
      },
    ],
  });
  await vite.listen();
  const address = vite.httpServer?.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  harness.frontends.set(host, ['app', `http://127.0.0.1:${address.port}`]);
  return address.port;
}

interface Seen {
  readonly status: number;
  readonly hint: string | undefined;
  readonly body: string;
}

const ask = (port: number, path: string, accept: string): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, headers: { host, accept }, agent: false },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (part: string) => (body += part));
        const hint = answer.headers['x-berth-hint'];
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, hint: hint?.toString(), body }),
        );
      },
    );
    asked.on('error', reject).end();
  });

describe('Vite as a backend that does not know the host', () => {
  it('is explained to a person, and goes to a program to the byte', async () => {
    const port = await startVite();
    const direct = await ask(port, '/here', '*/*');
    expect(direct.status).toBe(403);
    expect(await ask(harness.port, '/here', '*/*')).toEqual(direct);
    const shown = await ask(harness.port, '/here', page);
    expect(shown).toMatchObject({ status: 403, hint: 'host-refused' });
    expect(shown.body).toContain('Vite does not know this host');
    expect(shown.body).toContain('server: { allowedHosts: [&#39;app.dev.local&#39;] },');
    expect(shown.body).toContain('berth set app.dev.local --host-header backend');
    expect(shown.body).toContain('Blocked request. This host (&quot;app.dev.local&quot;)');
    const records = await harness.recorded(2);
    expect(records.map(({ hint }) => hint)).toEqual(
      Array(2).fill(
        'Vite refuses the host. Add "app.dev.local" to server.allowedHosts in vite.config.js.',
      ),
    );
  });

  it('answers with the line that the page names', async () => {
    await startVite({ allowedHosts: ['app.dev.local'] });
    expect(await ask(harness.port, '/here', page)).toMatchObject({
      status: 200,
      body: 'here it is',
    });
  });

  it('answers when it gets its own address as Host', async () => {
    await startVite();
    harness.frontendOptions.set(host, JSON.stringify({ hostHeader: 'backend' }));
    expect(await ask(harness.port, '/here', page)).toMatchObject({
      status: 200,
      body: 'here it is',
    });
  });
});

describe('Vite that passes requests on through Berth', () => {
  it('comes to another host of ours with changeOrigin', async () => {
    const target = `http://api.dev.local:${harness.port}`;
    await startVite({
      allowedHosts: [host],
      proxy: { '/api': { target, changeOrigin: true, agent } },
    });
    const answer = await ask(harness.port, '/api/x', '*/*');
    expect([answer.status, answer.body]).toEqual([200, 'ok']);
    expect(api.requests.map((seen) => seen.target)).toEqual(['/api/x']);
  });

  it('is told of the loop, and what to change, without', async () => {
    const target = `http://api.dev.local:${harness.port}`;
    await startVite({ allowedHosts: [host], proxy: { '/api': { target, agent } } });
    const answer = await ask(harness.port, '/api/x', page);
    expect(answer.status).toBe(508);
    expect(answer.body).toContain('It was sent to backend #0 of app.dev.local, and came back.');
    expect(answer.body).toContain('changeOrigin: true');
    expect(api.requests).toEqual([]);
    expect(await harness.recorded(2)).toHaveLength(2);
  });
});
