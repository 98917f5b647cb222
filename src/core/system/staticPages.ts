import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { readBounded, reasonOf } from '../config/readFile.ts';
import { isForbidden } from '../config/tlsFiles.ts';

/** Contents of error pages by code (`502`), or `default`. */
export type StaticPages = Readonly<Record<string, string>>;

const pageName = /^error_(\d{3}|default)\.html$/;

/**
 * Reads `error_<code>.html` and `error_default.html` of `server.staticDir`; none where there is no directory.
 *
 * @throws BerthError BERTH_CONFIG_INVALID that names the file
 */
export async function readStaticPages(directory: string | null): Promise<StaticPages> {
  return await readStaticPagesOr(null, directory, () => {});
}

/**
 * The same, but a page that was read before and that this user may not read stays as it was; all of them do where that
 * holds for the directory.
 *
 * @param before what the same directory held, or null when it was not read before
 * @param kept hears each path that could not be read
 */
export async function readStaticPagesOr(
  before: StaticPages | null,
  directory: string | null,
  kept: (path: string) => void,
): Promise<StaticPages> {
  if (directory === null) return {};
  let files: readonly string[];
  try {
    files = await readdir(directory);
  } catch (cause) {
    if (before === null || !isForbidden(cause)) throw unreadable(directory, cause);
    kept(directory);
    return before;
  }
  const pages: Record<string, string> = {};
  for (const file of files) {
    const code = pageName.exec(file)?.[1];
    if (code === undefined) continue;
    const path = join(directory, file);
    try {
      pages[code] = await readBounded(path, limits.maxStaticPageBytes);
    } catch (cause) {
      const known = before?.[code];
      if (known === undefined || !isForbidden(cause)) throw unreadable(path, cause);
      kept(path);
      pages[code] = known;
    }
  }
  return pages;
}

const unreadable = (path: string, cause: unknown): BerthError =>
  new BerthError(
    'BERTH_CONFIG_INVALID',
    `server.staticDir: "${path}" cannot be read: ${reasonOf(cause)}`,
    { cause },
  );
