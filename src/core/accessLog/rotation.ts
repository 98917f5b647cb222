import { constants } from 'node:fs';
import { access, realpath, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './reason.ts';

/**
 * What to say when this process, which runs as `user`, may not make a file beside the log at `path`: a rotation that
 * renames the log then has to make the new one. Null where there is nothing to say. The system is asked: it knows groups
 * and access lists. How the log is rotated cannot be known.
 */
export async function rotationWarning(path: string, user: string): Promise<string | null> {
  if (path.startsWith('/dev/')) return null;
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
 * Renames the log at `path` to `<path>.1`, what has that name to `<path>.2`, and so on; what had the number `keep` is
 * gone. The oldest goes first, so that nothing is lost when this ends half-way. Where `path` is a link, it stays one.
 */
export async function shiftFiles(path: string, keep: number): Promise<void> {
  const file = await realpath(path);
  for (let number = keep - 1; number >= 1; number--) {
    await rename(`${file}.${number}`, `${file}.${number + 1}`).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
    });
  }
  await rename(file, `${file}.1`);
}
