import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { limits } from '../../../shared/limits.ts';
import type { EngineEndpoint } from './address.ts';
import { JsonObjects } from './jsonObjects.ts';

/** Why an engine did not answer a question as it should. */
export type EngineFault =
  /** Nothing is there. */
  | 'away'
  /** This user may not. */
  | 'forbidden'
  /** It took the connection, and said nothing in time or hung up. */
  | 'silent'
  /** There is no such thing. */
  | 'not-found'
  /** It answers with an error, or not as an engine does. */
  | 'garbled';

export class EngineError extends Error {
  readonly fault: EngineFault;

  constructor(fault: EngineFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** An object as the engine sent it, with long texts shortened; of one that is cut, members were left out. */
export interface EngineObject {
  readonly value: unknown;
  readonly isCut: boolean;
}

/** The stream of events. */
export interface EngineStream {
  /** Resolves, with nothing, when it is over, for whatever reason. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Asks one engine, each time over a connection of its own. */
export interface EngineApi {
  /** The objects of an answer. Rejects with EngineError. */
  ask(path: string, options?: AskOptions): Promise<readonly EngineObject[]>;
  /** Resolves once it flows, or may do. Rejects with EngineError. */
  follow(
    path: string,
    onObject: (value: unknown) => void,
    signal: AbortSignal,
  ): Promise<EngineStream>;
}

interface AskOptions {
  /** Whether the answer is an array of objects. */
  readonly isList?: boolean;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** The connection was taken; the answer may take its time. */
  readonly connected?: () => void;
}

const awayCodes = new Set([
  ...['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'ENOTSOCK', 'EHOSTUNREACH', 'EHOSTDOWN'],
  ...['ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EADDRNOTAVAIL'],
]);
const silentCodes = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** Characters of what the system says of a fault. */
const maxDetailChars = 160;

function faultOf(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = (error instanceof Error ? error.message : String(error)).slice(0, maxDetailChars);
  // An alert of TLS: it does not take our certificate, or wants one.
  const isRefused = code === 'EACCES' || code === 'EPERM' || /^ERR_SSL_.*_ALERT_/.test(code);
  if (isRefused) return new EngineError('forbidden', message);
  if (awayCodes.has(code)) return new EngineError('away', message);
  if (silentCodes.has(code)) return new EngineError('silent', message);
  return new EngineError('garbled', message);
}

function statusFault(status: number): EngineFault {
  if (status === 404) return 'not-found';
  if (status === 401 || status === 403) return 'forbidden';
  // Docker Desktop answers so while its machine comes up.
  return status === 502 || status === 503 ? 'silent' : 'garbled';
}

/** Milliseconds in which the head of the stream of events is waited for: some send it with the first event only. */
const streamHeadMs = 500;

export function openEngineApi(endpoint: EngineEndpoint): EngineApi {
  const send = (path: string, signal: AbortSignal): ClientRequest => {
    const common = { path, agent: false, signal, headers: { host: 'localhost' } } as const;
    if (endpoint.kind === 'socket') return requestHttp({ ...common, socketPath: endpoint.path });
    const { host, port, tls } = endpoint;
    if (tls === null) return requestHttp({ ...common, host, port });
    const { ca, cert, key, isVerified } = tls;
    return requestHttps({
      ...common,
      host,
      port,
      // Node would take the name in `Host`, and a certificate for that would do.
      servername: isIP(host) === 0 ? host : '',
      rejectUnauthorized: isVerified,
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
    });
  };

  const head = (
    path: string,
    signal: AbortSignal,
    connected: () => void = () => {},
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const sent = send(path, signal);
      sent.once('socket', (socket) => socket.once('connect', connected));
      sent.once('response', resolve);
      // Stays: an error may come after the answer, too.
      sent.on('error', (error) => reject(faultOf(error)));
      sent.end();
    });

  return {
    ask: async (path, options = {}) => {
      const { isList = false, timeoutMs = limits.engineAnswerMs, signal } = options;
      const ending = new AbortController();
      let isConnected = false;
      const timer = setTimeout(() => {
        const fault = isConnected ? 'silent' : 'away';
        ending.abort(new EngineError(fault, `no answer to ${path} in ${timeoutMs} ms`));
      }, timeoutMs);
      const connected = (): void => {
        isConnected = true;
        options.connected?.();
      };
      const end = (): void => ending.abort();
      signal?.addEventListener('abort', end, { once: true });
      if (signal?.aborted === true) end();
      try {
        const response = await head(path, ending.signal, connected);
        const status = response.statusCode ?? 0;
        if (status !== 200) {
          throw new EngineError(statusFault(status), `${path} was answered with ${status}`);
        }
        return await readObjects(response, isList);
      } catch (error) {
        const { reason } = ending.signal;
        throw reason instanceof EngineError ? reason : faultOf(error);
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        ending.abort();
      }
    },

    follow: async (path, onObject, signal) => {
      const ending = new AbortController();
      const close = (): void => ending.abort();
      signal.addEventListener('abort', close, { once: true });
      if (signal.aborted) close();
      const reader = new JsonObjects({
        depth: 0,
        maxTextBytes: limits.maxEngineTextBytes,
        maxMemberBytes: limits.maxEngineEventBytes,
        maxObjectBytes: limits.maxEngineEventBytes,
        onObject: (text) => {
          const value = parse(text);
          if (value === undefined) close();
          else onObject(value);
        },
      });
      const read = async (response: IncomingMessage): Promise<void> => {
        const status = response.statusCode ?? 0;
        if (status !== 200) {
          throw new EngineError(statusFault(status), `${path} was answered with ${status}`);
        }
        for await (const chunk of response) reader.write(chunk);
      };
      const opened = head(path, ending.signal);
      const ended = opened
        .then(read)
        .catch(() => {})
        .finally(() => {
          signal.removeEventListener('abort', close);
          close();
        });
      const late = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, streamHeadMs);
        void ended.then(() => clearTimeout(timer));
      });
      const first = opened.then((response) => {
        const status = response.statusCode ?? 0;
        if (status === 200) return;
        throw new EngineError(statusFault(status), `${path} was answered with ${status}`);
      });
      try {
        await Promise.race([first, late]);
      } catch (error) {
        throw faultOf(error);
      }
      return { ended, close };
    },
  };
}

async function readObjects(response: IncomingMessage, isList: boolean): Promise<EngineObject[]> {
  const objects: EngineObject[] = [];
  let read = 0;
  let kept = 0;
  const reader = new JsonObjects({
    depth: isList ? 1 : 0,
    maxTextBytes: limits.maxEngineTextBytes,
    maxMemberBytes: isList ? limits.maxEngineTextBytes : limits.maxEngineMemberBytes,
    maxObjectBytes: isList ? limits.maxEngineEventBytes : limits.maxEngineAnswerBytes,
    onObject: (text, isCut) => {
      kept += text.length;
      const value = parse(text);
      if (value === undefined) throw new EngineError('garbled', 'an answer is not JSON');
      if (kept <= limits.maxEngineAnswerBytes) objects.push({ value, isCut });
    },
  });
  for await (const chunk of response) {
    read += chunk.length;
    if (read > limits.maxEngineReadBytes) throw new EngineError('garbled', 'an answer has no end');
    reader.write(chunk);
  }
  if (reader.isOpen) throw new EngineError('silent', 'an answer broke off');
  return objects;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
