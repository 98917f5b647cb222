import type { NamesDone, ShownStep } from '../../shared/contract/names.ts';
import type { CarriedOut, Step } from '../elevation/index.ts';

/** A step as a person is shown it. */
export function shownStep(step: Step): ShownStep {
  const { says, needsRoot } = step;
  if ('command' in step) return { says, needsRoot, command: [...step.command], file: null };
  const { path, before, after } = step.file;
  const lines = step.isCopy === true ? [] : changedLines(before, after);
  return { says, needsRoot, command: null, file: { path, lines } };
}

/** Lines that go and come: what stands between the first and the last line that differ. */
function changedLines(before: Buffer | null, after: Buffer | null): readonly string[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++;
  let end = 0;
  const most = Math.min(old.length, now.length) - start;
  while (end < most && old.at(-1 - end) === now.at(-1 - end)) end++;
  return [
    ...old.slice(start, old.length - end).map((line) => `-${line}`),
    ...now.slice(start, now.length - end).map((line) => `+${line}`),
  ];
}

const linesOf = (data: Buffer | null): readonly string[] =>
  data === null || data.length === 0
    ? []
    : data
        .toString('utf8')
        .replace(/\r?\n$/, '')
        .split(/\r?\n/);

export const shownResults = (
  { results, byHand }: CarriedOut,
  problems: readonly string[],
): NamesDone => ({
  results: results.map(({ step, status, reason }) => ({ step: shownStep(step), status, reason })),
  problems,
  byHand,
});
