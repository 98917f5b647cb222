import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BerthError } from '../../shared/errors.ts';
import { errnoOf, reasonOf } from '../config/readFile.ts';

/**
 * Writes a file so that it is there whole or not at all: into a file beside it, which then takes its place. A link stays
 * one: what it leads to is replaced.
 *
 * @param mode of a file that is new; one that is there keeps its own, and its owner where that is possible
 * @throws BerthError BERTH_FILE_UNUSABLE
 */
export async function writeWhole(
  path: string,
  data: string | Buffer,
  { mode = 0o644 }: { readonly mode?: number } = {},
): Promise<void> {
  let beside: string | null = null;
  try {
    const target = await realpath(path).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return path;
      throw error;
    });
    const found = await stat(target).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return null;
      throw error;
    });
    if (found !== null && !found.isFile()) {
      throw new Error(found.isDirectory() ? 'it is a directory' : 'it is not a regular file');
    }
    beside = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
    const file = await open(beside, 'wx', found === null ? mode : found.mode & 0o777);
    try {
      if (found !== null) {
        // Only root may give a file away; to whom it belongs already, it is none.
        await file.chown(found.uid, found.gid).catch(() => undefined);
        // What a file was made with is less what the mask takes.
        await file.chmod(found.mode & 0o777);
      }
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, target);
  } catch (cause) {
    if (beside !== null) await rm(beside, { force: true }).catch(() => undefined);
    throw new BerthError('BERTH_FILE_UNUSABLE', `${path}: ${writeReason(cause)}`, { cause });
  }
}

function writeReason(cause: unknown): string {
  switch (errnoOf(cause)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'it may not be written by this user';
    case 'ENOENT':
      return 'its directory does not exist';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return reasonOf(cause);
  }
}
