import { join } from 'node:path';
import { elevationWay, hasProgram, runTool } from '../elevation/index.ts';
import { portStartPaths } from './portStart.ts';
import { createSetup, readPortStart, type Setup, type SetupDeps } from './setup.ts';

export interface SetupPlace
  extends Pick<SetupDeps, 'names' | 'trust' | 'dataDirectory' | 'wallClock'> {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  /** Whether a person sits at a terminal of this process. */
  readonly isTerminal: boolean;
}

export interface SetupHere extends Pick<SetupDeps, 'portStart'> {
  readonly setup: Setup;
}

/** The whole set-up on this very machine. */
export function setupOnMachine(place: SetupPlace): SetupHere {
  const { platform, env, isRoot, isTerminal, names, trust, dataDirectory, wallClock } = place;
  const portStart = () => readPortStart(platform, portStartPaths);
  const setup = createSetup({
    ...{ names, trust, dataDirectory, portStart, wallClock },
    elevation: {
      way: elevationWay({ platform, isRoot, isTerminal, env, has: hasProgram(env) }),
      platform,
      run: runTool,
      directory: join(dataDirectory, 'elevation'),
    },
  });
  return { setup, portStart };
}
