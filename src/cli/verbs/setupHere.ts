import { join } from 'node:path';
import { elevationWay, hasProgram, runTool } from '../../core/elevation/index.ts';
import { createSetup, portStartPaths, readPortStart, type Setup } from '../../core/setup/index.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import type { Context } from '../context.ts';
import { type NamesOfUser, openNamesHere } from './namesHere.ts';
import { openTrust } from './trustHere.ts';

type TrustHere = Awaited<ReturnType<typeof openTrust>>;

export interface SetupOfUser extends NamesOfUser, TrustHere {
  readonly setup: Setup;
  readonly portStart: () => ReturnType<typeof readPortStart>;
}

/**
 * What this machine is told for the instance of this user, whether it runs or not.
 *
 * @throws BerthError where the configuration is not valid, or the instance cannot be talked to
 */
export async function openSetup(context: Context): Promise<SetupOfUser> {
  const { world, now } = context;
  const { platform, env, isRoot, stderr } = world;
  const [ofNames, ofTrust] = await Promise.all([openNamesHere(context), openTrust(context)]);
  const dataDirectory = directoriesFor(world).data;
  const portStart = () => readPortStart(platform, portStartPaths);
  const isTerminal = stderr.isTTY === true;
  const setup = createSetup({
    names: ofNames.names,
    trust: ofTrust.trust,
    elevation: {
      way: elevationWay({ platform, isRoot, isTerminal, env, has: hasProgram(env) }),
      platform,
      run: runTool,
      directory: join(dataDirectory, 'elevation'),
    },
    dataDirectory,
    portStart,
    wallClock: now,
  });
  return { ...ofNames, ...ofTrust, setup, portStart };
}
