import type { Attempt } from '../../shared/model/record.ts';

const outcomes: { readonly [Outcome in Attempt['outcome']]?: string } = {
  answered: 'answered',
  BERTH_BACKEND_REFUSED: 'refused',
  BERTH_BACKEND_UNREACHABLE: 'unreachable',
  BERTH_BACKEND_UNRESOLVED: 'name not resolved',
  BERTH_BACKEND_TLS: 'TLS handshake failed',
  BERTH_BACKEND_RESET: 'closed without an answer',
  BERTH_BACKEND_PROTOCOL: 'answered, but not with valid HTTP',
  BERTH_BACKEND_TIMEOUT: 'silent, given up',
  BERTH_BACKEND_BUSY: 'all connections in use',
  BERTH_BACKEND_CONNECT_TIMEOUT: 'no connection, given up',
};

/** `#0 refused after 2 ms`: what became of one try, without saying where the backend is. */
export function attemptInWords(attempt: Attempt): string {
  return `#${attempt.index} ${outcomes[attempt.outcome] ?? 'failed'} after ${duration(attempt.ms)}`;
}

/** A span of time with its unit, as exact as it is of use. */
function duration(ms: number): string {
  if (!(ms >= 1)) return 'less than 1 ms';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 1000)} s`;
}
