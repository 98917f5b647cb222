/** How far a check had come. */
export type Stage = 'connecting' | 'connected';

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'did not accept the connection',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  ENOTFOUND: 'its name does not resolve',
  EAI_AGAIN: 'its name does not resolve',
  EAI_FAIL: 'its name does not resolve',
  EAI_NODATA: 'its name does not resolve',
  EAI_NONAME: 'its name does not resolve',
  EPROTO: 'the secure connection failed',
  ECONNRESET: 'closed the connection without an answer',
  EPIPE: 'closed the connection without an answer',
};

const tlsCode = /^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_)/;

/**
 * One phrase for what made a check fail.
 *
 * @param error what was raised; null when the connection just ended
 */
export function wordsOfFailure(error: unknown, stage: Stage, secure: boolean): string {
  const code = codeOf(error);
  if (code.startsWith('HPE_')) return 'did not answer with valid HTTP';
  // A server that hangs up during the handshake does not speak TLS.
  if (
    tlsCode.test(code) ||
    (secure && stage === 'connecting' && (code === '' || code === 'ECONNRESET'))
  ) {
    return 'the secure connection failed';
  }
  const known = words[code];
  if (known !== undefined) return known;
  if (code === '') return 'closed the connection without an answer';
  return `${stage === 'connecting' ? 'could not be connected to' : 'failed'} (${code})`;
}

/** @returns as `3 s` or `0.25 s` */
export const secondsOf = (ms: number): string => `${ms / 1000} s`;

/** Whether an error says that this machine has no descriptor, port or memory left, and nothing of the backend. */
export const isOurs = (error: unknown): boolean =>
  ['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM'].includes(codeOf(error));

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Several addresses of one name failed, each in its way: the first speaks for all.
  if ('errors' in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  return '';
}
