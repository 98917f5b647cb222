import { shownStep } from '../../core/names/index.ts';
import { openUndoEverybody } from '../../core/setup/index.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { setupDoneLines, setupPlanLines } from '../render/setup.ts';
import { oneLine } from '../render/text.ts';

/** `berth setup --undo --everybody` */
export async function undoEverybody(
  { dryRun }: { readonly dryRun: boolean },
  { output, world, hold }: Context,
): Promise<number> {
  const { platform, env, home, isRoot } = world;
  if (platform !== 'linux') {
    throw new BerthError('BERTH_INPUT_INVALID', '--everybody is for Linux');
  }
  if (!isRoot) {
    output.say('It takes the rights of an administrator:');
    output.say(`  sudo berth setup --undo --everybody${dryRun ? ' --dry-run' : ''}`);
    return exitCodes.rights;
  }
  const launcher = process.versions['electron'] === undefined ? undefined : env['BERTH_LAUNCHER'];
  const program = [process.execPath, process.argv[1] ?? ''] as const;
  const release = hold();
  await using all = await openUndoEverybody({
    ...{ env, home },
    program: launcher === undefined ? program : [launcher],
  });
  try {
    if (dryRun) {
      const { steps, problems, instances, trust } = await all.plan();
      if (output.json) {
        const shown = steps.map(shownStep);
        output.document({ dryRun, steps: shown, problems, stores: trust.stores, instances });
        return exitCodes.ok;
      }
      for (const problem of problems) output.warn(problem);
      for (const data of instances)
        output.say(`As its user: what browsers trust of ${oneLine(data)}`);
      output.lines(setupPlanLines({ steps, stores: trust.stores, byHand: [] }, output.style));
      return exitCodes.ok;
    }
    const { results, trust, problems, instances } = await all.carryOut();
    if (output.json) {
      output.document({
        dryRun,
        results: results.map(({ step, status, reason }) => ({
          step: shownStep(step),
          status,
          reason,
        })),
        ...{ problems, stores: trust, instances },
      });
    } else sayDone();
    const isDone =
      problems.length === 0 &&
      results.every(({ status }) => status === 'done') &&
      trust.every(({ outcome }) => outcome !== 'failed') &&
      instances.every(({ reason }) => reason === null);
    return isDone ? exitCodes.ok : exitCodes.other;

    function sayDone(): void {
      for (const problem of problems) output.warn(problem);
      output.lines(setupDoneLines({ names: { results, byHand: null }, trust }, output.style));
      for (const { data, reason } of instances) {
        if (reason !== null) output.warn(leftWords(data, reason));
        else output.say(`Taken back by its user: what browsers trusted of ${oneLine(data)}`);
      }
    }
  } finally {
    release();
  }
}

const leftWords = (data: string, reason: string): string =>
  `browsers may still trust the local CA of ${oneLine(data)}: ${oneLine(reason)}. Its user takes "Berth Local CA" out of the certificates in the settings of each browser, or by "certutil -D" of NSS`;
