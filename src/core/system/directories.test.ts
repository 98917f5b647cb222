import { chmod, chown, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeWhen, isRoot, rootReason } from '../../../test/support/requirement.ts';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';
import {
  type Directories,
  directoriesFor,
  ensureDirectories,
  type FoundDirectory,
  ownershipProblem,
} from './directories.ts';

describe('directories follow the convention of the platform', () => {
  const cases: readonly [string, Parameters<typeof directoriesFor>[0], Directories][] = [
    [
      'Linux without XDG variables',
      { platform: 'linux', env: {}, home: '/home/ann' },
      {
        config: '/home/ann/.config/berth',
        data: '/home/ann/.local/share/berth',
        state: '/home/ann/.local/state/berth',
        runtime: '/home/ann/.local/state/berth/run',
      },
    ],
    [
      'Linux with XDG variables; a relative one is ignored',
      {
        platform: 'linux',
        env: {
          XDG_CONFIG_HOME: '/c',
          XDG_DATA_HOME: 'relative',
          XDG_STATE_HOME: '/s',
          XDG_RUNTIME_DIR: '/run/user/1000',
        },
        home: '/home/ann',
      },
      {
        config: '/c/berth',
        data: '/home/ann/.local/share/berth',
        state: '/s/berth',
        runtime: '/run/user/1000/berth',
      },
    ],
    [
      'macOS',
      { platform: 'darwin', env: { XDG_DATA_HOME: '/ignored' }, home: '/Users/ann' },
      {
        config: '/Users/ann/Library/Application Support/Berth',
        data: '/Users/ann/Library/Application Support/Berth/data',
        state: '/Users/ann/Library/Logs/Berth',
        runtime: '/Users/ann/Library/Application Support/Berth/run',
      },
    ],
    [
      'Windows',
      {
        platform: 'win32',
        env: { APPDATA: 'C:\\R', LOCALAPPDATA: 'C:\\L' },
        home: 'C:\\Users\\ann',
      },
      {
        config: 'C:\\R\\Berth',
        data: 'C:\\L\\Berth\\data',
        state: 'C:\\L\\Berth\\state',
        runtime: 'C:\\L\\Berth\\run',
      },
    ],
    [
      'Windows without variables',
      { platform: 'win32', env: {}, home: 'C:\\Users\\ann' },
      {
        config: 'C:\\Users\\ann\\AppData\\Roaming\\Berth',
        data: 'C:\\Users\\ann\\AppData\\Local\\Berth\\data',
        state: 'C:\\Users\\ann\\AppData\\Local\\Berth\\state',
        runtime: 'C:\\Users\\ann\\AppData\\Local\\Berth\\run',
      },
    ],
    [
      'BERTH_HOME, over everything else',
      { platform: 'linux', env: { BERTH_HOME: '/b', XDG_DATA_HOME: '/d' }, home: '/home/ann' },
      { config: '/b/config', data: '/b/data', state: '/b/state', runtime: '/b/run' },
    ],
  ];
  test.each(cases)('%s', (_name, inputs, expected) => {
    expect(directoriesFor(inputs)).toEqual(expected);
  });
});

test('a relative BERTH_HOME is refused', () => {
  expect(() => directoriesFor({ platform: 'linux', env: { BERTH_HOME: 'x' }, home: '/h' })).toThrow(
    'BERTH_HOME takes an absolute path',
  );
});

test('a runtime directory too deep for a socket moves to a short path of its own', () => {
  const runtime = (home: string) =>
    directoriesFor({ platform: 'linux', env: { BERTH_HOME: home }, home: '/h' }).runtime;
  const deep = `/${'d'.repeat(90)}`;
  expect(runtime(deep)).toMatch(/^\/tmp\/berth-[0-9a-f]{16}$/);
  expect(runtime(deep)).toBe(runtime(deep));
  expect(runtime(deep)).not.toBe(runtime(`${deep}e`));
  expect(runtime(`/${'d'.repeat(65)}`)).toBe(`/${'d'.repeat(65)}/run`);
  expect(runtime(`/${'é'.repeat(60)}`)).toMatch(/^\/tmp\/berth-/);
});

