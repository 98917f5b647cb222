import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import { elevationWay, hasProgram, runTool } from '../elevation/index.ts';
import { findPortOwner } from '../ports/portOwner.ts';
import { createHostsFileKeeper } from './keeper.ts';
import { namePaths } from './machine.ts';
import { createNames, type Names } from './names.ts';
import type { NamesWanted } from './namesWanted.ts';

import { createAskResolver } from './resolvers/asked.ts';

export { namePaths } from './machine.ts';
export type { Names } from './names.ts';
export { otherInstances } from './others.ts';
export { shownStep } from './shown.ts';

export interface NamesHere {
  /** Asked each time. */
  readonly wanted: () => NamesWanted;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a person sits at a terminal of this process, and may be asked there. */
  readonly isTerminal: boolean;
  /** Of this user's instance. */
  readonly dataDirectory: string;
  /** Unix ms. */
  readonly wallClock: () => number;
}

/** Names on the machine that this process runs on. */
export function namesHere(here: NamesHere): Names {
  const { wanted, platform, env, isTerminal, dataDirectory, wallClock } = here;
  const isRoot = process.getuid?.() === 0;
  return createNames({
    machine: {
      platform,
      paths: namePaths(platform, env),
      run: runTool,
      isRoot,
      ownerOf: (port) => findPortOwner(port),
    },
    wanted,
    askResolver: createAskResolver({
      lookUp: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
      ask: async (server, host) => {
        // Its library is for those who look, and not for the start of an instance.
        const { askDns } = await import('./dns/ask.ts');
        return await askDns(server, host, 'A', limits.resolverAnswerMs);
      },
      isOnline: () =>
        Object.values(networkInterfaces()).some((all) =>
          all?.some(({ internal, address }) => !internal && !/^fe80:/i.test(address)),
        ),
    }),
    elevation: {
      way: elevationWay({ platform, isRoot, isTerminal, env, has: hasProgram(env) }),
      platform,
      run: runTool,
      directory: join(dataDirectory, 'elevation'),
    },
    dataDirectory,
    wallClock,
  });
}

/** Names of an instance, and the hosts file that it keeps. */
export interface InstanceNames {
  readonly service: Omit<Names, 'keep'>;
  /** Hosts or settings changed. */
  changed(): void;
  /** Never rejects. */
  close(): Promise<void>;
}

export interface InstanceNamesOptions
  extends Pick<NamesHere, 'dataDirectory' | 'env' | 'wallClock'> {
  readonly wanted: () => Omit<NamesWanted, 'isKept'>;
  /** Whether it is to keep the hosts file. */
  readonly isKept: () => boolean;
  readonly log: Log;
}

export function openNames({ wanted, isKept, log, ...here }: InstanceNamesOptions): InstanceNames {
  const names = namesHere({
    ...here,
    platform: process.platform,
    wanted: () => ({ ...wanted(), isKept: keeper.isKept }),
    // Its terminal belongs to its log.
    isTerminal: false,
  });
  const keeper = createHostsFileKeeper({ isOn: isKept, keep: names.keep, log });
  return { service: names, changed: keeper.changed, close: keeper.close };
}
