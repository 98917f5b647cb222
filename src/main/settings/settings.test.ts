import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';
import { limits } from '../../shared/limits.ts';
import { openSettings } from './settings.ts';

async function setUp(text: string | null) {
  const directory = await temporaryDirectory();
  const path = join(directory.path, 'config', 'desktop.json');
  const problems: string[] = [];
  const file = text === null ? path : join(directory.path, 'desktop.json');
  if (text !== null) await writeFile(file, text);
  const settings = await openSettings(file, (problem) => problems.push(problem));
  return { directory, path: file, problems, settings };
}

const defaults = {
  openAtLogin: false,
  startEngine: true,
  notifications: true,
  updates: true,
  toldOfTray: false,
};

test('without a file there are the defaults, and nothing is said', async () => {
  const { directory, problems, settings } = await setUp(null);
  await using _ = directory;
  expect(settings.value).toEqual(defaults);
  expect(problems).toEqual([]);
});

test('what is changed holds, and is there the next time', async () => {
  const { directory, path, settings } = await setUp(null);
  await using _ = directory;
  const both = [settings.change({ updates: false }), settings.change({ toldOfTray: true })];
  expect(settings.value).toEqual({ ...defaults, updates: false, toldOfTray: true });
  await Promise.all(both);
  const again = await openSettings(path, () => undefined);
  expect(again.value).toEqual({ ...defaults, updates: false, toldOfTray: true });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(path, '..'))).toEqual(['desktop.json']);
});

test('what is left out of a change stays', async () => {
  const { directory, settings } = await setUp('{"updates": false}');
  await using _ = directory;
  await settings.change({ notifications: undefined, openAtLogin: true } as never);
  expect(settings.value).toEqual({ ...defaults, updates: false, openAtLogin: true });
});

test.each([
  ['{', 'it is no JSON'],
  ['[]', 'it: Invalid input: expected object, received array'],
  ['{"updates": "yes"}', 'updates: '],
  [`{"x": "${'x'.repeat(limits.maxDesktopFileBytes)}"}`, 'it is too large'],
])('a bad file does not count, and why is said: %.20s', async (text, reason) => {
  const { directory, path, problems, settings } = await setUp(text);
  await using _ = directory;
  expect(settings.value).toEqual(defaults);
  expect(problems).toEqual([expect.stringContaining(`${path} is not used: `)]);
  expect(problems[0]).toContain(reason);
  // It is left for the person to correct, until something is chosen.
  expect(await readFile(path, 'utf8')).toBe(text);
  await settings.note({ openAtLogin: true });
  expect(settings.value).toEqual({ ...defaults, openAtLogin: true });
  expect(await readFile(path, 'utf8')).toBe(text);
  await settings.change({ notifications: false });
  await settings.note({ toldOfTray: true });
  const kept = { ...defaults, openAtLogin: true, notifications: false, toldOfTray: true };
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(kept);
});

test('what another version wrote does no harm, and stays', async () => {
  const text = '{"unheardOf": {"a": [1]}, "updates": false}';
  const { directory, path, problems, settings } = await setUp(text);
  await using _ = directory;
  expect(problems).toEqual([]);
  expect(settings.value).toEqual({ ...defaults, updates: false });
  await settings.note({ toldOfTray: true });
  await settings.change({ updates: true });
  expect(settings.value).toEqual({ ...defaults, toldOfTray: true });
  const kept = { ...defaults, toldOfTray: true, unheardOf: { a: [1] } };
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(kept);
});

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'one that may not be read is left as well, until something is chosen',
  async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'desktop.json');
    await writeFile(path, '{"updates": false}', { mode: 0o200 });
    const settings = await openSettings(path, () => undefined);
    await settings.note({ openAtLogin: true });
    await chmod(path, 0o600);
    expect(await readFile(path, 'utf8')).toBe('{"updates": false}');
  },
);

test.skipIf(process.platform === 'win32').each([
  ['a pipe that nobody writes into', (path: string) => execFileSync('mkfifo', [path])],
  ['a directory', (path: string) => mkdir(path)],
  ['a link to what never ends', (path: string) => symlink('/dev/zero', path)],
])('what is no file is not waited for: %s', async (_what, make) => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'desktop.json');
  await make(path);
  const problems: string[] = [];
  const settings = await openSettings(path, (problem) => problems.push(problem));
  expect(settings.value).toEqual(defaults);
  expect(problems).toEqual([`${path} is not used: it is not a regular file`]);
});

test('a change that cannot be kept holds all the same, and rejects', async () => {
  const { directory, settings } = await setUp(null);
  await using _ = directory;
  await writeFile(join(directory.path, 'config'), 'no directory');
  await expect(settings.change({ updates: false })).rejects.toThrow();
  expect(settings.value.updates).toBe(false);
});
