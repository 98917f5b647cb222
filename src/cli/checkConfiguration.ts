import { checkFiles } from '../core/config/files.ts';
import { loadConfig, type ReadConfig } from '../core/config/load.ts';
import { directoriesFor } from '../core/system/directories.ts';
import { planPrivileges, systemAccounts } from '../core/system/privileges.ts';
import { readStaticPages } from '../core/system/staticPages.ts';
import type { World } from './world.ts';

/**
 * Reads a configuration and checks all of it that can be checked without touching anything.
 *
 * @param file as `--config` names it; null looks for it as a start would
 * @param warn told of what is allowed and probably not meant
 * @throws BerthError what a start would refuse
 */
export async function checkConfiguration(
  file: string | null,
  world: World,
  warn: (warning: string) => void,
): Promise<ReadConfig> {
  const read = await loadConfig({ ...world, file, directories: directoriesFor(world) });
  for (const warning of read.warnings) warn(warning);
  await checkFiles(read.config);
  planPrivileges(read.config, world.isRoot, systemAccounts);
  await readStaticPages(read.config.server.staticDir);
  return read;
}
