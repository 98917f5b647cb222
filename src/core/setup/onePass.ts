import {
  type CarriedOut,
  carryOut,
  type ElevationDeps,
  type Step,
  type StepResult,
} from '../elevation/index.ts';

/** Changes of several, for which the rights of an administrator are asked for once. */
export interface OnePass {
  /** Carries out steps of another; with them, when they need the rights, all that waits. */
  carry(steps: readonly Step[]): Promise<CarriedOut>;
  /** Carries out what still waits. @returns what became of all that waited */
  finish(): Promise<CarriedOut>;
}

export interface OnePassOptions {
  /** What waits for the rights to be asked for. */
  readonly waiting: readonly Step[];
  readonly deps: ElevationDeps;
  /** Hears of steps before they are carried out. */
  readonly about: (steps: readonly Step[]) => Promise<void>;
}

export function createOnePass({ waiting, deps, about }: OnePassOptions): OnePass {
  // What needs the rights follows each other then: one question is enough.
  const all = [
    ...waiting.filter(({ needsRoot }) => !needsRoot),
    ...waiting.filter(({ needsRoot }) => needsRoot),
  ];
  let done: CarriedOut | null = null;
  const out = async (steps: readonly Step[]): Promise<CarriedOut> => {
    await about(steps);
    return await carryOut(steps, deps);
  };
  const finish = async (): Promise<CarriedOut> => (done ??= await out(all));
  return {
    finish,
    carry: async (steps) => {
      if (done !== null || !steps.some(({ needsRoot }) => needsRoot)) return await out(steps);
      if (deps.way === 'direct') {
        // Nobody is asked, and neither waits for the other's success.
        await finish();
        return await out(steps);
      }
      const { results, byHand } = await out([...all, ...steps]);
      done = { results: results.slice(0, all.length), byHand };
      const own = results.slice(all.length);
      return isHeldUp(done.results, own) ? await out(steps) : { results: own, byHand };
    },
  };
}

/** Whether the rights were given, and a step of somebody else's failed. */
const isHeldUp = (before: readonly StepResult[], own: readonly StepResult[]): boolean =>
  before.some(({ step, status }) => step.needsRoot && status === 'done') &&
  before.some(({ status }) => status === 'failed') &&
  own.every(({ status }) => status === 'left');
