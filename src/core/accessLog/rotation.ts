import { constants } from 'node:fs';
import { access, readdir, realpath, rename, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { errorCode } from './reason.ts';

/**
 * What to say when this process, which runs as `user`, may not make a file beside the log at `path`: a rotation that
 * renames the log then has to make the new one. Null where there is nothing to say. The system is asked: it knows groups
 * and access lists. How the log is rotated cannot be known.
 */
export async function rotationWarning(path: string, user: string): Promise<string | null> {
  // What is no file is not rotated; /dev/shm is a place for files.
  if (/^\/dev\/(?!shm\/)/.test(path)) return null;
  const directory = dirname(path);
  try {
    await access(directory, constants.W_OK | constants.X_OK);
    return null;
  } catch {
    const found = await stat(path).catch(() => null);
    if (found !== null && !found.isFile()) return null;
    return `${user} may not make files in ${directory}; this matters only to a rotation that renames the access log and leaves it to Berth to make the new one: let the rotation make it (logrotate: create 640 ${user}), or chown the directory to ${user}`;
  }
}

/**
 * Renames the log at `path` to `<path>.1`, what has that name to `<path>.2`, and so on up to the first number that is
 * free; what had the number `keep` is gone. The oldest goes first, so that nothing is lost when this ends half-way.
 * Where `path` is a link, it stays one. Somebody who moves the log at the same moment has done the last step for us.
 */
export async function shiftFiles(path: string, keep: number): Promise<void> {
  const file = await unlessGone(realpath(path));
  if (file === null) return;
  const taken = new Set(await readdir(dirname(file)));
  const nameOf = (number: number) => `${file}.${number}`;
  let number = 1;
  while (number < keep && taken.has(basename(nameOf(number)))) number++;
  for (; number > 1; number--) await unlessGone(rename(nameOf(number - 1), nameOf(number)));
  await unlessGone(rename(file, nameOf(1)));
}

/** What a call on a file gives; null when the file is not there, since somebody moved or removed it. */
async function unlessGone<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
