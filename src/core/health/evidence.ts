import type { CheckResult } from '../../shared/contract/health.ts';
import type { HttpErrorCode } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Attempt, RequestRecord } from '../../shared/model/record.ts';

/** What requests, and checks that somebody asked for, have shown of one backend. */
export interface Evidence {
  /** Failures in a row; 0 after a success. */
  readonly failures: number;
  /** Failures in a row that make it down. */
  readonly threshold: number;
  /** What the last one showed, as `refused`; one phrase. */
  readonly outcome: string;
  /** Unix milliseconds of the last one. */
  readonly at: number;
  /** Unix milliseconds of the last success, or null. */
  readonly okAt: number | null;
  readonly source: 'request' | 'check';
  /** Whether something took the connection of the last one: if not, a connection that succeeds later disproves it. */
  readonly reached: boolean;
}

export interface Observation {
  readonly ok: boolean;
  readonly outcome: string;
  /** A failure where nothing took the connection: no accident of one request. */
  readonly isCertain: boolean;
}

const certain = (outcome: string): Observation => ({ ok: false, outcome, isCertain: true });
const doubtful = (outcome: string): Observation => ({ ok: false, outcome, isCertain: false });

const answered: Observation = { ok: true, outcome: 'answered', isCertain: true };

/** Failures that tell about the backend; others are the client's or ours. */
const failures: Partial<Record<HttpErrorCode, Observation>> = {
  BERTH_BACKEND_REFUSED: certain('refused'),
  BERTH_BACKEND_UNREACHABLE: certain('unreachable'),
  BERTH_BACKEND_UNRESOLVED: certain('its name does not resolve'),
  BERTH_BACKEND_CONNECT_TIMEOUT: certain('did not accept the connection in time'),
  BERTH_BACKEND_TLS: doubtful('the secure connection failed'),
  BERTH_BACKEND_RESET: doubtful('closed the connection without an answer'),
  BERTH_BACKEND_PROTOCOL: doubtful('did not answer with valid HTTP'),
  BERTH_BACKEND_TIMEOUT: doubtful('did not answer in time'),
};

/** What one try of a request shows; null when it says nothing about its backend. */
export function observationOf(record: RequestRecord, attempt: Attempt): Observation | null {
  if (attempt.outcome !== 'answered') return failures[attempt.outcome] ?? null;
  // Of several answers only the last one's status is known, and whether a 503 means maintenance is not.
  if (attempt !== record.attempts.at(-1) || record.error !== null || record.status === 503) {
    return null;
  }
  return record.status > 500 ? doubtful(`answered ${record.status}`) : answered;
}

/** The evidence after one more request. */
export function afterRequest(
  before: Evidence | null,
  { ok, outcome, isCertain }: Observation,
  at: number,
): Evidence {
  return {
    failures: ok ? 0 : (before?.failures ?? 0) + 1,
    threshold: isCertain ? 1 : 2,
    outcome,
    at,
    okAt: ok ? at : (before?.okAt ?? null),
    source: 'request',
    reached: ok || !isCertain,
  };
}

/** The evidence after a check that somebody asked for, where none is configured. */
export const afterAsking = ({ ok, outcome, at }: CheckResult, reached: boolean): Evidence => ({
  failures: ok ? 0 : 1,
  threshold: 1,
  outcome,
  at,
  okAt: ok ? at : null,
  source: 'check',
  reached,
});

/**
 * The evidence after a connection succeeded, over which nothing was sent. It disproves a failure to connect. One that
 * came later, at another stage, it disproves only when the backend was gone in between (so that it is another process),
 * or when that is long ago.
 *
 * @param wasGone connections to it failed before
 */
export function afterConnecting(
  before: Evidence | null,
  at: number,
  wasGone: boolean,
): Evidence | null {
  if (before === null || before.failures === 0 || before.at >= at) return before;
  const isOld = at - before.at >= limits.requestEvidenceMs;
  return !before.reached || wasGone || isOld ? null : before;
}
