import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '../../shared/limits.ts';
import type { Machine } from './machine.ts';

/** Names of Chromium and its kin, and where they are on macOS and Windows. */
const browsers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    '/Applications/Brave Browser.app/Contents/MacOS/Brave Browser',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

const onPath: readonly string[] = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'brave-browser',
];

export const findBrowser = ({ platform, find }: Machine): Promise<string | null> =>
  find([...onPath, ...(browsers[platform] ?? [])]);

/** What a browser finds. */
export type BrowserLook =
  /** Hosts that led it to this machine. */
  | { readonly ok: true; readonly found: ReadonlySet<string> }
  | { readonly ok: false; readonly reason: string };

/**
 * Has a browser without a window, with a profile of its own, fetch a picture from each host at a port that only this
 * check serves: no backend is asked. Never rejects.
 */
export async function askBrowser(
  machine: Machine,
  program: string,
  hosts: readonly string[],
): Promise<BrowserLook> {
  const token = randomBytes(12).toString('hex');
  const found = new Set<string>();
  const servers: Server[] = [];
  const profile = await mkdtemp(join(tmpdir(), 'berth-doctor-'));
  try {
    const port = await serve(servers, (url, host) => {
      const [, key, wanted = ''] = url.split('/');
      if (key !== token) return null;
      if (wanted === '') return page(hosts, token, portOf(servers));
      const asked = decodeURIComponent(wanted);
      if (host.toLowerCase().replace(/:\d+$/, '') === asked) found.add(asked);
      return picture;
    });
    const ran = await machine.run(
      [
        program,
        '--headless=new',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-dev-shm-usage',
        `--user-data-dir=${profile}`,
        // Its sandbox is not for root; it sees no page but ours.
        ...(machine.isRoot ? ['--no-sandbox'] : []),
        '--dump-dom',
        `http://127.0.0.1:${port}/${token}/`,
      ],
      { timeoutMs: limits.doctorBrowserMs - limits.doctorAnswerMs },
    );
    if (!ran.stdout.includes(token)) {
      const said = ran.stderr.trim().split('\n').at(-1) ?? '';
      return {
        ok: false,
        reason: said === '' ? `${program} showed no page` : `${program}: ${said}`,
      };
    }
    return { ok: true, found };
  } finally {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    // Its helpers may write to it for another moment.
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(
      () => undefined,
    );
  }
}

interface Answer {
  readonly type: string;
  readonly body: string;
}

const picture: Answer = {
  type: 'image/svg+xml',
  body: '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
};

const page = (hosts: readonly string[], token: string, port: number): Answer => ({
  type: 'text/html; charset=utf-8',
  body: `<!doctype html><title>${token}</title>${hosts
    .map((host) => `<img src="http://${host}:${port}/${token}/${encodeURIComponent(host)}">`)
    .join('')}`,
});

function portOf([first]: readonly Server[]): number {
  const address = first?.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Serves the same on 127.0.0.1 and, where there is one, on ::1 at the same port. */
async function serve(
  servers: Server[],
  answer: (url: string, host: string) => Answer | null,
): Promise<number> {
  const listen = async (address: string, port: number): Promise<void> => {
    const server = createServer((request, response) => {
      const made = answer(request.url ?? '', request.headers.host ?? '');
      response.writeHead(made === null ? 404 : 200, {
        'content-type': made?.type ?? 'text/plain',
        'cache-control': 'no-store',
      });
      response.end(made?.body ?? '');
    });
    server.listen(port, address);
    await once(server, 'listening');
    servers.push(server);
  };
  await listen('127.0.0.1', 0);
  const port = portOf(servers);
  // A machine without IPv6, or a port that is taken there: the browser goes on with IPv4.
  await listen('::1', port).catch(() => undefined);
  return port;
}
