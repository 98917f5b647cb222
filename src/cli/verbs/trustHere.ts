import { hostname } from 'node:os';
import { createAuthority } from '../../core/certificates/authority.ts';
import { neededNames } from '../../core/certificates/names.ts';
import { authorityPlace } from '../../core/certificates/place.ts';
import { loadConfig } from '../../core/config/load.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import { caCertificatePath, type Trust, trustOnMachine } from '../../core/trust/index.ts';
import type { Context } from '../context.ts';

/**
 * Trust of the instance whose data lies in this user's directories, whether it runs or not: rights are asked for on this
 * terminal.
 *
 * @throws BerthError where the configuration that a start here would read is not valid
 */
export async function openTrust({
  world,
}: Pick<Context, 'world'>): Promise<{ readonly trust: Trust; readonly certificate: string }> {
  const directories = directoriesFor(world);
  const { config } = await loadConfig({ ...world, file: null, directories });
  const { platform, env, home, isRoot, stderr } = world;
  const trust = trustOnMachine({
    platform,
    env,
    home,
    isRoot,
    isTerminal: stderr.isTTY === true,
    dataDirectory: directories.data,
    authority: createAuthority({
      place: authorityPlace(directories.data),
      names: () => neededNames(config.suffixes, config.certificates.names),
      machine: hostname(),
      wallClock: () => Date.now(),
      changed: () => undefined,
    }),
  });
  return { trust, certificate: caCertificatePath(directories.data) };
}
