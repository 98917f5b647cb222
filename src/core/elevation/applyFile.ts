import { mkdir, open, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { limits } from '../../shared/limits.ts';
import { errnoOf, readBoundedBytes, reasonOf } from '../config/readFile.ts';
import { writeWhole } from '../system/writeWhole.ts';
import type { FileChange, Step } from './step.ts';

/** What a file holds; null where there is none. @throws the system's own error */
export async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readBoundedBytes(path, limits.maxSystemFileBytes);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  }
}

const isSame = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b);

/**
 * Makes a change with the rights of this process. A file that cannot be replaced, as one that is mounted by itself, is
 * written in place.
 *
 * @returns why it was not made, as half a sentence; null when it was
 */
export async function applyFile(change: FileChange): Promise<string | null> {
  const { path, before, after, mode = 0o644, emptied } = change;
  try {
    if (!isSame(await readIfThere(path), before)) return changedReason(path);
    if (after === null) {
      await rm(path, { force: true });
      if (emptied !== undefined) await rmdir(emptied).catch(() => undefined);
      return null;
    }
    if (before === null) {
      const isPrivate = (mode & 0o077) === 0;
      await mkdir(dirname(path), { recursive: true, mode: isPrivate ? 0o700 : 0o755 });
    }
    await writeWhole(path, after, { mode }).catch(async (error: unknown) => {
      if (before === null || !isPinned(error)) throw error;
      await writeInPlace(path, before, after).catch((why: unknown) => {
        throw isRefusal(errnoOf(why)) ? error : why;
      });
    });
    return null;
  } catch (error) {
    return error instanceof Error && 'detail' in error ? String(error.detail) : reasonOf(error);
  }
}

/** Whether a file cannot be replaced, and may be written all the same. Elsewhere, as on a full disk, it would be lost. */
const isPinned = (error: unknown): boolean => {
  const code = error instanceof Error ? errnoOf(error.cause) : null;
  return isRefusal(code) || code === 'EBUSY' || code === 'EXDEV';
};

const isRefusal = (code: string | null): boolean =>
  code === 'EACCES' || code === 'EPERM' || code === 'EROFS';

/** What cannot be written to its end is put back. */
async function writeInPlace(path: string, before: Buffer, after: Buffer): Promise<void> {
  const file = await open(path, 'r+');
  const write = async (data: Buffer): Promise<void> => {
    let at = 0;
    while (at < data.length) {
      at += (await file.write(data, at, data.length - at, at)).bytesWritten;
    }
    await file.truncate(data.length);
    await file.sync();
  };
  try {
    await write(after).catch(async (error: unknown) => {
      await write(before);
      throw error;
    });
  } finally {
    await file.close();
  }
}

export const changedReason = (path: string): string =>
  `${path} was changed by somebody else meanwhile; look at it and try again`;

/**
 * Whether files are still what a plan saw, before anything of it is done and anybody is asked for rights. What this
 * process may not read is looked at by who writes it.
 *
 * @returns what is not so any more, and what to do, as half a sentence; null when all is as it was
 */
export async function changedSince(steps: readonly Step[]): Promise<string | null> {
  const seen = new Set<string>();
  for (const step of steps) {
    // A later step of the same file finds what the first one leaves.
    if (!('file' in step) || seen.has(step.file.path)) continue;
    const { path, before } = step.file;
    seen.add(path);
    const isAsBefore = await readIfThere(path).then(
      (now) => isSame(now, before),
      (error: unknown) => ['EACCES', 'EPERM'].includes(errnoOf(error) ?? ''),
    );
    if (!isAsBefore) return `${path} has changed since: look again`;
  }
  return null;
}
