import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ListenerStatus } from '../shared/contract/instance.ts';
import { limits } from '../shared/limits.ts';

export type Probed =
  /** A backend answered. */
  | { readonly ok: true; readonly status: number }
  | {
      readonly ok: false;
      readonly reason: string;
      /** The proxy knows no such host. */
      readonly isUnknown?: true;
    };

export interface ProbeOptions {
  readonly listener: ListenerStatus;
  readonly host: string;
  readonly path: string;
  readonly signal: AbortSignal;
}

/** One request through the proxy, as a client of this machine sends it. Rejects only with the signal's reason. */
export function probe({ listener, host, path, signal }: ProbeOptions): Promise<Probed> {
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
      headers: { host, 'x-debug': '1', 'user-agent': 'berth-wait' },
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
        resolve({ ok: false, reason, ...(isUnknown ? { isUnknown } : {}) });
      }
    });
    asked.once('timeout', () => {
      asked.destroy();
      resolve({ ok: false, reason: `no answer within ${limits.waitRequestMs / 1000} s` });
    });
    asked.once('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(signal.reason);
      else resolve({ ok: false, reason: `${address}:${port}: ${error.code ?? error.message}` });
    });
    asked.end();
  });
}

/** An address of this machine by which a listener on all of them is reached. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}
