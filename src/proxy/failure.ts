import type { HttpErrorCode } from '../shared/errors.ts';
import type { ConnectionFailure } from '../shared/model/dead.ts';

/** What went wrong with a backend before its answer began. */
export interface Failure {
  readonly code: HttpErrorCode;
  /** The reason for a dead mark, or null when this says nothing of the backend's life. */
  readonly death: ConnectionFailure | null;
  /** The connection ended without a byte of an answer: what a stale idle connection looks like. */
  readonly reset: boolean;
}

const failure = (
  code: HttpErrorCode,
  death: ConnectionFailure | null = null,
  reset = false,
): Failure => ({ code, death, reset });

export const failures = {
  refused: failure('BERTH_BACKEND_REFUSED', 'refused'),
  connectTimeout: failure('BERTH_BACKEND_CONNECT_TIMEOUT', 'connect-timeout'),
  silent: failure('BERTH_BACKEND_TIMEOUT', 'timeout'),
  /** No connection to the backend came free in time. */
  busy: failure('BERTH_BACKEND_BUSY'),
  unreachable: failure('BERTH_BACKEND_UNREACHABLE', 'unreachable'),
  /** It is no backend any more. */
  gone: failure('BERTH_BACKEND_UNREACHABLE'),
  unresolved: failure('BERTH_BACKEND_UNRESOLVED'),
  tls: failure('BERTH_BACKEND_TLS'),
  reset: failure('BERTH_BACKEND_RESET', null, true),
  protocol: failure('BERTH_BACKEND_PROTOCOL'),
  /** This machine has no descriptor or port left. */
  exhausted: failure('BERTH_OVERLOADED'),
} as const satisfies Record<string, Failure>;

const byCode: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: failures.refused,
  ETIMEDOUT: failures.connectTimeout,
  EHOSTUNREACH: failures.unreachable,
  ENETUNREACH: failures.unreachable,
  EHOSTDOWN: failures.unreachable,
  ENETDOWN: failures.unreachable,
  ENOTFOUND: failures.unresolved,
  EAI_AGAIN: failures.unresolved,
  EAI_FAIL: failures.unresolved,
  EAI_NODATA: failures.unresolved,
  EAI_NONAME: failures.unresolved,
  ENODATA: failures.unresolved,
  EPROTO: failures.tls,
  EMFILE: failures.exhausted,
  ENFILE: failures.exhausted,
  EADDRNOTAVAIL: failures.exhausted,
  ECONNRESET: failures.reset,
  EPIPE: failures.reset,
  ECONNABORTED: failures.reset,
};

const tlsCode = /^(?:ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_OSSL_)/;

/**
 * Reads the error of a connection to a backend.
 *
 * @param error what the socket or the parser raised
 * @param stage whether the connection stood when it came
 */
export function readFailure(error: unknown, stage: 'connecting' | 'connected'): Failure {
  const code = codeOf(error);
  const known = byCode[code];
  if (known !== undefined) {
    return known === failures.connectTimeout && stage === 'connected' ? failures.silent : known;
  }
  if (code.startsWith('HPE_')) return failures.protocol;
  if (tlsCode.test(code)) return failures.tls;
  return stage === 'connecting' ? failures.unreachable : failures.reset;
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Several addresses of one name failed, each in its way: the first speaks for all.
  if ('errors' in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  return '';
}
