import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A backend that answers every request with what it was asked, and remembers how often. */
export interface EchoBackend extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Requests that arrived whole. */
  readonly requests: number;
  /** How often each target was asked for. */
  countOf(target: string): number;
  /** Answers from now on are held back until the returned function is called. */
  hold(): () => void;
  /** Requests that are held back. */
  readonly held: number;
}

/**
 * Starts one; the answer is `name METHOD target`, or as many bytes as a target `/bytes/N` says.
 *
 * @param on the port to listen on; 0 for a free one
 */
export async function startEchoBackend(name = 'echo', on = 0): Promise<EchoBackend> {
  const counts = new Map<string, number>();
  let requests = 0;
  let release: (() => void) | null = null;
  let gate: Promise<void> = Promise.resolve();
  let held = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      requests++;
      const target = request.url ?? '';
      counts.set(target, (counts.get(target) ?? 0) + 1);
      const bytes = /^\/bytes\/(\d+)/.exec(target)?.[1];
      const body =
        bytes === undefined ? `${name} ${request.method} ${target}` : Buffer.alloc(Number(bytes));
      held++;
      void gate.then(() => {
        held--;
        response.end(body);
      });
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(on, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    get requests() {
      return requests;
    },
    countOf: (target) => counts.get(target) ?? 0,
    hold: () => {
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return () => {
        release?.();
        gate = Promise.resolve();
      };
    },
    get held() {
      return held;
    },
    [Symbol.asyncDispose]: async () => {
      release?.();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
