import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';
import type { Argv } from '../elevation/index.ts';
import { usersByLsof, usersOfFiles } from './openFiles.ts';

test('what this process has open is no reason', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'file');
  await writeFile(path, '');
  const file = await open(path);
  expect(await usersOfFiles([path])).toEqual([]);
  await file.close();
});

test('lsof names each program once, and nobody where it fails', async () => {
  const asked: Argv[] = [];
  const stdout = 'p12\ncfirefox\nf30\np13\ncfirefox\nf31\np14\ncplugin-container\nf5\n';
  const run = async (argv: Argv) => {
    asked.push(argv);
    return { status: 0, stdout, stderr: '' };
  };
  expect(await usersByLsof(run, ['/a', '/b'])).toEqual(['firefox', 'plugin-container']);
  expect(asked).toEqual([['lsof', '-F', 'c', '--', '/a', '/b']]);
  const none = async () => ({ status: 1, stdout: '', stderr: '' });
  expect(await usersByLsof(none, ['/a'])).toEqual([]);
});
