import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { openBrowser } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { describeWith } from '../support/requirement.ts';
import { addHost } from '../support/storeClient.ts';
import { makeTlsFiles, type TlsFilePair } from '../support/tlsFiles.ts';

const host = 'app.dev.local';
/** No name resolves, but what is an address already. */
const noNames = ['MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'];

let files: TlsFilePair;
let berth: BerthProcess;
let backend: Server;
/** What the backend saw: `https GET /x`, `http GET /socket websocket`. */
const seen: string[] = [];

beforeAll(async () => {
  files = await makeTlsFiles(host);
  backend = createServer((request, response) => {
    seen.push(`${request.headers['x-forwarded-proto']} ${request.method} ${request.url}`);
    response.setHeader('content-type', 'text/html').end(`<title>here</title>
<img src="https://${host}/secure"><img src="http://elsewhere.test/">
<script>new WebSocket('ws://${host}/socket'); new WebSocket('wss://${host}/socket');</script>`);
  });
  backend.on('upgrade', (request, socket) => {
    seen.push(`${request.headers['x-forwarded-proto']} ${request.url} ${request.headers.upgrade}`);
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const address = backend.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  berth = await startBerth({
    config: {
      server: { workers: 2 },
      https: { bind: '127.0.0.1', port: 0, key: files.key, cert: files.cert },
    },
  });
  await addHost(berth.storePort, host, `http://127.0.0.1:${address.port}`);
});
afterAll(async () => {
  await berth[Symbol.asyncDispose]();
  backend.closeAllConnections();
  backend.close();
  await files[Symbol.asyncDispose]();
});

const curl = async (...words: readonly string[]): Promise<string> => {
  const options = ['--silent', '--show-error', '--max-time', '10', '--cacert', files.cert];
  const { stdout } = await promisify(execFile)('curl', [...options, ...words]);
  return stdout;
};

describeWith('curl', 'where no name resolves, curl', () => {
  it('opens a host of ours through us as its proxy, by HTTP and by HTTPS', async () => {
    seen.length = 0;
    const proxy = ['-x', `http://127.0.0.1:${berth.port}`];
    expect(await curl(...proxy, `http://${host}/plain`)).toContain('here');
    expect(await curl(...proxy, `https://${host}/secure`)).toContain('here');
    expect(await curl(...proxy, `https://${host}:${berth.securePort}/port`)).toContain('here');
    expect(await curl(...proxy, '-p', `http://${host}/tunnelled`)).toContain('here');
    expect(seen).toEqual([
      'http GET /plain',
      'https GET /secure',
      'https GET /port',
      'http GET /tunnelled',
    ]);
  });

  it('is told by the page of 127.0.0.1 what works, to the letter', async () => {
    const page: unknown = JSON.parse(
      await curl('-H', 'Accept: application/json', `http://127.0.0.1:${berth.port}/`),
    );
    const ways: unknown = Reflect.get(Object(page), 'withoutNames');
    if (!Array.isArray(ways)) throw new Error('no ways');
    const lines = ways.map((way: unknown) => String(Reflect.get(Object(way), 'command')));
    const own = lines.filter((line) => line.startsWith('curl '));
    expect(own).toHaveLength(3);
    for (const line of own) {
      const { stdout } = await promisify(execFile)('sh', ['-c', `${line} --silent --max-time 10`]);
      expect(stdout).toContain('here');
    }
  });

  it('is refused what is not ours, and nobody is asked for it', async () => {
    const proxy = ['-x', `http://127.0.0.1:${berth.port}`];
    expect(await curl(...proxy, 'http://elsewhere.test/')).toContain('its own hosts only');
    await expect(curl(...proxy, 'https://elsewhere.test/')).rejects.toThrow(/response 501/);
  });
});

describeWith('chromium', 'where no name resolves, a browser', () => {
  it('that uses our script opens our hosts, by HTTP, HTTPS and WebSocket', async () => {
    seen.length = 0;
    await using browser = await openBrowser({
      url: `http://${host}/page`,
      names: noNames,
      proxyScript: `http://127.0.0.1:${berth.port}/proxy.pac`,
      trustsAll: true,
    });
    const awaited = [
      'http GET /page',
      'https GET /secure',
      'http /socket websocket',
      'https /socket websocket',
    ];
    await eventually(
      'every way through the proxy',
      () => awaited.every((line) => seen.includes(line)),
      30_000,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${seen.join('\n')}\n${browser.said}`);
    });
    expect(seen.filter((line) => line.includes('elsewhere'))).toEqual([]);
  });
});
