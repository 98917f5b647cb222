import { Buffer } from 'node:buffer';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ListenerStatus, TriedHost } from '../../shared/contract/instance.ts';
import { hostCheckOf } from '../../shared/hostChecks.ts';
import { limits } from '../../shared/limits.ts';
import { parseHost } from '../../shared/model/hostname.ts';

export type Asked =
  /** A backend answered. */
  | { readonly ok: true; readonly status: number }
  | {
      readonly ok: false;
      /** Of Berth's own answer. */
      readonly status: number | null;
      readonly reason: string;
      /** The proxy knows no such host. */
      readonly isUnknown?: true;
    };

interface AskOptions {
  readonly listener: ListenerStatus;
  readonly host: string;
  readonly path: string;
  readonly signal: AbortSignal;
}

interface SendOptions extends AskOptions {
  readonly method: string;
  /** Beside Host, X-Debug and what frames the body. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | null;
  /** Milliseconds without a byte after which nothing more is waited for. */
  readonly idleMs: number;
}

/** What came of a request; the response is read, or destroyed, by whoever asked. */
export type Sent =
  | {
      readonly kind: 'answered';
      readonly response: IncomingMessage;
      readonly status: number;
      /** Why Berth answered itself; null where a backend did. */
      readonly own: string | null;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Methods of which the body has a length also where it is empty. */
const withBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * One request through the proxy, as a client of this machine sends it: to a listener of this instance, whatever the host.
 * Rejects only with the signal's reason.
 */
export function sendThroughProxy(options: SendOptions): Promise<Sent> {
  const { listener, host, path, method, headers, body, idleMs, signal } = options;
  const { address, port, secure } = listener;
  const request = secure ? requestHttps : requestHttp;
  const length = body?.length ?? (withBody.has(method) ? 0 : null);
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const fail = (reason: string): void => resolve({ kind: 'failed', reason });
    const sent = request({
      host: reachable(address),
      port,
      method,
      path,
      agent: false,
      // X-Debug lets the proxy say whether an answer is its own.
      headers: [
        ['host', host],
        ...headers,
        ['x-debug', '1'],
        ...(length === null ? [] : [['content-length', String(length)]]),
      ].flat(),
      // This is the instance on this machine; whether its certificate is trusted is not the question.
      rejectUnauthorized: false,
      servername: serverName(host),
      timeout: idleMs,
      signal,
    });
    sent.once('response', (response) => {
      const own = response.headers['x-debug-error'];
      const status = response.statusCode ?? 0;
      // Whoever reads it hears of errors by itself.
      response.on('error', () => undefined);
      resolve({ kind: 'answered', response, status, own: own === undefined ? null : String(own) });
    });
    sent.once('timeout', () => {
      fail(`no answer within ${idleMs / 1000} s`);
      sent.destroy();
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(signal.reason);
      else fail(`${address}:${port}: ${error.code ?? error.message}`);
    });
    sent.once('close', () => fail(`${address}:${port}: closed without an answer`));
    sent.end(body ?? undefined);
  });
}

const pageOf = (options: AskOptions) => ({
  ...options,
  method: 'GET',
  headers: [['user-agent', 'berth']] as const,
  body: null,
  idleMs: limits.waitRequestMs,
});

/** `GET` of a path through the proxy. Rejects only with the signal's reason. */
export async function askThroughProxy(options: AskOptions): Promise<Asked> {
  const sent = await sendThroughProxy(pageOf(options));
  if (sent.kind === 'failed') return { ok: false, status: null, reason: sent.reason };
  const { response, status, own } = sent;
  response.destroy();
  if (own === null) return { ok: true, status };
  const isUnknown = own.startsWith('BERTH_HOST_UNKNOWN');
  return { ok: false, status, reason: ownReason(status, own), ...(isUnknown ? { isUnknown } : {}) };
}

/** Why no backend answered, of what X-Debug-Error says. */
export const ownReason = (status: number, own: string): string => `Berth answers ${status}: ${own}`;

/** The listener that a host is asked through: plain HTTP where there is any. */
export const listenerFor = (listeners: readonly ListenerStatus[]): ListenerStatus | undefined =>
  listeners.find(({ secure }) => !secure) ?? listeners[0];

/** A host that a frontend's name matches. */
export const hostOf = (name: string): string =>
  name.replace(/^\*$/, 'any.localhost').replace(/^\*/, 'any');

/**
 * One request to a frontend through the proxy, and what came of it. Never rejects.
 *
 * @param now monotonic ms
 */
export async function tryHost(
  name: string,
  listeners: readonly ListenerStatus[],
  now: () => number,
): Promise<TriedHost> {
  const listener = listenerFor(listeners);
  if (listener === undefined) {
    return { ok: false, status: null, ms: 0, reason: 'the instance serves no address' };
  }
  const begun = now();
  const host = hostOf(name);
  const { signal } = new AbortController();
  const sent = await sendThroughProxy(pageOf({ listener, host, path: '/', signal }));
  const ms = Math.round(now() - begun);
  if (sent.kind === 'failed') return { ok: false, status: null, ms, reason: sent.reason };
  const { response, status, own } = sent;
  if (own !== null) {
    response.destroy();
    return { ok: false, status, ms, reason: ownReason(status, own) };
  }
  const check = mayRefuseHost(status, response)
    ? hostCheckOf(await beginningOf(response), host, true)
    : null;
  response.destroy();
  const answered = { ok: true, status, ms, reason: '' };
  return check === null
    ? answered
    : { ...answered, refused: { server: check.server, fix: check.fix } };
}

/** webpack-dev-servers of before answer 200 with these few words. */
const mayRefuseHost = (status: number, { headers }: IncomingMessage): boolean =>
  (status >= 400 && status < 500) ||
  (status === 200 && headers['content-length'] === String('Invalid Host header'.length));

/** What came first of an answer, as text; what is slower than a request may be is not waited for. Never rejects. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const timer = setTimeout(() => response.destroy(), limits.waitRequestMs);
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part);
      bytes += part.length;
      if (bytes >= limits.maxHintBytes) break;
    }
  } catch {
    // What came until then is read.
  }
  clearTimeout(timer);
  return Buffer.concat(parts).toString('utf8');
}

/** An address of this machine by which a listener on all of them is reached. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}

/** For TLS: a name without its port; empty for an address, which has no place there. */
function serverName(host: string): string {
  const parsed = parseHost(host);
  return parsed.ok && !/^\[|^[\d.]+$/.test(parsed.host) ? parsed.host : '';
}
