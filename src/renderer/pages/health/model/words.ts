import type {
  BackendHealth,
  CheckerInCharge,
  HealthSlot,
  HostHealth,
} from '../../../../shared/contract/health.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import { duration } from '../../../ui/format.ts';

/** As `HEAD /health every 3 s · checked by this instance`. */
export function howChecked({ check, checker }: HostHealth): string {
  const by = checkerWords(checker);
  if (check === null) return by;
  const what = check.type === 'tcp' ? 'connects' : visibleText(`${check.method} ${check.path}`);
  return `${what} every ${seconds(check.intervalMs)} · ${by}`;
}

function checkerWords(checker: CheckerInCharge): string {
  switch (checker.kind) {
    case 'this':
      return 'checked by this instance';
    case 'other':
      return `checked by the instance ${visibleText(checker.instance)}`;
    case 'foreign':
      return 'checked by another program';
    case 'passive':
      return checker.probeMs === undefined
        ? 'nobody checks: judged by its requests'
        : `no check: judged by its requests, connected to every ${seconds(checker.probeMs)}`;
  }
}

/** Why it is in its state; without the state, which stands before. */
export function reasonWords({ reason, state }: BackendHealth): string {
  if (reason === '') return state === 'unknown' ? 'nothing asked for it yet' : '';
  return reason.startsWith(`${state}: `) ? reason.slice(state.length + 2) : reason;
}

/** Why, then who listens there instead, where that is known: each a part of a line. */
export const whyParts = (backend: BackendHealth): readonly string[] =>
  [reasonWords(backend), backend.hint ?? ''].filter((part) => part !== '').map(visibleText);

/** As `1 of 2 failed in a row`: how far it is from changing. Null where nothing is counted. */
export function streakWords({ lastCheck, streak, threshold }: BackendHealth): string | null {
  if (lastCheck === null || streak === 0) return null;
  const what = lastCheck.ok ? 'succeeded' : 'failed';
  if (streak < threshold) return `${streak} of ${threshold} ${what} in a row`;
  return `${streak} ${what} in a row`;
}

/** What a bar says to those who do not see it: `90 minutes: 85 up, 5 down`. */
export function historyWords(history: readonly HealthSlot[]): string {
  if (history.length === 0) return 'nothing yet';
  const counts = new Map<string, number>();
  for (const { state } of history) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, minutes]) => `${minutes} min ${state}`).join(', ');
}

/** `3 s`, `0.5 s`, `2 min`. */
function seconds(ms: number): string {
  return ms % 60_000 === 0 || ms >= 600_000 ? duration(ms) : `${ms / 1000} s`;
}
