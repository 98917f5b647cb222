import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { limits } from '../../shared/limits.ts';
import type { Backend } from '../../shared/model/backend.ts';
import type { HealthCheck } from '../../shared/model/options.ts';
import { isExpected } from './expected.ts';
import { isOurs, type Stage, secondsOf, wordsOfFailure } from './failureWords.ts';

/** What one check found, without when. */
export interface Finding {
  readonly ok: boolean;
  /** One phrase, as `HEAD / answered 200` or `refused`. */
  readonly outcome: string;
  /** From the first step to the answer, or to the failure. */
  readonly ms: number;
  /** It waited in vain: such checks take long. */
  readonly hung: boolean;
  /** Whether something took the connection. */
  readonly reached: boolean;
}

export interface ProbeOptions {
  /** Name of the frontend: what a backend gets as Host where the check names none. */
  readonly name: string;
  readonly backend: Backend;
  readonly check: HealthCheck;
  readonly version: string;
  readonly lookup: LookupFunction;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** One check under way. */
export interface Probe {
  /** Never rejects; null when this machine could not even try. */
  readonly found: Promise<Finding | null>;
  /** Resolves when its connection is closed, which may be a little after the finding. */
  readonly over: Promise<void>;
  /** Gives it up; what is found then means nothing. */
  stop(): void;
}

/**
 * Checks a backend once, over a connection of its own. Its certificate is not verified, as the proxy does not. The body
 * of an answer is not looked at.
 */
export function probe(options: ProbeOptions): Probe {
  const { backend, check, now } = options;
  const begun = now();
  let stage: Stage = 'connecting';
  let reached = false;
  let settle: (finding: Finding | null) => void = () => {};
  let finish: () => void = () => {};
  const found = new Promise<Finding | null>((resolve) => {
    settle = resolve;
  });
  const over = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const socket = connectTo(options);
  let timer: NodeJS.Timeout | undefined;

  const conclude = (ok: boolean, outcome: string, hung = false): void => {
    clearTimeout(timer);
    settle({ ok, outcome, ms: Math.max(0, now() - begun), hung, reached });
  };
  const fail = (outcome: string, hung = false): void => {
    conclude(false, outcome, hung);
    socket.destroy();
  };
  const waitFor = (what: string): void => {
    clearTimeout(timer);
    const giveUp = (): void => fail(`${what} within ${secondsOf(check.timeoutMs)}`, true);
    // An answer may lie in the socket already when it was this process that was held up.
    timer = setTimeout(() => setImmediate(giveUp), check.timeoutMs);
  };

  const answered = (response: IncomingMessage): void => {
    const status = response.statusCode ?? 0;
    const ok = isExpected(check.expect, status);
    const said = `${check.method} ${check.path} answered ${status}`;
    conclude(ok, ok ? said : `${said}, not ${check.expect}`);
    drain(response, socket);
  };

  waitFor('did not accept the connection');
  const failed = (error: unknown): void => {
    if (isOurs(error)) settle(null);
    fail(wordsOfFailure(error, stage, backend.secure));
  };
  socket.on('error', failed);
  // Of a secure connection this is before the handshake.
  socket.prependOnceListener('connect', () => {
    reached = true;
  });
  socket.once('close', () => {
    fail(wordsOfFailure(null, stage, backend.secure));
    finish();
  });
  socket.once(backend.secure && check.type === 'http' ? 'secureConnect' : 'connect', () => {
    if (check.type === 'tcp') {
      conclude(true, 'accepted the connection');
      socket.end();
      socket.resume();
      timer = setTimeout(() => socket.destroy(), limits.checkBodyMs);
      return;
    }
    stage = 'connected';
    waitFor('accepted the connection, but did not answer');
    const asked = ask(options, socket);
    asked.on('response', answered);
    // A backend that changes protocols unasked has answered all the same.
    asked.on('upgrade', answered);
    asked.on('error', failed);
    asked.end();
  });
  return {
    found,
    over,
    stop: () => {
      clearTimeout(timer);
      socket.destroy();
    },
  };
}

function connectTo({ backend, check, lookup }: ProbeOptions): Socket {
  const { hostname: host, port } = backend;
  const address = { host, port, lookup, autoSelectFamily: true };
  if (!backend.secure || check.type === 'tcp') return connect(address);
  return connectTls({
    ...address,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
}

function ask({ name, backend, check, version }: ProbeOptions, socket: Socket): ClientRequest {
  return request({
    method: check.method,
    path: check.path,
    setHost: false,
    createConnection: () => socket,
    maxHeaderSize: limits.maxHeadBytes,
    headers: {
      Host: check.host ?? (name.includes('*') ? backend.authority : name),
      'User-Agent': `berth/${version} (health check)`,
      Accept: '*/*',
      Connection: 'close',
    },
  });
}

/** Reads a little of a body, so that its server need not see a broken connection, and ends. */
function drain(response: IncomingMessage, socket: Socket): void {
  let bytes = 0;
  const timer = setTimeout(() => socket.destroy(), limits.checkBodyMs);
  socket.once('close', () => clearTimeout(timer));
  response.on('error', () => socket.destroy());
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limits.maxCheckBodyBytes) socket.destroy();
  });
  response.on('end', () => socket.destroy());
  response.resume();
}
