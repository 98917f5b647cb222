import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { fieldsOf } from '../support/messageReader.ts';

let pair: Pair;
beforeAll(async () => {
  pair = await startPair(
    {},
    { frontends: { '127.0.0.1': ['v4'], '[::1]': ['v6'], 'a_b.dev.local': ['underscore'] } },
  );
  for (const name of ['127.0.0.1', '[::1]', 'a_b.dev.local']) {
    pair.harness.frontends.set(name, [name, pair.backend.url]);
  }
});
afterAll(() => pair.stop());

test.each([
  ['app.dev.local', 'app.dev.local'],
  ['APP.Dev.Local', 'app.dev.local'],
  ['app.dev.local:8080', 'app.dev.local'],
  ['app.dev.local:', 'app.dev.local'],
  ['app.dev.local.', 'app.dev.local'],
  ['app.dev.local.:80', 'app.dev.local'],
  ['127.0.0.1:80', '127.0.0.1'],
  ['[::1]:80', '[::1]'],
  ['a_b.dev.local', 'a_b.dev.local'],
])('Host %s finds its frontend and reaches the backend unchanged', async (host, name) => {
  const client = await pair.dial();
  const response = await client.send(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`).response();
  expect(response.status).toBe(200);
  const seen = pair.backend.requests.at(-1);
  expect(seen && fieldsOf(seen, 'host')).toEqual([host]);
  expect(pair.harness.records.at(-1)?.host).toBe(name);
});

const invalid: Record<string, string> = {
  missing: 'X-A: 1\r\n',
  empty: 'Host:\r\n',
  'only a port': 'Host: :80\r\n',
  'only a dot': 'Host: .\r\n',
  twice: 'Host: app.dev.local\r\nHost: app.dev.local\r\n',
  'two different': 'Host: app.dev.local\r\nhost: b.dev.local\r\n',
  'a list': 'Host: app.dev.local, b.dev.local\r\n',
  'with userinfo': 'Host: user@app.dev.local\r\n',
  'with a password': 'Host: u:p@app.dev.local\r\n',
  'with a path': 'Host: app.dev.local/x\r\n',
  'with a query': 'Host: app.dev.local?x\r\n',
  'with a fragment': 'Host: app.dev.local#x\r\n',
  'with a backslash': 'Host: app.dev.local\\x\r\n',
  'with a space': 'Host: app.dev .local\r\n',
  'with a tab': 'Host: app.dev\t.local\r\n',
  'with a percent sign': 'Host: app%2edev.local\r\n',
  'with a bad port': 'Host: app.dev.local:x\r\n',
  'with a port too high': 'Host: app.dev.local:65536\r\n',
  'with two ports': 'Host: app.dev.local:80:80\r\n',
  'with two dots': 'Host: app..dev.local\r\n',
  'with two dots at the end': 'Host: app.dev.local..\r\n',
  'beginning with a dot': 'Host: .app.dev.local\r\n',
  'with a scheme': 'Host: http://app.dev.local\r\n',
  'with angle brackets': 'Host: <script>\r\n',
  'with a star': 'Host: *.dev.local\r\n',
  'with a quote': 'Host: "app.dev.local"\r\n',
  'beyond ASCII': 'Host: \xe9.dev.local\r\n',
  'an open bracket': 'Host: [::1\r\n',
  'longer than a name may be': `Host: ${'a.'.repeat(127)}ab\r\n`,
};

test.each(Object.entries(invalid))(
  'Host %s is answered 400, and the connection closed',
  async (_name, fields) => {
    const before = pair.backend.requests.length;
    const client = await pair.dial();
    client.send(
      `GET / HTTP/1.1\r\n${fields}\r\nGET /canary HTTP/1.1\r\nHost: app.dev.local\r\n\r\n`,
    );
    const responses = await client.responses();
    expect(responses.map(({ status }) => status)).toEqual([400]);
    expect(pair.backend.requests.length).toBe(before);
  },
);

test('HTTP/1.0 without Host is answered 400 as well', async () => {
  const client = await pair.dial();
  const [response] = await client.send('GET / HTTP/1.0\r\n\r\n').responses();
  expect(response?.status).toBe(400);
  expect(response?.body).toContain('BERTH_HOST_MISSING');
});

test('the host is found by wildcard, and the star catches the rest', async () => {
  pair.harness.frontends.set('*.dev.local', ['wild', pair.backend.url]);
  const client = await pair.dial();
  const ask = async (host: string) =>
    (await client.send(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`).response()).status;
  expect(await ask('x.y.dev.local')).toBe(200);
  expect(await ask('elsewhere.test')).toBe(400);
  pair.harness.frontends.set('*', ['all', pair.backend.url]);
  expect(await ask('elsewhere.test')).toBe(200);
  expect(pair.harness.records.at(-1)?.frontend).toBe('*');
});
