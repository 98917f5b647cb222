import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createPages } from '../../src/proxy/pages/createPages.ts';
import { limits } from '../../src/shared/limits.ts';
import { type Pair, startPair } from '../support/enginePair.ts';
import { fieldsOf } from '../support/messageReader.ts';
import { get } from '../support/rawClient.ts';

let pair: Pair;
afterEach(() => pair.stop());

const host = 'app.dev.local';
const page = 'Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n';
const pages = createPages({
  staticPages: {},
  suffixes: ['dev.local'],
  sharedSuffixes: [],
  version: '1.2.3',
});

const chunked = (status: string, body: string, more = ''): string =>
  `HTTP/1.1 ${status}\r\n${more}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const framed = (status: string, body: string, more = ''): string =>
  `HTTP/1.1 ${status}\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const endless = (status: string, body: string, more = ''): string =>
  `HTTP/1.1 ${status}\r\n${more}Connection: close\r\n\r\n${body}`;

const words = `Blocked request. This host ("${host}") is not allowed.\nTo allow this host, add "${host}" to \`server.allowedHosts\` in vite.config.js.`;
const vite = chunked('403 Forbidden', words, 'Content-Type: text/plain\r\n');
const rails = `<!DOCTYPE html><html><head><title>Action Controller: Exception caught</title><style>body { color: red }</style></head><body><header><h1>Blocked hosts: ${host}</h1></header><div><h2>To allow requests to these hosts, make sure they are valid hostnames (containing only numbers, letters, dashes and dots), then add the following to your environment configuration:</h2><pre>config.hosts &lt;&lt; "${host}"</pre></div></body></html>`;
const django = `<!DOCTYPE html><html lang="en"><head><title>DisallowedHost\n          at /</title><script>alert(1)</script></head><body><h1>DisallowedHost at /</h1><pre class="exception_value">Invalid HTTP_HOST header: &#x27;${host}&#x27;. You may need to add &#x27;${host}&#x27; to ALLOWED_HOSTS.</pre>${'<tr><td>a setting</td></tr>'.repeat(3000)}</body></html>`;

/** Every way in which servers of today refuse a host: what they answer, whose it is, what is to be written. */
const refusals = [
  ['Vite', vite, 403, "server: { allowedHosts: ['app.dev.local'] },", true],
  [
    'webpack-dev-server',
    framed('200 OK', 'Invalid Host header', 'Content-Type: text/html; charset=utf-8\r\n'),
    200,
    "devServer: { allowedHosts: ['app.dev.local'] },",
    true,
  ],
  [
    'webpack-dev-server',
    framed('403 Forbidden', 'Invalid Host header'),
    403,
    "devServer: { allowedHosts: ['app.dev.local'] },",
    true,
  ],
  [
    'ng serve',
    chunked(
      '403 Forbidden',
      `Blocked request. This host ("${host}") is not allowed.\nTo allow this host, add "${host}" to allowedHosts under the serve target in angular.json.`,
    ),
    403,
    '"allowedHosts": ["app.dev.local"]',
    true,
  ],
  [
    'Rails',
    framed('403 Forbidden', rails, 'Content-Type: text/html; charset=utf-8\r\n'),
    403,
    'config.hosts << "app.dev.local"',
    false,
  ],
  [
    'Django',
    endless('400 Bad Request', django, 'Content-Type: text/html; charset=utf-8\r\n'),
    400,
    'ALLOWED_HOSTS = ["app.dev.local"]',
    true,
  ],
  [
    'Starlette',
    framed('400 Bad Request', 'Invalid host header', 'Content-Type: text/plain\r\n'),
    400,
    'TrustedHostMiddleware',
    true,
  ],
] as const;

const start = async (answer: string, options: Parameters<typeof startPair>[1] = {}) => {
  pair = await startPair(
    {
      request: ({ connection }) => {
        if (!answer.includes('Connection: close')) return answer;
        connection.socket.end(answer);
        return undefined;
      },
    },
    { pages, ...options },
  );
  return pair.dial();
};

const readable = (html: string): string =>
  html
    .replaceAll('&#39;', "'")
    .replaceAll('&#96;', '`')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');

