import type { HttpErrorCode } from '../shared/errors.ts';
import type { Attempt } from '../shared/model/record.ts';
import type { TrafficOptions } from '../shared/model/trafficOptions.ts';
import { containerReason, isAwaited } from './container.ts';
import type { Failure } from './failure.ts';
import type { Problem } from './pages/pages.ts';
import { isIdempotent } from './retry.ts';

/** A request that no backend answered. */
interface Unanswered {
  readonly code: HttpErrorCode;
  readonly detail: string;
  readonly method: string;
  readonly isUpgrade: boolean;
  /** Null when it was never read. */
  readonly target: string | null;
  readonly attempts: readonly Attempt[];
}

/** What is answered to a request that no backend answered. @param now Unix milliseconds */
export function unansweredProblem(
  { container: note }: Pick<TrafficOptions, 'container'>,
  { code, detail, method, isUpgrade, target, attempts }: Unanswered,
  now: number,
): Pick<Problem, 'code' | 'detail' | 'container'> {
  if (note === null) return { code, detail };
  const reason = containerReason(note, { code, detail }, attempts, isIdempotent(method), now);
  if (reason === null) return { code, detail };
  const mayAskAgain = (method === 'GET' || method === 'HEAD') && !isUpgrade;
  return {
    code: reason.code,
    detail: reason.detail,
    container: {
      what: note.what,
      engine: note.engine ?? 'docker',
      awaitedMs: reason.awaitedMs,
      target: mayAskAgain ? target : null,
    },
  };
}

/** A refusal says nothing of a container that starts: its server does not listen yet. @param now Unix milliseconds */
export const isExcused = (
  { container }: Pick<TrafficOptions, 'container'>,
  { death }: Failure,
  now: number,
): boolean => death === 'refused' && isAwaited(container, now);
