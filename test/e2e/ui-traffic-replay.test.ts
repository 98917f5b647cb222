import { request } from 'node:http';
import type { Locator } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { eachInterface } from '../support/eachInterface.ts';
import { eventually } from '../support/eventually.ts';
import { okay, type RecordingBackend, startBackend } from '../support/recordingBackend.ts';
import { describeWith } from '../support/requirement.ts';

/** A picture of one pixel. */
const pixel = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

const answer = (type: string, body: Buffer | string, extra = ''): string => {
  const bytes = Buffer.from(body);
  return `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n${extra}\r\n${bytes.toString('latin1')}`;
};

describeWith('chromium', 'sending a request again', () => {
  const its = eachInterface({
    address: '/traffic',
    arrange: async ({ api }) => {
      backend = await startBackend();
      await api.hosts.add({ name: 'app.test', backends: [backend.url] });
      await api.hosts.add({ name: 'dead.test', backends: ['http://127.0.0.1:1'] });
    },
  });
  let backend: RecordingBackend;

  const ask = (
    path: string,
    { host = 'app.test', method = 'GET', headers = {}, body = '' } = {},
  ): Promise<void> =>
    new Promise((resolve, reject) => {
      request(
        {
          host: '127.0.0.1',
          port: its.berth.port,
          path,
          method,
          agent: false,
          headers: { host, ...headers },
        },
        (response) => response.resume().on('end', resolve),
      )
        .on('error', reject)
        .end(body);
    });
  const row = (text: string): Locator =>
    its.page
      .getByRole('row')
      .filter({ has: its.page.getByRole('gridcell') })
      .filter({ hasText: text });
  const detail = (): Locator => its.page.getByRole('complementary', { name: 'Request' });
  const comparison = (): Locator => detail().getByRole('region', { name: 'Comparison' });
  const body = (): Locator => detail().getByRole('region', { name: 'Response body' });
  const editor = (): Locator => detail().getByRole('form', { name: 'Request to send' });
  const open = async (text: string): Promise<void> => {
    await row(text).first().click();
    await detail().waitFor();
  };
  /** What the backend saw, without what the tests began with. */
  const seen = (): readonly string[] =>
    backend.requests.map(({ method, target }) => `${method} ${target}`);

  afterEach(async () => {
    await backend.close();
  });

  it('r sends a GET again at once, and shows what came beside what had come', async () => {
    backend.script = { request: () => answer('application/json', '{"n":12345678901234567890}') };
    await ask('/one?a=%2F', { headers: { 'user-agent': 'demo/1.0', referer: 'http://a.test/' } });
    backend.script = { request: () => 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n' };
    await open('/one');
    await its.page.keyboard.press('r');
    await comparison().getByText('404△').waitFor();
    expect(seen()).toEqual(['GET /one?a=%2F', 'GET /one?a=%2F']);
    const head = backend.requests.at(-1)?.head ?? '';
    expect(head).toContain('\r\nUser-Agent: demo/1.0\r\n');
    expect(head).toContain('\r\nReferer: http://a.test/\r\n');
    expect(head.toLowerCase()).toContain(`\r\nhost: app.test:${its.berth.port}\r\n`);
    const text = await comparison().innerText();
    expect(text).toMatch(/Original\s+Replay\s+Status\s+200\s+404/);
    expect(text).toMatch(/Time\s+[\d.]+ ms\s+[\d.]+ ms/);
    expect(its.ui.complaints).toEqual([]);
  });

  it('finds the row of what was sent', async () => {
    await ask('/one');
    await open('/one');
    await its.page.keyboard.press('r');
    await detail().getByRole('button', { name: 'Show its request' }).click();
    await eventually('both rows', async () => (await row('/one').count()) === 2);
    expect(await row('/one').first().getAttribute('aria-selected')).toBe('true');
    await detail().getByText('Begun', { exact: true }).waitFor();
  });

  it('never sends a POST again without being asked, and says what it lacks', async () => {
    await ask('/orders', { method: 'POST', body: 'secret' });
    await open('/orders');
    await its.page.keyboard.press('r');
    await editor().getByText('Its headers and body were not kept').waitFor();
    expect(seen()).toEqual(['POST /orders']);
    await editor()
      .getByLabel('Headers, one a line')
      .fill('Content-Type: application/json\nX-Twice: a\nx-twice: b');
    await editor().getByLabel('Body', { exact: true }).fill('{"name": "Jürgen €"}\n');
    await its.page.keyboard.press('Control+Enter');
    await comparison().waitFor();
    expect(seen()).toEqual(['POST /orders', 'POST /orders']);
    const sent = backend.requests.at(-1);
    expect(Buffer.from(sent?.body ?? '', 'latin1').toString()).toBe('{"name": "Jürgen €"}\n');
    expect(sent?.head).toContain('\r\nX-Twice: a\r\nx-twice: b\r\n');
    expect(its.ui.complaints).toEqual([]);
  });

  it('e changes what is sent; bytes can be written in base64', async () => {
    await ask('/one');
    await open('/one');
    await its.page.keyboard.press('e');
    await editor().getByLabel('Method').fill('PUT');
    await editor().getByLabel('Path at app.test').fill('/other?x=1');
    await editor().getByText('Base64').click();
    await editor().getByLabel('Body', { exact: true }).fill('AAECgP8=');
    await editor().getByRole('button', { name: 'Send' }).click();
    await comparison().getByText('PUT /other?x=1').waitFor();
    const sent = backend.requests.at(-1);
    expect(`${sent?.method} ${sent?.target}`).toBe('PUT /other?x=1');
    expect([...Buffer.from(sent?.body ?? '', 'latin1')]).toEqual([0, 1, 2, 0x80, 0xff]);
    // What was written is there for the next time.
    await its.page.keyboard.press('e');
    expect(await editor().getByLabel('Method').inputValue()).toBe('PUT');
    await its.page.keyboard.press('Escape');
    await editor().waitFor({ state: 'detached' });
    await comparison().waitFor();
  });

  it('says at its line what cannot be sent, and sends nothing', async () => {
    await ask('/one');
    await open('/one');
    await its.page.keyboard.press('e');
    const headers = editor().getByLabel('Headers, one a line');
    await headers.fill('X-A: 1\n\nHost: elsewhere.test');
    await its.page.keyboard.press('Control+Enter');
    await editor().getByText('Line 3: Host is set by Berth; leave it out.').waitFor();
    expect(await headers.getAttribute('aria-invalid')).toBe('true');
    await headers.fill('no colon');
    await editor().getByText('Line 1: write Name: value.').waitFor();
    await headers.fill('');
    await editor().getByLabel('Path at app.test').fill('/a b');
    await editor().getByText('neither spaces').waitFor();
    expect(seen()).toEqual(['GET /one']);
  });

  it('hides what is secret in the headers of the answer, until it is asked for', async () => {
    backend.script = {
      request: () => okay('ok', 'Set-Cookie: session=abc\r\nSet-Cookie: theme=dark\r\nX-A: b\r\n'),
    };
    await ask('/one');
    await open('/one');
    await its.page.keyboard.press('r');
    await detail()
      .getByText(/^Response headers · /)
      .click();
    await detail().getByText('hidden, 11 characters').waitFor();
    expect(await detail().innerText()).not.toContain('session=abc');
    await detail().getByRole('button', { name: 'Show Set-Cookie' }).first().click();
    await detail().getByText('session=abc').waitFor();
    expect(await detail().innerText()).not.toContain('theme=dark');
  });

  it('shows JSON in lines with each digit, and finds text in it', async () => {
    const json = '{"id":12345678901234567890,"items":[{"state":"Sent"},{"state":"open"},"sent"]}';
    backend.script = { request: () => answer('application/json', json) };
    await ask('/json');
    await open('/json');
    await its.page.keyboard.press('r');
    await body().getByText('"id": 12345678901234567890,').waitFor();
    await its.page.keyboard.press('Control+f');
    const find = detail().getByRole('textbox', { name: 'Find in the body' });
    await find.waitFor();
    await its.page.keyboard.type('sent');
    await body().getByText('1 of 2', { exact: true }).waitFor();
    await its.page.keyboard.press('Enter');
    await body().getByText('2 of 2', { exact: true }).waitFor();
    await body().locator('pre').click();
    await its.page.keyboard.press('n');
    await body().getByText('1 of 2', { exact: true }).waitFor();
    expect(await body().locator('mark[aria-current=true]').innerText()).toBe('Sent');
    await its.page.keyboard.press('N');
    await body().getByText('2 of 2', { exact: true }).waitFor();
    await body().getByText('Raw').click();
    await body().getByText(json).waitFor();
    await find.fill('nowhere');
    await body().getByText('not found').waitFor();
    await find.press('Escape');
    await find.waitFor({ state: 'detached' });
    expect(its.ui.complaints).toEqual([]);
  });

  it('shows a picture, the digits of bytes, and how much of a long text there is', async () => {
    backend.script = {
      request: ({ target }) => {
        if (target === '/picture') return answer('image/gif', Buffer.from(pixel, 'base64'));
        if (target === '/bytes') return answer('application/zip', Buffer.from([0x50, 0x4b, 0, 1]));
        return answer('text/plain', 'x'.repeat(limits.maxReplayAnswerBytes * 2));
      },
    };
    for (const path of ['/picture', '/bytes', '/long']) await ask(path);
    // Once a request is read, rows stand still.
    for (const path of ['/picture', '/bytes', '/long']) await row(path).first().waitFor();
    await open('/picture');
    await its.page.keyboard.press('r');
    const picture = body().getByRole('img', { name: 'The answer, image/gif' });
    await picture.waitFor();
    expect(await picture.evaluate((image) => 'naturalWidth' in image && image.naturalWidth)).toBe(
      1,
    );
    await open('/bytes');
    await its.page.keyboard.press('r');
    await body().getByText('Binary, 4 bytes').waitFor();
    await body().getByText('000000 50 4b 00 01').waitFor();
    await open('/long');
    await its.page.keyboard.press('r');
    await body().getByText('Truncated at 262 kB of 524 kB').waitFor();
    expect(its.ui.complaints).toEqual([]);
  });

  it('gives the reason where Berth itself answers', async () => {
    await ask('/', { host: 'dead.test' });
    await open('dead.test');
    await its.page.keyboard.press('r');
    await comparison().getByText('BERTH_BACKEND_REFUSED').waitFor();
  });

  it('is cancelled when nobody wants to wait, and the backend hears of it', async () => {
    await ask('/slow');
    backend.script = { request: () => undefined };
    await open('/slow');
    await its.page.keyboard.press('r');
    await eventually('the request', () => backend.requests.length === 2);
    await detail().getByRole('button', { name: 'Cancel' }).click();
    await detail().getByText('Cancelled. It may have reached the backend.').waitFor();
    await eventually('its end', () => backend.requests.at(-1)?.connection.closed === true);
  });

  it('does not take a WebSocket for something that can be sent again', async () => {
    await ask('/socket', {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-version': '13',
      },
    });
    await open('/socket');
    expect(await row('/socket').innerText()).toContain('WS');
    const before = backend.requests.length;
    await its.page.keyboard.press('r');
    await its.page.getByText('A WebSocket is a conversation').waitFor();
    expect(backend.requests.length).toBe(before);
  });

  it('[ and ] lead through its parts; each request has its own replay', async () => {
    await ask('/one');
    await ask('/two');
    await open('/one');
    await its.page.keyboard.press(']');
    await detail().getByText('Not sent again yet').waitFor();
    await its.page.keyboard.press('r');
    await comparison().waitFor();
    await its.page.keyboard.press('[');
    await detail().getByText('Begun', { exact: true }).waitFor();
    await open('/two');
    await detail().getByText('Begun', { exact: true }).waitFor();
    await open('/one');
    await comparison().waitFor();
    expect(seen()).toEqual(['GET /one', 'GET /two', 'GET /one']);
  });

  it('is in the palette and in the list of keys; without a request it says so', async () => {
    await ask('/one');
    await row('/one').waitFor();
    await its.page.keyboard.press('r');
    await its.page.getByText('Choose a request first.').waitFor();
    await its.page.keyboard.press('?');
    const keys = its.page.getByRole('dialog', { name: 'Keys' });
    await keys.getByText('Edit and replay the request…').waitFor();
    await its.page.keyboard.press('Escape');
    await open('/one');
    await its.page.keyboard.press('Control+k');
    await its.page.keyboard.type('replay');
    await its.page
      .getByRole('option', { name: /Replay the request/ })
      .first()
      .click();
    await comparison().waitFor();
    expect(seen()).toEqual(['GET /one', 'GET /one']);
  });

  it.each(['light', 'dark'] as const)('is accessible, %s', async (colorScheme) => {
    await its.page.emulateMedia({ colorScheme });
    backend.script = {
      request: () => answer('application/json', '{"a":[1]}', 'Set-Cookie: a=b\r\n'),
    };
    await ask('/one');
    await open('/one');
    await its.page.keyboard.press('r');
    await detail()
      .getByText(/^Response headers · /)
      .click();
    await its.page.keyboard.press('Control+f');
    await its.page.keyboard.type('a');
    await body().getByText('1 of 1', { exact: true }).waitFor();
    expect(await its.ui.violations()).toEqual([]);
    await its.page.keyboard.press('Escape');
    await its.page.keyboard.press('e');
    await editor().getByLabel('Path at app.test').fill('no slash');
    await its.page.keyboard.press('Control+Enter');
    await editor().getByRole('alert').waitFor();
    expect(await its.ui.violations()).toEqual([]);
    expect(its.ui.complaints).toEqual([]);
  });
});
