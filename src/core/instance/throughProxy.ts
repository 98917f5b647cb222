import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ListenerStatus, TriedHost } from '../../shared/contract/instance.ts';
import { limits } from '../../shared/limits.ts';

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

/** One request through the proxy, as a client of this machine sends it. Rejects only with the signal's reason. */
export function askThroughProxy({ listener, host, path, signal }: AskOptions): Promise<Asked> {
  const { address, port, secure } = listener;
  const request = secure ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const asked = request({
      host: reachable(address),
      port,
      path,
      agent: false,
      // X-Debug lets the proxy say whether an answer is its own.
      headers: { host, 'x-debug': '1', 'user-agent': 'berth' },
      // This is the instance on this machine; whether its certificate is trusted is not the question.
      rejectUnauthorized: false,
      servername: host,
      timeout: limits.waitRequestMs,
      signal,
    });
    asked.once('response', (response) => {
      const own = response.headers['x-debug-error'];
      response.destroy();
      const status = response.statusCode ?? 0;
      if (own === undefined) resolve({ ok: true, status });
      else {
        const reason = `Berth answers ${status}: ${String(own)}`;
        const isUnknown = String(own).startsWith('BERTH_HOST_UNKNOWN');
        resolve({ ok: false, status, reason, ...(isUnknown ? { isUnknown } : {}) });
      }
    });
    asked.once('timeout', () => {
      asked.destroy();
      resolve({
        ok: false,
        status: null,
        reason: `no answer within ${limits.waitRequestMs / 1000} s`,
      });
    });
    asked.once('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(signal.reason);
      else
        resolve({
          ok: false,
          status: null,
          reason: `${address}:${port}: ${error.code ?? error.message}`,
        });
    });
    asked.end();
  });
}

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
  const asked = await askThroughProxy({
    listener,
    host: hostOf(name),
    path: '/',
    signal: new AbortController().signal,
  });
  const ms = Math.round(now() - begun);
  return asked.ok
    ? { ok: true, status: asked.status, ms, reason: '' }
    : { ok: false, status: asked.status, ms, reason: asked.reason };
}

/** An address of this machine by which a listener on all of them is reached. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}
