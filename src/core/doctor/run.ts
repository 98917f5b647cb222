import {
  type CheckCounts,
  type CheckOutcome,
  type CheckTitle,
  checkGroups,
  type DoctorEvent,
} from '../../shared/contract/doctor.ts';
import { visibleText } from '../../shared/escapeUnseen.ts';
import { limits } from '../../shared/limits.ts';
import { reasonOf } from '../../store/command.ts';
import type { Check, Finding, Need } from './check.ts';
import { skipped } from './check.ts';
import type { DoctorContext } from './context.ts';

export interface RunOptions {
  readonly checks: readonly Check[];
  readonly context: DoctorContext;
  /** Hears each outcome as its check ends. */
  readonly tell: (event: DoctorEvent) => void;
  /** Gives it up; what did not end until then was not checked. */
  readonly signal: AbortSignal;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** The order in which checks are shown: by group, then as they are given. */
export const inOrder = (checks: readonly Check[]): readonly Check[] =>
  checkGroups.flatMap((group) => checks.filter((check) => check.group === group));

/** Runs all checks at the same time. Never rejects: what a check throws is its outcome. */
export async function runChecks(options: RunOptions): Promise<CheckCounts> {
  const { context, tell } = options;
  const checks = inOrder(options.checks);
  const underWay = new Set<() => void>();
  const end = (): void => {
    for (const give of underWay) give();
  };
  options.signal.addEventListener('abort', end, { once: true });
  tell({ kind: 'plan', checks: checks.map(titleOf) });
  const outcomes = await Promise.all(
    checks.map(async (check) => {
      const outcome = await runOne(check, options, underWay);
      tell({ kind: 'outcome', outcome });
      return outcome;
    }),
  );
  options.signal.removeEventListener('abort', end);
  const counts = countsOf(outcomes);
  tell({ kind: 'end', counts, at: context.machine.wallClock() });
  return counts;
}

function countsOf(outcomes: readonly Pick<CheckOutcome, 'status'>[]): CheckCounts {
  const count = (status: CheckOutcome['status']): number =>
    outcomes.filter((outcome) => outcome.status === status).length;
  return {
    ok: count('ok'),
    warning: count('warning'),
    problem: count('problem'),
    skipped: count('skipped'),
  };
}

/** @param underWay what gives up checks that did not end yet */
async function runOne(
  check: Check,
  options: RunOptions,
  underWay: Set<() => void>,
): Promise<CheckOutcome> {
  const { now } = options;
  const begun = now();
  const found = await withinTime(check, options, underWay);
  const { status, evidence, details = [], fix = null } = found;
  return {
    ...titleOf(check),
    status,
    evidence: line(evidence),
    details: bounded(details),
    fix,
    ms: Math.round(now() - begun),
  };
}

const titleOf = ({ id, group, title }: CheckTitle): CheckTitle => ({ id, group, title });

/** Why a check is not tried; null when it is. */
async function missing({ needs }: Check, context: DoctorContext): Promise<Finding | null> {
  for (const need of needs) {
    const why = await lackOf(need, context);
    if (why !== null) return skipped(`not tried: ${why}`);
  }
  return null;
}

async function lackOf(need: Need, context: DoctorContext): Promise<string | null> {
  switch (need) {
    case 'instance':
      return context.instance === null ? 'no instance runs' : null;
    case 'configuration':
      return await context.configuration().then(
        () => null,
        () => 'the configuration cannot be read',
      );
    case 'store':
      return await context.store().then(
        (store) => (store === null ? 'nobody serves the store' : null),
        () => 'the configuration cannot be read',
      );
  }
}

/** What a check finds, or that it could not be checked: an error of its own is never taken for well. */
async function withinTime(
  check: Check,
  { context, signal }: RunOptions,
  underWay: Set<() => void>,
): Promise<Finding> {
  const limitMs = check.timeLimitMs ?? limits.doctorCheckMs;
  const over = new AbortController();
  let giveUp = (_why: string): void => undefined;
  const given = new Promise<Finding>((resolve) => {
    giveUp = (why) => {
      over.abort();
      resolve(skipped(`could not be checked: ${why}`));
    };
  });
  const ended = (): void => giveUp('the doctor was ended');
  const timer = setTimeout(() => giveUp(`it took longer than ${limitMs / 1000} s`), limitMs);
  underWay.add(ended);
  if (signal.aborted) ended();
  try {
    return await Promise.race([attempt(check, context, over.signal), given]);
  } finally {
    clearTimeout(timer);
    underWay.delete(ended);
  }
}

async function attempt(
  check: Check,
  context: DoctorContext,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    return (await missing(check, context)) ?? (await check.run(context, signal));
  } catch (error) {
    return skipped(`could not be checked: ${reasonOf(error)}`);
  }
}

function bounded(details: readonly string[]): readonly string[] {
  const most = limits.maxDoctorDetails;
  if (details.length <= most) return details.map(line);
  const shown = details.slice(0, most - 1).map(line);
  return [...shown, `and ${details.length - shown.length} more`];
}

/** One line of visible characters. */
function line(text: string): string {
  const plain = visibleText(text.replace(/\s+/g, ' ').trim());
  return plain.length <= limits.maxDoctorTextChars
    ? plain
    : `${plain.slice(0, limits.maxDoctorTextChars - 1)}…`;
}
