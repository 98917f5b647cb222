import { shownStep } from '../../core/names/index.ts';
import type { SetupDone, SetupPlan } from '../../core/setup/index.ts';
import type { Proof } from '../../shared/contract/setup.ts';
import { byHandLines, changeLines, resultWord } from './names.ts';
import type { Style } from './style.ts';
import { oneLine, padEnd, widthOf } from './text.ts';
import { planLines, resultLines } from './trust.ts';

/** Everything that is about to be done: lines of files, commands. */
export function setupPlanLines(
  { steps, stores, byHand }: Pick<SetupPlan, 'steps' | 'stores' | 'byHand'>,
  style: Style,
): readonly string[] {
  return [
    ...changeLines(steps.map(shownStep), style),
    ...byHandLines(byHand, style),
    ...planLines(
      stores.filter((store) => store.steps.length > 0),
      style,
    ),
  ];
}

/** A line for each step and each store that there was something to say of. */
export function setupDoneLines({ names, trust }: SetupDone, style: Style): readonly string[] {
  return [
    ...names.results.map(
      ({ step, status, reason }) =>
        `${resultWord(status, style)}  ${oneLine(step.says)}${reason === '' ? '' : `: ${oneLine(reason)}`}`,
    ),
    ...resultLines(
      trust.filter(({ outcome }) => outcome !== 'unavailable'),
      style,
    ),
  ];
}

const words: Readonly<Record<Proof['status'], string>> = {
  well: '✓',
  wrong: '✗',
  untried: '–',
};

/** What was tried, a line each. */
export function proofLines(proofs: readonly Proof[], style: Style): readonly string[] {
  const paint = { well: style.good, wrong: style.bad, untried: style.warn };
  const wide = Math.max(0, ...proofs.map(({ title }) => widthOf(oneLine(title))));
  return proofs.map(({ title, status, says }) => {
    const text = status === 'untried' ? `not tried: ${says}` : says;
    return `${paint[status](words[status])} ${padEnd(oneLine(title), wide)}  ${oneLine(text)}`;
  });
}
