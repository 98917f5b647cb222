import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BerthError } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';
import { readBounded, reasonOf } from './config/readFile.ts';

const pageName = /^error_(\d{3}|default)\.html$/;

/**
 * Reads `error_<code>.html` and `error_default.html` of `server.staticDir`.
 *
 * @returns contents by `code` or `default`; none where there is no directory
 * @throws BerthError BERTH_CONFIG_INVALID that names the file
 */
export async function readStaticPages(
  directory: string | null,
): Promise<Readonly<Record<string, string>>> {
  if (directory === null) return {};
  const pages: Record<string, string> = {};
  let path = directory;
  try {
    for (const file of await readdir(directory)) {
      const code = pageName.exec(file)?.[1];
      if (code === undefined) continue;
      path = join(directory, file);
      pages[code] = await readBounded(path, limits.maxStaticPageBytes);
    }
    return pages;
  } catch (cause) {
    throw new BerthError(
      'BERTH_CONFIG_INVALID',
      `server.staticDir: "${path}" cannot be read: ${reasonOf(cause)}`,
      { cause },
    );
  }
}