describe.each(refusals)('a refusal by %s', (server, answer, status, line, takesItself) => {
  test('is explained to a person: whose it is, what to write, what it said', async () => {
    const client = await start(answer);
    const response = await client.send(get(host, '/', page)).response();
    expect(response.status).toBe(status);
    expect(fieldsOf(response, 'content-type')).toEqual(['text/html; charset=utf-8']);
    expect(fieldsOf(response, 'x-berth-hint')).toEqual(['host-refused']);
    expect(fieldsOf(response, 'cache-control')).toEqual(['no-cache']);
    const text = readable(response.body);
    expect(text).toContain(`${server} does not know this host`);
    expect(text).toContain(line);
    expect(text.includes('berth set app.dev.local --host-header backend')).toBe(takesItself);
    expect(text).toMatch(/What it said[\s\S]*(?:Blocked|Invalid|DisallowedHost)/);
    expect(text).not.toContain('alert(1)');
    const [record] = await pair.harness.recorded(1);
    expect(record).toMatchObject({ status, error: null });
    expect(record?.hint).toContain(`${server} refuses the host.`);
    if (status !== 400 || server !== 'Django') {
      // The connection to the client goes on.
      expect((await client.send(get(host, '/', page)).response()).status).toBe(status);
    }
  });

  test.each([
    ['a program', ''],
    ['a client of an API', 'Accept: application/json\r\n'],
    ['a script of a page', `${page}Sec-Fetch-Mode: cors\r\n`],
    ['an old script of a page', `${page}X-Requested-With: XMLHttpRequest\r\n`],
  ])('goes to %s as it came, and leaves a hint', async (_, fields) => {
    const client = await start(answer);
    const response = await client.send(get(host, '/', fields)).response();
    expect(response.status).toBe(status);
    expect(answer).toContain(response.body);
    expect(response.body.length).toBeGreaterThan(18);
    expect(fieldsOf(response, 'x-berth-hint')).toEqual([]);
    const [record] = await pair.harness.recorded(1);
    expect(record?.hint).toContain(`${server} refuses the host.`);
  });
});

test.each([
  ['of another status', chunked('404 Not Found', words)],
  ['of a server error', chunked('500 Internal Server Error', words)],
  ['about something else', chunked('403 Forbidden', 'members only', 'Content-Type: text/html\r\n')],
  ['about another host', framed('403 Forbidden', rails.replaceAll(host, 'x.example'))],
  ['that only quotes one', framed('200 OK', `${'Invalid Host header'} is what it says`)],
  ['that is encoded', framed('403 Forbidden', words, 'Content-Encoding: gzip\r\n')],
  ['of another type', framed('403 Forbidden', words, 'Content-Type: application/json\r\n')],
  ['without a body', framed('403 Forbidden', '')],
  ['that is large', framed('403 Forbidden', words + 'x'.repeat(limits.maxHeldAnswerBytes))],
  ['that grows large', chunked('403 Forbidden', words + 'x'.repeat(limits.maxHeldAnswerBytes))],
])('an answer %s reaches a person as it came', async (_, answer) => {
  const client = await start(answer);
  const response = await client.send(get(host, '/', page)).response();
  expect(answer).toContain(response.body);
  expect(answer.length - response.body.length).toBeLessThan(200);
  expect(fieldsOf(response, 'x-berth-hint')).toEqual([]);
  expect((await client.send(get(host, '/', page)).response()).status).toBe(response.status);
});

test('an answer that comes slowly is not held back for long', async () => {
  const first =
    'HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n';
  pair = await startPair({ request: () => first }, { pages });
  const client = await pair.dial();
  client.send(get(host, '/', page));
  await client.until('first');
  pair.backend.connections[0]?.socket.write('6\r\nsecond\r\n0\r\n\r\n');
  expect((await client.response()).body).toBe('firstsecond');
});

test('an answer that breaks off is broken for the client too', async () => {
  pair = await startPair(
    {
      request: ({ connection }) => {
        connection.socket.write(vite.slice(0, -20));
        void delay(20).then(() => connection.socket.destroy());
        return undefined;
      },
    },
    { pages },
  );
  const client = await pair.dial();
  client.send(get(host, '/', page));
  await client.finished();
  expect(client.received).toContain('Blocked request.');
  expect(client.received).not.toContain('\r\n0\r\n');
  expect(client.received).not.toContain('does not know this host');
  const [record] = await pair.harness.recorded(1);
  expect(record).toMatchObject({ status: 403, error: 'BERTH_BACKEND_RESET' });
});

test('a client that leaves meanwhile is recorded, and nothing is left open', async () => {
  pair = await startPair(
    {
      request: ({ connection }) => {
        connection.socket.write(vite.slice(0, -20));
        return undefined;
      },
    },
    { pages },
  );
  const client = await pair.dial();
  client.send(get(host, '/', page));
  await delay(50);
  client.destroy();
  const [record] = await pair.harness.recorded(1);
  expect(record?.status).toBe(499);
});

test('pipelined requests keep their order around an explained answer', async () => {
  const client = await start(vite);
  client.send(get(host, '/', page) + get(host, '/', '') + get(host, '/', page));
  const bodies = [];
  for (let i = 0; i < 3; i++) bodies.push((await client.response()).body);
  expect(bodies.map((body) => body.startsWith('<!doctype'))).toEqual([true, false, true]);
});

test('a backend that gets its own address as Host is not explained', async () => {
  const client = await start(vite, {
    frontendOptions: { [host]: JSON.stringify({ hostHeader: 'backend' }) },
  });
  const response = await client.send(get(host, '/', page)).response();
  expect(response.body).toBe(words);
});
