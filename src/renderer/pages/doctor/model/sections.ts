import {
  type CheckCounts,
  type CheckOutcome,
  type CheckTitle,
  checkGroups,
  checkGroupTitles,
} from '../../../../shared/contract/doctor.ts';
import type { DoctorRun } from '../../../state/doctor.ts';
import type { Status } from '../../../ui/Status.tsx';

/** A check as it is shown. */
export interface CheckLine {
  readonly check: CheckTitle;
  /** Null before it ended for the first time. */
  readonly outcome: CheckOutcome | null;
  readonly isPending: boolean;
}

interface Section {
  readonly title: string;
  readonly lines: readonly CheckLine[];
}

/** What is wrong, problems first; then all others by their groups. */
export function sectionsOf(run: DoctorRun): {
  readonly wrong: readonly CheckLine[];
  readonly others: readonly Section[];
} {
  const lines = run.checks.map(
    (check): CheckLine => ({
      check,
      outcome: run.outcomes.get(check.id) ?? null,
      isPending: run.pending.has(check.id),
    }),
  );
  const withStatus = (status: CheckOutcome['status']): readonly CheckLine[] =>
    lines.filter(({ outcome }) => outcome?.status === status);
  const wrong = [...withStatus('problem'), ...withStatus('warning')];
  const isWrong = new Set(wrong);
  const others = checkGroups
    .map((group) => ({
      title: checkGroupTitles[group],
      lines: lines.filter((line) => line.check.group === group && !isWrong.has(line)),
    }))
    .filter((section) => section.lines.length > 0);
  return { wrong, others };
}

/** What a run came to, in one sentence. */
export function summaryOf({ ok, warning, problem, skipped }: CheckCounts): string {
  const left = skipped === 0 ? '' : `, ${skipped} not tried`;
  const found = [
    ...(problem > 0 ? [`${problem} ${problem === 1 ? 'problem' : 'problems'}`] : []),
    ...(warning > 0 ? [`${warning} ${warning === 1 ? 'warning' : 'warnings'}`] : []),
  ].join(' and ');
  const tried = ok + warning + problem;
  const checks = `${tried} ${tried === 1 ? 'check' : 'checks'}`;
  return `${found === '' ? 'Nothing wrong' : found} in ${checks}${left}`;
}

/** How a check looks: one that was not tried is never green. */
export function lookOf({ outcome }: CheckLine): { readonly status: Status; readonly word: string } {
  switch (outcome?.status) {
    case 'ok':
      return { status: 'up', word: 'well' };
    case 'warning':
      return { status: 'degraded', word: 'warning' };
    case 'problem':
      return { status: 'down', word: 'problem' };
    case 'skipped':
      return { status: 'unknown', word: 'not tried' };
    case undefined:
      return { status: 'unknown', word: 'not ended yet' };
  }
}

/** Evidence as a heading: a plain word begins with a capital, the name of a host or file stays as it is. */
export const sentence = (evidence: string): string =>
  /^[a-z]+[ ,]/.test(evidence)
    ? `${evidence.charAt(0).toUpperCase()}${evidence.slice(1)}`
    : evidence;
