import {
  type CheckCounts,
  type CheckOutcome,
  type CheckStatus,
  checkGroupTitles,
} from '../../shared/contract/doctor.ts';
import type { Style } from './style.ts';
import { oneLine } from './text.ts';
import { counted } from './units.ts';

/** Shape tells the status too. */
const signs: Readonly<Record<CheckStatus, string>> = {
  ok: '✓',
  warning: '!',
  problem: '✗',
  skipped: '–',
};

const indent = '      ';

export const groupLine = (
  { group }: Pick<CheckOutcome, 'group'>,
  isFirst: boolean,
  style: Style,
): readonly string[] => [...(isFirst ? [] : ['']), style.strong(checkGroupTitles[group])];

/** A line for what is well, or was not tried; what is wrong comes with evidence and what to do. */
export function outcomeLines(
  outcome: CheckOutcome,
  all: boolean,
  { style }: { readonly style: Style },
): readonly string[] {
  const { status, details, fix } = outcome;
  const isWrong = status === 'warning' || status === 'problem';
  const paint = { ok: style.good, warning: style.warn, problem: style.bad, skipped: style.quiet }[
    status
  ];
  const title = oneLine(outcome.title);
  const evidence = oneLine(outcome.evidence);
  const head = `  ${paint(signs[status])} ${status === 'skipped' ? style.quiet(title) : title}`;
  const shown = all || isWrong ? details.filter((line) => !evidence.includes(line)) : [];
  return [
    ...(isWrong ? [head, `${indent}${paint(evidence)}`] : [`${head}  ${style.quiet(evidence)}`]),
    // One detail alone says again what the sentence said.
    ...(shown.length > 1 || all
      ? shown.map((line) => `${indent}${style.quiet(oneLine(line))}`)
      : []),
    ...(isWrong && fix !== null ? [`${indent}${oneLine(fix.says)}`] : []),
    ...(isWrong && fix !== null && fix.command !== null
      ? [`${indent}${style.note(oneLine(fix.command))}`]
      : []),
  ];
}

/** `1 problem, 2 warnings; 20 checks are well, 3 were not tried` */
export function summaryLine({ ok, warning, problem, skipped }: CheckCounts): string {
  const tried = `${counted(ok, 'check')} ${ok === 1 ? 'is' : 'are'} well`;
  const left = skipped === 0 ? '' : `, ${skipped} not tried`;
  if (problem + warning === 0) return `Nothing wrong: ${tried}${left}`;
  const found = [
    ...(problem > 0 ? [counted(problem, 'problem')] : []),
    ...(warning > 0 ? [counted(warning, 'warning')] : []),
  ].join(', ');
  return `${found}; ${tried}${left}`;
}
