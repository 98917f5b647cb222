import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';
import { assetOf } from './asset.ts';
import { createServe } from './serve.ts';

async function setUp() {
  const directory = await temporaryDirectory();
  const root = join(directory.path, 'renderer');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(root, 'index.html'), '<!doctype html>');
  await writeFile(join(root, 'assets', 'index-Ab_1.js'), 'main()');
  await writeFile(join(directory.path, 'secret.json'), '{}');
  const serve = createServe({ root, read: (path) => readFile(path) });
  return { directory, get: (url: string, method = 'GET') => serve({ url, method }) };
}

test('the interface is served with its types', async () => {
  const { directory, get } = await setUp();
  await using _ = directory;
  for (const url of ['app://berth/', 'app://berth/index.html', 'app://berth/?x#/traffic']) {
    const page = await get(url);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toBe('<!doctype html>');
  }
  const script = await get('app://berth/assets/index-Ab_1.js');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(await script.text()).toBe('main()');
  expect(await (await get('app://berth/', 'HEAD')).text()).toBe('');
});

test('every answer says that nothing from elsewhere is loaded or run', async () => {
  const { directory, get } = await setUp();
  await using _ = directory;
  for (const url of ['app://berth/', 'app://berth/missing.js', 'app://other/']) {
    const { headers } = await get(url);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test.each([
  'app://berth/../secret.json',
  'app://berth/%2e%2e/secret.json',
  'app://berth/..%2fsecret.json',
  'app://berth/assets/..%2F..%2Fsecret.json',
  'app://berth/..%5csecret.json',
  'app://berth/assets/..\\..\\secret.json',
  'app://berth//etc/passwd.json',
  'app://berth/C:/secret.json',
  'app://berth/.hidden.json',
  'app://berth/index.html%00.js',
  'app://berth/%E0%A4%A.js',
  'app://berth/index',
  'app://berth/x.exe',
  'app://other/index.html',
  'file:///etc/passwd',
])('%s is not there', async (url) => {
  const { directory, get } = await setUp();
  await using _ = directory;
  expect((await get(url)).status).toBe(404);
});

test('a name stays a name: no part leads elsewhere', () => {
  expect(assetOf('app://berth/a/b/c.css')?.parts).toEqual(['a', 'b', 'c.css']);
  expect(assetOf('app://berth/a/%2e%2e/%2e%2e/c.css')?.parts).toEqual(['c.css']);
});

test('it is only read from', async () => {
  const { directory, get } = await setUp();
  await using _ = directory;
  expect((await get('app://berth/', 'POST')).status).toBe(405);
});
