import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isLinux, itWhen, linuxReason } from '../../../test/support/requirement.ts';
import { makeDirectory } from './makeDirectory.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'berth-make-'));
});
afterEach(() => rm(base, { recursive: true }));

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test('what is missing is made from the top, and told', async () => {
  const [a, b, c] = [join(base, 'a'), join(base, 'a/b'), join(base, 'a/b/c')];
  expect(await makeDirectory(c, { mode: 0o700, above: 0o711 })).toEqual([a, b, c]);
  expect(await Promise.all([a, b, c].map(modeOf))).toEqual([0o711, 0o711, 0o700]);
  expect(await makeDirectory(c, { mode: 0o755 })).toEqual([]);
  expect(await modeOf(c)).toBe(0o700);
});

test('two that make the same directory both succeed', async () => {
  const path = join(base, 'a/b/c');
  const made = await Promise.all([1, 2, 3].map(() => makeDirectory(path, { mode: 0o700 })));
  expect(made.flat().filter((at) => at === path)).toHaveLength(1);
});

test('a link to a directory counts as one; a file, or a link to nothing, does not', async () => {
  await symlink(base, join(base, 'link'));
  expect(await makeDirectory(join(base, 'link'), { mode: 0o700 })).toEqual([]);
  await writeFile(join(base, 'file'), '');
  await symlink(join(base, 'nothing'), join(base, 'dangling'));
  const making = (name: string) => makeDirectory(join(base, name), { mode: 0o700 });
  await expect(making('file')).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(making('file/below')).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(making('dangling')).rejects.toMatchObject({ code: 'EEXIST' });
});

itWhen(isLinux, linuxReason, 'where nothing can be made, it says so', async () => {
  for (const path of ['/proc/berth', '/proc/berth/a/b']) {
    await expect(makeDirectory(path, { mode: 0o700 })).rejects.toMatchObject({ code: 'ENOENT' });
  }
});
