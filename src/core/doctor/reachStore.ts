import type { Config } from '../../shared/config/config.ts';
import type { ReachableStore } from '../../shared/model/driver.ts';
import { lockHolder } from '../embedded/lock.ts';
import { storeSocket } from '../instance/storeHost.ts';
import type { Directories } from '../system/directories.ts';

/** How a process beside the instance reaches its store; null for an embedded one that nobody serves. */
export async function reachStore(
  { driver }: Pick<Config, 'driver'>,
  directories: Directories,
  platform: NodeJS.Platform,
): Promise<ReachableStore | null> {
  if (driver.kind !== 'embedded') return driver;
  const holder = await lockHolder(directories.data);
  if (holder === null) return null;
  return {
    kind: 'socket',
    prefix: driver.prefix,
    path: storeSocket(directories, platform, holder),
  };
}
