import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrustResult } from '../../shared/contract/trust.ts';
import { BerthError } from '../../shared/errors.ts';
import {
  type Argv,
  carryOut,
  type ElevationDeps,
  runTool,
  type Step,
  type StepResult,
} from '../elevation/index.ts';
import { namePaths } from '../names/index.ts';
import { type Trust, type TrustPlanned, trustOnMachine } from '../trust/index.ts';
import { lookAtEverybodys } from './everybody.ts';
import { undoAs, userOf } from './ofUser.ts';
import { portStartPaths } from './portStart.ts';
import { readPortStart } from './setup.ts';

export interface UndoEverybodyOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of root. */
  readonly home: string;
  /** The command line, as it is started. */
  readonly program: Argv;
}

interface EverybodysPlan {
  readonly steps: readonly Step[];
  readonly problems: readonly string[];
  /** Instances whose users take back themselves what is theirs. */
  readonly instances: readonly string[];
  readonly trust: TrustPlanned;
}

interface EverybodysDone {
  readonly results: readonly StepResult[];
  readonly trust: readonly TrustResult[];
  readonly problems: readonly string[];
  /** What became of that which is the users' own: a reason where it stays. */
  readonly instances: readonly { readonly data: string; readonly reason: string | null }[];
}

/** Takes back what any instance has told a Linux machine, with the rights of root, and without what is known of it. */
export interface UndoEverybody extends AsyncDisposable {
  plan(): Promise<EverybodysPlan>;
  carryOut(): Promise<EverybodysDone>;
}

export async function openUndoEverybody(options: UndoEverybodyOptions): Promise<UndoEverybody> {
  const { env, home, program } = options;
  // Root may have no instance: nothing of one is left behind.
  const directory = await mkdtemp(join(tmpdir(), 'berth-undo-'));
  const platform = 'linux' as const;
  const machine = {
    ...{ platform, paths: namePaths(platform, env), run: runTool, isRoot: true },
    ownerOf: async () => null,
  } as const;
  const elevation: ElevationDeps = {
    ...{ way: 'direct', platform, run: runTool, directory: join(directory, 'run') },
  };
  const trust: Trust = trustOnMachine({
    ...{ platform, env, home, isRoot: true, isTerminal: false },
    dataDirectory: join(directory, 'data'),
    authority: {
      find: async () => null,
      ensure: () => Promise.reject(new BerthError('BERTH_CA_UNUSABLE', 'none is made here')),
    },
    needed: async () => [],
  });
  const system = { stores: ['system'], foreign: true };
  const look = () =>
    lookAtEverybodys({ machine, portStart: () => readPortStart(platform, portStartPaths) });

  return {
    plan: async () => {
      const { changes, problems, instances } = await look();
      return {
        ...{ steps: changes.flat(), problems, instances },
        trust: await trust.plan('remove', system),
      };
    },
    carryOut: async () => {
      const { instances } = await look();
      const own: { data: string; reason: string | null }[] = [];
      for (const data of instances) {
        const user = await userOf(data, runTool);
        const reason = typeof user === 'string' ? user : await undoAs(user, program, runTool);
        own.push({ data, reason });
      }
      // Root's own has taken away its part by now.
      const { changes, problems } = await look();
      const results: StepResult[] = [];
      for (const steps of changes) results.push(...(await carryOut(steps, elevation)).results);
      return { results, problems, instances: own, trust: await trust.remove(system) };
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
