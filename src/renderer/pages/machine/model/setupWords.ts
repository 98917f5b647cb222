import type { DoneStep } from '../../../../shared/contract/names.ts';
import type { Proof, SetupOutcome, SetupPlanView } from '../../../../shared/contract/setup.ts';
import type { StepView } from '../StepsPanel.tsx';
import { type LookOf, stepLines } from './nameWords.ts';

/** Everything that would be done, in its order: names and ports, then each store of trust. */
export const stepsOf = ({
  steps,
  stores,
}: Pick<SetupPlanView, 'steps' | 'stores'>): readonly StepView[] => [
  ...steps.map(({ says, needsRoot, ...step }) => ({ says, needsRoot, lines: stepLines(step) })),
  ...stores.flatMap((store) =>
    store.steps.map(({ says, needsRoot, command }) => ({
      says: `${store.title}: ${says}`,
      needsRoot,
      lines: [`$ ${command}`],
    })),
  ),
];

/** What became of a step. */
export const doneLook = ({ status }: Pick<DoneStep, 'status'>): LookOf => {
  switch (status) {
    case 'done':
      return { status: 'up', word: 'done' };
    case 'failed':
      return { status: 'down', word: 'failed' };
    case 'left':
      return { status: 'unknown', word: 'not done' };
  }
};

/** Green is what was seen. */
export const proofLook = ({ status }: Pick<Proof, 'status'>): LookOf => {
  switch (status) {
    case 'well':
      return { status: 'up', word: 'well' };
    case 'wrong':
      return { status: 'down', word: 'wrong' };
    case 'untried':
      return { status: 'unknown', word: 'not tried' };
  }
};

export const outcomeLook = ({ opens }: Pick<SetupOutcome, 'opens'>): LookOf =>
  proofLook({ status: opens });

/** Checks of the doctor that speak of what a set-up does. */
const about: ReadonlySet<string> = new Set([
  'ports.http',
  'ports.https',
  'names.suffixes',
  'names.hosts',
  'names.hosts-file',
  'names.resolver',
  'certificates.authority',
  'trust.system',
  'trust.browsers',
]);

/** Whether the doctor has seen that something of a set-up is missing. */
export const isSetUpMissing = (
  outcomes: Iterable<{ readonly id: string; readonly status: string }>,
): boolean => {
  for (const { id, status } of outcomes) {
    if (about.has(id) && (status === 'problem' || status === 'warning')) return true;
  }
  return false;
};
