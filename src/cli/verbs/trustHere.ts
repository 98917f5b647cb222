import { hostname } from 'node:os';
import { createAuthority } from '../../core/certificates/authority.ts';
import { neededNames, type PermittedNames } from '../../core/certificates/names.ts';
import { authorityPlace } from '../../core/certificates/place.ts';
import { loadConfig } from '../../core/config/load.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import { caCertificatePath, type Trust, trustOnMachine } from '../../core/trust/index.ts';
import type { Context } from '../context.ts';
import { runningInstance } from './runningInstance.ts';

/**
 * Trust of the instance whose data lies in this user's directories, whether it runs or not: rights are asked for on this
 * terminal. What the CA is needed for is asked only where it may have to be made, and that rejects with BerthError where
 * the instance cannot be talked to, or the configuration is not valid.
 */
export function openTrust(context: Pick<Context, 'client' | 'world'>): {
  readonly trust: Trust;
  readonly certificate: string;
} {
  const { world } = context;
  const { platform, env, home, isRoot, stderr } = world;
  const { data } = directoriesFor(world);
  const authorityFor = (names: PermittedNames) =>
    createAuthority({
      place: authorityPlace(data),
      names: () => names,
      machine: hostname(),
      wallClock: () => Date.now(),
      changed: () => undefined,
    });
  const trust = trustOnMachine({
    ...{ platform, env, home, isRoot },
    isTerminal: stderr.isTTY === true,
    dataDirectory: data,
    authority: {
      find: authorityFor([]).find,
      ensure: async () => await authorityFor(await neededHere(context)).ensure(),
    },
    needed: () => neededHere(context),
  });
  return { trust, certificate: caCertificatePath(data) };
}

/** Of the instance, which may have been started with any file, in any directory; else of what a start here would read. */
async function neededHere(context: Pick<Context, 'client' | 'world'>): Promise<PermittedNames> {
  const { world } = context;
  const api = await runningInstance(context);
  if (api !== null) return (await api.certificates.list()).needed;
  const directories = directoriesFor(world);
  const { config } = await loadConfig({ ...world, file: null, directories });
  return neededNames(config.suffixes, config.certificates.names);
}
