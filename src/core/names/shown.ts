import type { NamesDone, ShownStep } from '../../shared/contract/names.ts';
import { type CarriedOut, fileDiff, type Step } from '../elevation/index.ts';

/** A step as a person is shown it. */
export function shownStep(step: Step): ShownStep {
  const { says, needsRoot } = step;
  if ('command' in step) return { says, needsRoot, command: [...step.command], file: null };
  const { path, before, after } = step.file;
  const lines = step.isCopy === true ? [] : fileDiff(before, after);
  return { says, needsRoot, command: null, file: { path, lines } };
}

export const shownResults = (
  { results, byHand }: CarriedOut,
  problems: readonly string[],
): NamesDone => ({
  results: results.map(({ step, status, reason }) => ({ step: shownStep(step), status, reason })),
  problems,
  byHand,
});
