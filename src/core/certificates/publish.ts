import { randomBytes } from 'node:crypto';
import { link, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../config/readFile.ts';

/** What a file system without hard links says when one is wanted. */
const withoutLinks: readonly unknown[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * Writes a file that must not be there yet: whole or not at all, also where another process does the same now.
 *
 * @returns false when there is one already, which stays as it is
 * @throws the system's own error
 */
export async function publishNew(path: string, text: string, mode: number): Promise<boolean> {
  return await beside(path, text, mode, async (written) => {
    try {
      await link(written, path);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return false;
      if (!withoutLinks.includes(errnoOf(error))) throw error;
      return await writeFile(path, text, { mode, flag: 'wx', flush: true }).then(
        () => true,
        (problem: unknown) => {
          if (errnoOf(problem) === 'EEXIST') return false;
          throw problem;
        },
      );
    }
    return true;
  });
}

/** Writes a file over the one that is there: a reader sees the old or the new. @throws the system's own error */
export async function publishOver(path: string, text: string, mode: number): Promise<void> {
  await beside(path, text, mode, (written) => rename(written, path));
}

async function beside<T>(
  path: string,
  text: string,
  mode: number,
  take: (written: string) => Promise<T>,
): Promise<T> {
  const written = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(written, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    const taken = await take(written);
    await syncDirectory(dirname(path));
    return taken;
  } finally {
    await rm(written, { force: true });
  }
}

/** A name is as safe as its directory; where a directory cannot be synced, the system keeps it by itself. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => null);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}
