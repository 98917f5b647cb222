import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BerthError } from '../../shared/errors.ts';
import { errnoOf } from '../config/readFile.ts';
import { ownershipProblem } from './directories.ts';

/**
 * Makes sure that nobody but this user, or root, can have put a file where Berth goes by what it finds: its directory,
 * each one on the way, and the file itself. What is missing is well.
 *
 * @param base a directory of Berth
 * @param names from there to the file
 * @throws BerthError BERTH_DIRECTORY_UNUSABLE
 */
export async function requireOwnPath(base: string, names: readonly string[] = []): Promise<void> {
  const uid = process.getuid?.();
  // Windows guards the user's directories by itself.
  if (uid === undefined) return;
  let path = base;
  for (const [at, name] of ['', ...names].entries()) {
    path = at === 0 ? base : join(path, name);
    const found = await lookAt(path);
    if (found === null) return;
    const problem =
      at > 0 && found.isLink
        ? 'it is a link, which Berth has not made'
        : (ownershipProblem(path, found, { uid, owner: null }) ?? writableBy(found));
    if (problem !== null) throw new BerthError('BERTH_DIRECTORY_UNUSABLE', `${path}: ${problem}`);
  }
}

/** Where nobody may take away what is another's, as in /tmp, what others put there is seen to be theirs. */
const writableBy = ({ mode }: { readonly mode: number }): string | null =>
  (mode & 0o022) === 0 || (mode & 0o1000) !== 0
    ? null
    : 'others may write to it; look at what is in it, then close it (chmod go-w)';

async function lookAt(path: string) {
  try {
    const isLink = (await lstat(path)).isSymbolicLink();
    const { uid, mode } = await stat(path);
    return { isLink, uid, mode };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  }
}
