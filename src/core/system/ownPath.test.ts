import { chmod, chown, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isRoot, itWhen, rootReason } from '../../../test/support/requirement.ts';
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../../test/support/temporaryDirectory.ts';
import { requireOwnPath } from './ownPath.ts';

let directory: TemporaryDirectory;
let data: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  data = join(directory.path, 'data');
  await mkdir(join(data, 'trust'), { recursive: true, mode: 0o700 });
  await writeFile(join(data, 'trust', 'record.json'), '{}', { mode: 0o600 });
});
afterEach(() => directory[Symbol.asyncDispose]());

const names = ['trust', 'record.json'];
const refused = (path: string, why: RegExp) =>
  expect(requireOwnPath(data, names)).rejects.toMatchObject({
    code: 'BERTH_DIRECTORY_UNUSABLE',
    detail: expect.stringMatching(new RegExp(`^${path}: .*${why.source}`)),
  });

it('what is this user’s own, or is not there, is well', async () => {
  await requireOwnPath(data, names);
  await requireOwnPath(data, ['setup', 'record.json']);
  await requireOwnPath(join(directory.path, 'none'), names);
});

it.each([
  ['the directory', ''],
  ['one below it', 'trust'],
  ['the file', 'trust/record.json'],
])('%s may not be writable for others', async (_title, name) => {
  const path = join(data, name);
  await chmod(path, 0o722);
  await refused(path, /others may write/);
});

it.each(['trust', 'trust/record.json'])('%s may be no link', async (name) => {
  const path = join(data, name);
  await rename(path, join(directory.path, 'elsewhere'));
  await symlink(join(directory.path, 'elsewhere'), path);
  await refused(path, /a link/);
});

for (const name of ['', 'trust', 'trust/record.json']) {
  itWhen(
    isRoot,
    rootReason,
    `${name || 'the directory'} may belong to no other user, by root either`,
    async () => {
      const path = join(data, name);
      await chown(path, 4711, 4711);
      await refused(path, /belongs to another user/);
    },
  );
}
