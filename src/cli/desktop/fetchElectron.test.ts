import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';
import { fetchElectron } from './fetchElectron.ts';

async function run(source: string, signal = new AbortController().signal) {
  await using place = await temporaryDirectory();
  const script = join(place.path, 'install.js');
  await writeFile(script, source);
  return await fetchElectron(script, signal);
}

test('when the script of the package is content, the program is there', async () => {
  expect(await run('')).toBeNull();
});

test('a script that fails is a reason, and no exception', async () => {
  expect(await run('process.exit(1)')).toBe('there is no way to where it lies');
});

test('it can be given up', async () => {
  expect(await run('setInterval(() => {}, 1000)', AbortSignal.abort())).toMatch(/aborted/);
});
