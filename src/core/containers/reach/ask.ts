import { type IncomingMessage, request } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { limits } from '../../../shared/limits.ts';

/** What a port did with one request. */
export type Asked =
  | { readonly kind: 'refused' }
  /** No connection in time, or none at all. */
  | { readonly kind: 'unreachable'; readonly why: string }
  /** The handshake of TLS failed. */
  | { readonly kind: 'no-tls' }
  /** It took the connection and ended it without a byte. */
  | { readonly kind: 'closed' }
  /** It took the connection, and nothing came in time. */
  | { readonly kind: 'silent' }
  /** What came is no HTTP. */
  | { readonly kind: 'garbled'; readonly bytes: Buffer }
  | Answer;

export interface Answer {
  readonly kind: 'answered';
  readonly status: number;
  /** Without parameters, lower case; empty without one. */
  readonly type: string;
  readonly location: string;
  /** The beginning of the body of a refusal, or of a very short answer; empty for any other. */
  readonly body: string;
  /** From the first step to the head of the answer. */
  readonly ms: number;
}

export interface AskOptions {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Value of the Host field. */
  readonly name: string;
  readonly version: string;
  readonly signal: AbortSignal;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * `GET /` over a connection of its own, as a browser asks. Certificates are not verified, as the proxy does not. Rejects
 * only with the signal's reason.
 */
export function ask(options: AskOptions): Promise<Asked> {
  const { secure, signal, now } = options;
  const begun = now();
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = open(options);
    let timer: NodeJS.Timeout | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.destroy();
    };
    const settle = (asked: Asked): void => {
      finish();
      resolve(asked);
    };
    const abort = (): void => {
      finish();
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    const within = (ms: number, asked: Asked): void => {
      clearTimeout(timer);
      timer = setTimeout(settle, ms, asked);
    };
    let connected = false;
    let stands = false;
    within(limits.reachConnectMs, {
      kind: 'unreachable',
      why: `takes no connection within ${limits.reachConnectMs / 1000} s`,
    });
    const failed = (error: unknown): void => {
      if (!connected) settle(connectFailure(error));
      else if (!stands) settle({ kind: 'no-tls' });
      else settle(answerFailure(error));
    };
    socket.on('error', failed);
    socket.once('close', () => failed(null));
    socket.prependOnceListener('connect', () => {
      connected = true;
      if (secure) within(limits.reachAnswerMs, { kind: 'no-tls' });
    });
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      stands = true;
      within(limits.reachAnswerMs, { kind: 'silent' });
      const sent = request({
        method: 'GET',
        path: '/',
        setHost: false,
        createConnection: () => socket,
        maxHeaderSize: limits.maxHeadBytes,
        headers: {
          Host: options.name,
          'User-Agent': `berth/${options.version} (look)`,
          Accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
          'Accept-Encoding': 'identity',
          Connection: 'close',
        },
      });
      const answered = (response: IncomingMessage): void => {
        const answer = { ...headOf(response), ms: now() - begun };
        if (!isToldInBody(response)) {
          settle({ ...answer, body: '' });
          return;
        }
        clearTimeout(timer);
        void bodyOf(response).then((body) => settle({ ...answer, body }));
      };
      sent.on('response', answered);
      // One that changes protocols unasked has answered all the same.
      sent.on('upgrade', answered);
      sent.on('error', failed);
      sent.end();
    });
  });
}

function open({ host, port, secure }: AskOptions): Socket {
  const address = { host, port, autoSelectFamily: true };
  if (!secure) return connect(address);
  return connectTls({
    ...address,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
}

const headOf = (response: IncomingMessage): Omit<Answer, 'body' | 'ms'> => ({
  kind: 'answered',
  status: response.statusCode ?? 0,
  type: (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
  location: response.headers.location ?? '',
});

/** Longest answer of success that is read: a refusal may come with a 200 and some words. */
const maxWordsBytes = 256;

function isToldInBody({ statusCode = 0, headers }: IncomingMessage): boolean {
  return statusCode >= 400 || Number(headers['content-length'] ?? Infinity) <= maxWordsBytes;
}

/** The beginning of a body; what has come of it when it breaks, or takes too long. */
function bodyOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      resolve(Buffer.concat(parts).subarray(0, limits.maxReachBodyBytes).toString('utf8'));
    };
    const timer = setTimeout(done, limits.reachBodyMs);
    response.on('data', (chunk: Buffer) => {
      if (bytes >= limits.maxReachBodyBytes) return;
      parts.push(chunk);
      bytes += chunk.length;
      if (bytes >= limits.maxReachBodyBytes) done();
    });
    response.on('error', done);
    response.on('close', done);
    response.on('end', done);
  });
}

function connectFailure(error: unknown): Asked {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return { kind: 'refused' };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return { kind: 'unreachable', why: 'has a name that does not resolve' };
  }
  return { kind: 'unreachable', why: `cannot be connected to${code === '' ? '' : ` (${code})`}` };
}

function answerFailure(error: unknown): Asked {
  const bytes =
    typeof error === 'object' && error !== null && 'rawPacket' in error ? error.rawPacket : null;
  if (Buffer.isBuffer(bytes) && bytes.length > 0) return { kind: 'garbled', bytes };
  return codeOf(error).startsWith('HPE_')
    ? { kind: 'garbled', bytes: Buffer.alloc(0) }
    : { kind: 'closed' };
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Several addresses of one name failed, each in its way: the first speaks for all.
  if ('errors' in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  return '';
}
