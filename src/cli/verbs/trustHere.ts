import { hostname } from 'node:os';
import { createAuthority } from '../../core/certificates/authority.ts';
import type { PermittedNames } from '../../core/certificates/names.ts';
import { authorityPlace } from '../../core/certificates/place.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import { caCertificatePath, type Trust, trustOnMachine } from '../../core/trust/index.ts';
import type { Context } from '../context.ts';
import { neededHere } from './neededHere.ts';

/**
 * Trust of the instance whose data lies in this user's directories, whether it runs or not: rights are asked for on this
 * terminal. What the CA is needed for is asked where it may have to be made, or is proven; that rejects with BerthError where
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
      ensure: async () => await authorityFor((await neededHere(context)).names).ensure(),
    },
    needed: async () => (await neededHere(context)).names,
  });
  return { trust, certificate: caCertificatePath(data) };
}
