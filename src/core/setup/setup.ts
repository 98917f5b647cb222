import { stat } from 'node:fs/promises';
import { dirname } from 'node:path/posix';
import type { StorePlan, TrustResult } from '../../shared/contract/trust.ts';
import { type CarriedOut, type ElevationDeps, readIfThere, type Step } from '../elevation/index.ts';
import type { Names } from '../names/index.ts';
import { ownerOf } from '../names/owner.ts';
import type { Trust, TrustPlanned } from '../trust/index.ts';
import { leftoverSteps } from './leftovers.ts';
import { createOnePass } from './onePass.ts';
import { type PortStart, planPorts, undoPorts } from './portStart.ts';
import { dropSetupRecord, readSetupRecord, recordSteps } from './record.ts';

export interface SetupDeps {
  readonly names: Pick<Names, 'steps' | 'carry'>;
  readonly trust: Pick<Trust, 'ensure' | 'plan' | 'carry'>;
  readonly elevation: ElevationDeps;
  /** Of the instance's data: what was done is recorded there. */
  readonly dataDirectory: string;
  readonly portStart: () => Promise<PortStart>;
  /** Unix ms. */
  readonly wallClock: () => number;
}

/** What is about to be done. */
export interface SetupPlan {
  /** Of names and ports. */
  readonly steps: readonly Step[];
  /** What is not possible here, a sentence each. */
  readonly problems: readonly string[];
  /** Hosts outside of the suffixes that the hosts file gets, each since a person has asked for it by name. */
  readonly byHand: readonly string[];
  /** Of each store of trust, as people are shown it. */
  readonly stores: readonly StorePlan[];
  readonly trust: TrustPlanned;
}

export interface SetupDone {
  readonly names: CarriedOut;
  readonly trust: readonly TrustResult[];
}

/** Everything that a machine is told so that hosts open without a warning, and back. */
export interface Setup {
  /** @param makes the CA first, where there is none that fits: what is planned for trust is exact then */
  plan(options: { readonly ports: boolean; readonly makes: boolean }): Promise<SetupPlan>;
  /** Does what was planned, and nothing else. The rights of an administrator are asked for once. */
  carry(plan: SetupPlan): Promise<SetupDone>;
  /** What takes all of it back, whoever did it: `setup`, `names install`, `trust`, or one of them that was cut off. */
  planUndo(): Promise<SetupPlan>;
  undo(plan: SetupPlan): Promise<SetupDone>;
}

const allStores = { stores: [], foreign: false };

export function createSetup(deps: SetupDeps): Setup {
  const { names, trust, elevation, dataDirectory, portStart, wallClock } = deps;
  const owner = ownerOf(dataDirectory);

  async function pass(
    { steps, trust: planned }: SetupPlan,
    about: (steps: readonly Step[]) => Promise<void>,
  ): Promise<SetupDone> {
    const pass = createOnePass({ waiting: steps, deps: elevation, about });
    const trusted = await trust.carry(planned, pass.carry);
    const done = await pass.finish();
    // Copies of the hosts file are bounded by who makes them.
    await names.carry({ steps: [], problems: [], byHand: [] });
    return { names: done, trust: trusted };
  }

  return {
    plan: async ({ ports, makes }) => {
      if (makes) await trust.ensure();
      const [named, trusted, start] = await Promise.all([
        names.steps({ action: 'install', hosts: [] }),
        trust.plan('add', allStores),
        portStart(),
      ]);
      const planned = ports ? planPorts(start, owner) : ({ ok: true, steps: [] } as const);
      return {
        steps: [...named.steps, ...(planned.ok ? planned.steps : [])],
        problems: [...named.problems, ...(planned.ok ? [] : [planned.problem])],
        byHand: named.byHand,
        stores: trusted.stores,
        trust: trusted,
      };
    },
    carry: async (plan) =>
      await pass(plan, async (steps) => await recordSteps(dataDirectory, steps, wallClock())),
    planUndo: async () => {
      const [named, trusted, start, record] = await Promise.all([
        names.steps({ action: 'uninstall', hosts: [] }),
        trust.plan('remove', allStores),
        portStart(),
        readSetupRecord(dataDirectory),
      ]);
      const steps = [...named.steps, ...undoPorts(start, owner)];
      const going = steps.flatMap((step) =>
        'file' in step && step.file.after === null ? [step.file.path] : [],
      );
      const { parts, directories } =
        record === null ? { parts: [], directories: [] } : await leftoverSteps(record, going);
      // A step that writes a file anew takes what lies beside it for its own.
      return {
        steps: [...parts, ...steps, ...directories],
        problems: named.problems,
        byHand: [],
        stores: trusted.stores,
        trust: trusted,
      };
    },
    undo: async (plan) => {
      const done = await pass(plan, async () => undefined);
      const isDone =
        plan.problems.length === 0 &&
        done.names.results.every(({ status }) => status === 'done') &&
        done.trust.every(({ outcome }) => outcome !== 'failed' && outcome !== 'needsRights');
      if (isDone) await dropSetupRecord(dataDirectory);
      return done;
    },
  };
}

/** What a machine says of its ports. */
export async function readPortStart(
  platform: NodeJS.Platform,
  { path, kernel }: Pick<PortStart, 'path' | 'kernel'>,
): Promise<PortStart> {
  const none = { now: null, path, file: null, hasDirectory: true, kernel };
  if (platform !== 'linux') return none;
  const text = await readKernel(kernel);
  const file = await readIfThere(path).catch(() => null);
  return {
    ...none,
    now: text === null ? null : Number(text),
    file,
    hasDirectory: await stat(dirname(path)).then(
      (found) => found.isDirectory(),
      () => false,
    ),
  };
}

const readKernel = async (path: string): Promise<string | null> => {
  const data = await readIfThere(path).catch(() => null);
  const text = data?.toString('latin1').trim() ?? '';
  return /^\d+$/.test(text) ? text : null;
};