describe('ensureDirectories', () => {
  let base: string;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'berth-directories-'));
  });
  afterEach(() => rm(base, { recursive: true }));
  const all = (at: string): Directories =>
    directoriesFor({ platform: 'linux', env: { BERTH_HOME: at }, home: '/h' });

  test('makes every directory, for its user alone', async () => {
    const directories = all(join(base, 'new'));
    await ensureDirectories(directories);
    for (const path of Object.values(directories)) {
      expect((await stat(path)).mode & 0o777).toBe(0o700);
    }
  });

  test('closes a directory that stood open, and may run again', async () => {
    const directories = all(base);
    await ensureDirectories(directories);
    await chmod(directories.data, 0o755);
    await ensureDirectories(directories);
    expect((await stat(directories.data)).mode & 0o777).toBe(0o700);
  });

  test('refuses a runtime directory under /tmp that is a link', async () => {
    const runtime = `/tmp/berth-link-${process.pid}`;
    await symlink(base, runtime);
    try {
      await expect(ensureDirectories({ ...all(base), runtime })).rejects.toMatchObject({
        code: 'BERTH_DIRECTORY_UNUSABLE',
        detail: `${runtime}: it is a link`,
      });
    } finally {
      await rm(runtime);
    }
  });

  test('names the path that cannot be made', async () => {
    const file = join(base, 'file');
    await writeFile(file, '');
    await expect(ensureDirectories(all(file))).rejects.toMatchObject({
      code: 'BERTH_DIRECTORY_UNUSABLE',
      detail: expect.stringContaining(join(file, 'config')),
    });
  });
});

describe('a directory that somebody else made', () => {
  const shared = '/tmp/berth-0123456789abcdef';
  const mode = 0o700;
  const another = (uid: number, own: number): string =>
    `it belongs to another user (uid ${uid}, this is uid ${own}); chown it, or remove it`;
  const open =
    'it is a link to a directory that others may write to; chmod 700 that, or remove the link';
  test.each<[string, string, FoundDirectory, number, number | null, string | null]>([
    ['is used when it is ours', '/d', { isLink: false, uid: 7, mode }, 7, null, null],
    ['is refused when it is not', '/d', { isLink: false, uid: 8, mode }, 7, null, another(8, 7)],
    ['is used by root, who becomes that user', '/d', { isLink: false, uid: 8, mode }, 0, 8, null],
    ['is refused by root', '/d', { isLink: false, uid: 8, mode }, 0, 9, another(8, 0)],
    ['is used behind a link', '/d', { isLink: true, uid: 7, mode }, 7, null, null],
    ['is refused behind a link', '/d', { isLink: true, uid: 8, mode }, 7, null, another(8, 7)],
    [
      'is refused behind a link when open',
      '/d',
      { isLink: true, uid: 7, mode: 0o777 },
      7,
      null,
      open,
    ],
    ['is used under /tmp when it is ours', shared, { isLink: false, uid: 7, mode }, 7, null, null],
    [
      'is refused under /tmp as a link',
      shared,
      { isLink: true, uid: 7, mode },
      7,
      null,
      'it is a link',
    ],
    ['is refused under /tmp by root', shared, { isLink: false, uid: 8, mode }, 0, 8, another(8, 0)],
  ])('%s', (_name, path, found, uid, owner, problem) => {
    expect(ownershipProblem(path, found, { uid, owner })).toBe(problem);
  });

  describeWhen(isRoot, rootReason, 'as root', () => {
    test.each([
      ['directly', false],
      ['behind a link', true],
    ])('is refused %s, and used once it is the user of the configuration', async (_way, linked) => {
      await using place = await temporaryDirectory();
      const directories = directoriesFor({
        platform: 'linux',
        env: { BERTH_HOME: place.path },
        home: '/h',
      });
      const target = linked ? join(place.path, 'elsewhere') : directories.runtime;
      await mkdir(target, { mode: 0o700 });
      if (linked) await symlink(target, directories.runtime);
      await chown(target, 65_534, 65_534);
      await expect(ensureDirectories(directories, 1234)).rejects.toMatchObject({
        code: 'BERTH_DIRECTORY_UNUSABLE',
        detail: `${directories.runtime}: ${another(65_534, 0)}`,
      });
      await ensureDirectories(directories, 65_534);
    });
  });
});
