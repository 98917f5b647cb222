import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporaryDirectory.ts';

let root: TemporaryDirectory;
beforeEach(async () => {
  root = await temporaryDirectory();
});
afterEach(() => root[Symbol.asyncDispose]());

/** What the script of a package says, on a machine that has these files. */
async function said(word: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root.path, path)), { recursive: true });
    await writeFile(join(root.path, path), text);
  }
  const script = await readFile('build/installed/before-remove', 'utf8');
  const file = join(root.path, 'script');
  await writeFile(file, script.replaceAll(/(?<=\s)(?=\/(?:etc|usr)\/)/g, root.path));
  const { stderr, stdout } = await promisify(execFile)('sh', [file, word]);
  expect(stdout).toBe('');
  return stderr.replaceAll(root.path, '');
}

const hosts = '# BEGIN berth 3fa9c1d2: hosts of /home/ada\n';

test.each(['remove', '0'])(
  'a package that goes (%s) says what stays, and what takes it back',
  async (word) => {
    const text = await said(word, {
      '/etc/hosts': hosts,
      '/etc/dnsmasq.d/berth.conf': '',
      '/usr/local/share/ca-certificates/berth-ada.crt': '',
    });
    expect(text).toContain(
      'still has what was set up: /etc/dnsmasq.d/berth.conf /usr/local/share/ca-certificates/berth-ada.crt /etc/hosts\n',
    );
    expect(text).toContain('"berth setup --undo"');
  },
);

test.each(['upgrade', '1', 'failed-upgrade'])(
  'one that is replaced (%s) says nothing',
  async (word) => {
    expect(await said(word, { '/etc/hosts': hosts })).toBe('');
  },
);

test('nothing is said where nothing was set up', async () => {
  expect(await said('remove', { '/etc/hosts': '127.0.0.1 localhost\n' })).toBe('');
});
