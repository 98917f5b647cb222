import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporaryDirectory.ts';

let root: TemporaryDirectory;
beforeEach(async () => {
  root = await temporaryDirectory();
});
afterEach(() => root[Symbol.asyncDispose]());

const berth = '/opt/Berth/resources/bin/berth';
const hosts = '# BEGIN berth 3fa9c1d2: hosts of /home/ada\n';
const three = {
  '/etc/hosts': hosts,
  '/etc/dnsmasq.d/berth.conf': '',
  '/usr/local/share/ca-certificates/berth-ada.crt': '',
};

/** What the script of a package says, on a machine that has these files. It always ends well. */
async function said(word: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root.path, path)), { recursive: true });
    await writeFile(join(root.path, path), text);
    if (path === berth) await chmod(join(root.path, path), 0o755);
  }
  const script = await readFile('build/installed/before-remove', 'utf8');
  const file = join(root.path, 'script');
  await writeFile(file, script.replaceAll(/(?<=[\s=])(?=\/(?:etc|usr|opt)\/)/g, root.path));
  const { stderr, stdout } = await promisify(execFile)('sh', [file, word], {
    env: { ...process.env, BERTH_HOME: '/home/ada/berth', HOME: '/home/ada' },
  });
  expect(stdout).toBe('');
  return stderr.replaceAll(root.path, '');
}

test.each(['remove', '0'])(
  'a package that goes (%s) has its command take back what any instance has told the machine, as root’s own',
  async (word) => {
    const program = `#!/bin/sh\necho "ran $* with $HOME and \${BERTH_HOME-none}"
rm ${root.path}/etc/hosts ${root.path}/etc/dnsmasq.d/berth.conf ${root.path}/usr/local/share/ca-certificates/*\n`;
    expect(await said(word, { ...three, [berth]: program })).toBe(
      'ran setup --undo --everybody with /root and none\n',
    );
  },
);

test.each([
  ['fails', '#!/bin/sh\nexit 1\n'],
  ['cannot be run', '#!/nowhere\n'],
  ['is gone', null],
])('where the command %s, it goes all the same, and says what stays', async (_what, program) => {
  const text = await said('remove', {
    ...three,
    ...(program === null ? {} : { [berth]: program }),
  });
  expect(text).toContain(
    'still has what was set up: /etc/dnsmasq.d/berth.conf /usr/local/share/ca-certificates/berth-ada.crt /etc/hosts\n',
  );
  expect(text).toContain('"sudo berth setup --undo --everybody"');
});

test.each(['upgrade', '1', 'failed-upgrade'])(
  'one that is replaced (%s) does nothing, and says nothing',
  async (word) => {
    expect(await said(word, { ...three, [berth]: '#!/bin/sh\necho ran\n' })).toBe('');
  },
);

test('nothing is run where nothing was set up', async () => {
  const files = { '/etc/hosts': '127.0.0.1 localhost\n', [berth]: '#!/bin/sh\necho ran\n' };
  expect(await said('remove', files)).toBe('');
});
