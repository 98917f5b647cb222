import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { limits } from '../../../shared/limits.ts';
import { readBounded, reasonOf } from '../../config/readFile.ts';
import type { KeyPair } from '../x509.ts';

/** The files that a frontend names. */
export interface PairPaths {
  readonly key: string | null;
  readonly cert: string | null;
}

/** What a look at the files found. */
export type LookedAt =
  | { readonly kind: 'same' }
  | { readonly kind: 'read'; readonly stamp: string; readonly pair: KeyPair }
  | { readonly kind: 'refused'; readonly stamp: string; readonly problem: string };

/**
 * Reads the files when they are others than at the last look. Whoever writes to the store names them: they are read
 * within the directories that this machine's settings allow, and nothing of what they hold is told.
 *
 * @param before what tells the last look; null for the first
 */
export async function lookAtPair(
  { key, cert }: PairPaths,
  directories: readonly string[],
  before: string | null,
): Promise<LookedAt> {
  if (key === null || cert === null) {
    const missing = key === null ? 'key' : 'cert';
    return once(before, `"${missing}" is missing: both files have to be named`);
  }
  const found: { path: string; stamp: string }[] = [];
  for (const [what, path] of [
    ['key', key],
    ['certificate', cert],
  ] as const) {
    const file = await findFile(path, directories);
    if ('problem' in file) return once(before, `the ${what} ${file.problem}`);
    found.push(file);
  }
  const stamp = JSON.stringify(found.map((file) => file.stamp));
  if (stamp === before) return { kind: 'same' };
  try {
    const [keyText = '', certText = ''] = await Promise.all(
      found.map(({ path }) => readBounded(path, limits.maxTlsFileBytes)),
    );
    return { kind: 'read', stamp, pair: { key: keyText, cert: certText } };
  } catch (error) {
    return { kind: 'refused', stamp, problem: `a file cannot be read: ${reasonOf(error)}` };
  }
}

const once = (before: string | null, problem: string): LookedAt =>
  before === problem ? { kind: 'same' } : { kind: 'refused', stamp: problem, problem };

async function findFile(
  path: string,
  directories: readonly string[],
): Promise<{ readonly path: string; readonly stamp: string } | { readonly problem: string }> {
  if (!isAbsolute(path)) return { problem: `"${path}" has to be an absolute path` };
  const real = await realpath(path).catch((error: unknown) => ({ reason: reasonOf(error) }));
  const roots = await Promise.all(directories.map((root) => realpath(root).catch(() => root)));
  const isWithin = (file: string, all: readonly string[]): boolean =>
    all.some((root) => {
      const way = relative(root, file);
      return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
    });
  // Whether a file elsewhere is there is not told either.
  if (
    !isWithin(
      typeof real === 'string' ? real : path,
      typeof real === 'string' ? roots : directories,
    )
  ) {
    return {
      problem: `"${path}" lies in none of the directories that certificates.directories names (${directories.join(', ')})`,
    };
  }
  if (typeof real !== 'string') return { problem: `"${path}" cannot be read: ${real.reason}` };
  const found = await stat(real).catch((error: unknown) => ({ reason: reasonOf(error) }));
  if ('reason' in found) return { problem: `"${path}" cannot be read: ${found.reason}` };
  // A pipe would be waited for.
  if (!found.isFile()) return { problem: `"${path}" is no file` };
  return {
    path: real,
    stamp: `${real} ${found.ino} ${found.mtimeMs} ${found.ctimeMs} ${found.size}`,
  };
}
