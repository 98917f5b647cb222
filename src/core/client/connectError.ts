import type { IncomingHttpHeaders } from 'node:http';
import { BerthError, type ErrorCode } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { securityHeaders } from '../control/page.ts';

/** What it means that a WebSocket to `place` could not be opened, as an error of the catalogue. */
export function connectError(error: NodeJS.ErrnoException, place: string): BerthError {
  const as = (code: ErrorCode, detail: string): BerthError =>
    new BerthError(code, detail, { cause: error });
  switch (error.code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
    case 'ENOTSOCK':
      return as('BERTH_NOT_RUNNING', `nobody listens at ${place}`);
    case 'EACCES':
    case 'EPERM':
      return as('BERTH_CONTROL_FORBIDDEN', `this user may not use ${place}`);
    // An instance answers, or has closed its door: whoever takes a connection and cuts it off is none.
    case 'ECONNRESET':
    case 'EPIPE':
      return as('BERTH_CONTROL_FOREIGN', `${place}: ${error.message}`);
    case 'ETIMEDOUT':
    // A socket on which more wait to be accepted than the system lets.
    case 'EAGAIN':
      return as('BERTH_CONTROL_SILENT', `${place}: ${error.message}`);
  }
  // The system's errors have been told apart above; these are of an answer that is not the one of an instance.
  const isAnswer = error.syscall === undefined;
  return as(
    isAnswer ? 'BERTH_CONTROL_FOREIGN' : 'BERTH_CONTROL_UNUSABLE',
    `${place}: ${error.message}`,
  );
}

/** What it means that nobody at `place` answered in time. */
export const silentError = (place: string): BerthError =>
  new BerthError(
    'BERTH_CONTROL_SILENT',
    `${place} did not answer within ${limits.controlHelloMs / 1000} s`,
  );

/** What it means that a WebSocket was answered with a page: a refusal, or by another program. */
export function refusalError(
  {
    status,
    headers,
    text,
  }: {
    readonly status: number;
    readonly headers: IncomingHttpHeaders;
    readonly text: string;
  },
  place: string,
): BerthError {
  if (!isOurs(headers)) {
    return new BerthError('BERTH_CONTROL_FOREIGN', `${place}: it answered with status ${status}`);
  }
  const reason = text.trim() === '' ? `status ${status}` : text.trim();
  return new BerthError(
    status === 503 ? 'BERTH_CONTROL_BUSY' : 'BERTH_CONTROL_REFUSED',
    `${place}: ${reason}`,
  );
}

/** Whether the fields are those that each answer of an instance has. */
const isOurs = (headers: IncomingHttpHeaders): boolean =>
  Object.entries(securityHeaders).every(([name, value]) => headers[name.toLowerCase()] === value);
