import type {
  TrustHint,
  TrustResult,
  TrustState,
  TrustStep,
  TrustStoreView,
} from '../../shared/contract/trust.ts';
import type { Printer } from '../printer.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';
import { oneLine, padEnd, widthOf } from './text.ts';

const outcomeWords: Readonly<Record<TrustResult['outcome'], string>> = {
  added: 'added',
  removed: 'removed',
  unchanged: 'unchanged',
  unavailable: 'not here',
  needsRights: 'needs rights',
  failed: 'failed',
};

/** A line for each store. */
export function resultLines(results: readonly TrustResult[], style: Style): readonly string[] {
  const titles = Math.max(0, ...results.map(({ title }) => widthOf(oneLine(title))));
  const outcomes = Math.max(0, ...results.map(({ outcome }) => outcomeWords[outcome].length));
  const paint: Readonly<Record<TrustResult['outcome'], (text: string) => string>> = {
    added: style.good,
    removed: style.good,
    unchanged: style.quiet,
    unavailable: style.quiet,
    needsRights: style.warn,
    failed: style.bad,
  };
  return results.map(({ title, outcome, says }) => {
    const word = padEnd(outcomeWords[outcome], outcomes);
    return `${padEnd(oneLine(title), titles)}  ${paint[outcome](word)}  ${oneLine(says)}`.trimEnd();
  });
}

/** What comes before a plan in which FINGERPRINT stands for it. */
export const madeFirst = (makes: 'ca' | 'certificate', path: string): string =>
  makes === 'ca'
    ? `A CA is made first: ${path}`
    : `The CA gets another certificate first, as this does not cover all names, or ends soon: ${path}`;

/** Who trusts the CA, and how that is known. */
export function stateTable(
  stores: readonly TrustStoreView[],
  { style, width }: Pick<Printer, 'style' | 'width'>,
): readonly string[] {
  const paint: Readonly<Record<TrustState, (text: string) => string>> = {
    trusted: style.good,
    outdated: style.warn,
    absent: style.bad,
    unavailable: style.quiet,
    unknown: style.warn,
  };
  return table(
    [{ title: 'store' }, { title: 'id' }, { title: 'state' }, { title: 'evidence', gives: true }],
    stores.map(({ id, title, state, evidence }) => [
      title,
      id,
      { text: state, paint: paint[state] },
      evidence,
    ]),
    { width, paintHead: style.quiet },
  );
}

/** Each step of each store, as one would type it. */
export function planLines(
  plans: readonly { readonly title: string; readonly steps: readonly TrustStep[] }[],
  style: Style,
): readonly string[] {
  return plans.flatMap(({ title, steps }) => [
    style.strong(oneLine(title)),
    ...(steps.length === 0 ? ['  nothing to do'] : []),
    ...steps.flatMap(({ says, command }) => [
      `  ${style.quiet(`# ${oneLine(says)}`)}`,
      `  ${oneLine(command)}`,
    ]),
  ]);
}

export const hintLines = (hints: readonly TrustHint[]): readonly string[] =>
  hints.flatMap(({ title, says, commands }) => [
    `${title}: ${says}`,
    ...commands.map((command) => `  ${command}`),
  ]);
