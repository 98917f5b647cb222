import type { Failure } from './failure.ts';

/** Methods that may be sent twice without a second effect (RFC 9110 section 9.2.2, RFC 4918, RFC 5323, RFC 3253). */
const idempotent = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
  'PROPFIND',
  'SEARCH',
  'REPORT',
  'QUERY',
]);

export const isIdempotent = (method: string): boolean => idempotent.has(method);

/** How far the failed try had come. */
export interface TryState {
  readonly failure: Failure;
  readonly idempotent: boolean;
  /** Bytes of the request may have reached the backend. */
  readonly sent: boolean;
  /** All of the body that was consumed is still here, so that it can be sent again. */
  readonly replayable: boolean;
  /** The connection had served an earlier request. */
  readonly reused: boolean;
  /** A stale connection was excused once already. */
  readonly excused: boolean;
  readonly retriesLeft: number;
}

/**
 * What to do after a failed try: `again` sends to the same backend on a fresh connection and costs no retry, since a
 * kept connection that was closed meanwhile says nothing of the backend; `next` picks another backend; `give-up`
 * answers with the failure. Nothing that may have been sent is sent again unless that can do no harm
 * (reliability bar, row 14; RFC 9112 section 9.3.1).
 */
export function decideRetry(state: TryState): 'again' | 'next' | 'give-up' {
  const harmless = !state.sent || (state.idempotent && state.replayable);
  if (!harmless) return 'give-up';
  if (state.failure.reset && state.reused && !state.excused) return 'again';
  return state.retriesLeft > 0 ? 'next' : 'give-up';
}
