import { type SetupHere, setupOnMachine } from '../../core/setup/index.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import type { Context } from '../context.ts';
import { type NamesOfUser, openNamesHere } from './namesHere.ts';
import { openTrust } from './trustHere.ts';

type TrustHere = ReturnType<typeof openTrust>;

export interface SetupOfUser extends NamesOfUser, TrustHere, SetupHere {}

/**
 * What this machine is told for the instance of this user, whether it runs or not.
 *
 * @throws BerthError where the configuration is not valid, or the instance cannot be talked to
 */
export async function openSetup(context: Context): Promise<SetupOfUser> {
  const { world, now } = context;
  const { platform, env, isRoot, stderr } = world;
  const ofNames = await openNamesHere(context);
  const ofTrust = openTrust(context);
  const here = setupOnMachine({
    ...{ platform, env, isRoot },
    isTerminal: stderr.isTTY === true,
    names: ofNames.names,
    trust: ofTrust.trust,
    dataDirectory: directoriesFor(world).data,
    wallClock: now,
  });
  return { ...ofNames, ...ofTrust, ...here };
}
