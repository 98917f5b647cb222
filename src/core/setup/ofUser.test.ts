import { chmod, chown, mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { isRoot, itWhen, rootReason } from '../../../test/support/requirement.ts';
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../../test/support/temporaryDirectory.ts';
import type { Run } from '../elevation/index.ts';
import { userOf } from './ofUser.ts';

const ada = 1234;
let place: TemporaryDirectory;
/** BERTH_HOME of a user, and its data. */
let home: string;
let data: string;
beforeEach(async () => {
  place = await temporaryDirectory();
  await chmod(place.path, 0o755);
  home = join(place.path, 'ada');
  data = join(home, 'data');
  await mkdir(data, { recursive: true, mode: 0o700 });
});
afterEach(() => place[Symbol.asyncDispose]());

const run: Run = async ([, , uid]) => ({
  status: 0,
  stdout: Number(uid) === 0 ? 'root:x:0:0::/root:/bin/sh\n' : `ada:x:${uid}:${uid}::/home/ada:\n`,
  stderr: '',
});
const give = async (...paths: readonly string[]): Promise<void> => {
  for (const path of paths) await chown(path, ada, ada);
};

itWhen(isRoot, rootReason, "finds the user of an instance, root's too", async () => {
  expect(await userOf(data, run)).toMatchObject({ uid: 0, berthHome: home });
  await give(home, data);
  expect(await userOf(data, run)).toMatchObject({ uid: ada, user: 'ada', berthHome: home });
});

itWhen(isRoot, rootReason, "takes a link in a user's directory for nobody's", async () => {
  await give(home, data);
  await rename(data, join(home, 'before'));
  await symlink('/', data);
  expect(await userOf(data, run)).toContain('it may have been put there by another user');
  await rename(home, join(place.path, 'moved'));
  await symlink(join(place.path, 'moved'), home);
  expect(await userOf(data, run)).toContain('it may have been put there by another user');
});

itWhen(isRoot, rootReason, "takes what is root's in a user's directory for nobody's", async () => {
  await give(home);
  expect(await userOf(data, run)).toContain('it may have been put there by another user');
});

itWhen(isRoot, rootReason, 'takes what lies where others may write for nobody’s', async () => {
  await give(data);
  await chmod(home, 0o777);
  expect(await userOf(data, run)).toContain('it may have been put there by another user');
});
