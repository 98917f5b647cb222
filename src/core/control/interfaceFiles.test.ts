import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startControlHarness } from '../../../test/support/controlHarness.ts';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';

async function built(folder: string): Promise<void> {
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Berth</title>');
  await writeFile(join(folder, 'assets', 'index-a1.js'), 'document.title = "é";');
  await writeFile(join(folder, 'assets', 'index-a1.js.map'), '{}');
}

describe('at the loopback address a browser gets', () => {
  it('the page and its files, each with its type and the policy that forbids what is foreign', async () => {
    await using place = await temporaryDirectory();
    await built(place.path);
    await using harness = await startControlHarness({}, undefined, place.path);
    const get = (target: string) => fetch(`http://127.0.0.1:${harness.port}${target}`);
    const page = await get('/');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self' .*; frame-ancestors 'none'$/,
    );
    expect(await page.text()).toContain('<title>Berth</title>');
    const script = await get('/assets/index-a1.js');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await script.text()).toBe('document.title = "é";');
  });

  it.each(['/assets/index-a1.js.map', '/index.html', '/assets/../index.html', '/assets/'])(
    'nothing else: %s',
    async (target) => {
      await using place = await temporaryDirectory();
      await built(place.path);
      await using harness = await startControlHarness({}, undefined, place.path);
      const { status } = await fetch(`http://127.0.0.1:${harness.port}${target}`);
      // fetch itself makes /index.html of the third.
      expect(status).toBe(404);
    },
  );

  it('a page that says so where the interface was not built', async () => {
    await using harness = await startControlHarness();
    const answer = await fetch(`http://127.0.0.1:${harness.port}/`);
    expect(await answer.text()).toContain('The dashboard is not part of this build');
  });
});

it('the socket serves no page: what is forwarded to a browser would be open to every page', async () => {
  await using place = await temporaryDirectory();
  await built(place.path);
  await using harness = await startControlHarness({}, undefined, place.path);
  const { request } = await import('node:http');
  const status = await new Promise<number | undefined>((resolve) => {
    request({ socketPath: harness.socket, path: '/assets/index-a1.js' }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).end();
  });
  expect(status).toBe(404);
});
