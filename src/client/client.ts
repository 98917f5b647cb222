import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../shared/contract/index.ts';
import { contractVersion } from '../shared/contract/instance.ts';
import { BerthError } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';
import { version } from '../shared/version.ts';
import type { OpenConnection } from './connection.ts';
import { firstOf } from './firstOf.ts';
import { createLink } from './link.ts';

/** Every call of the contract. Each takes `(input, { signal })` and rejects with BerthError, or the signal's reason. */
export type ControlApi = ContractRouterClient<typeof contract>;

/** A connection to an instance that runs. */
export interface ControlClient {
  readonly api: ControlApi;
  /** Who answers. */
  readonly instance: { readonly version: string; readonly pid: number };
  /** Resolves when the instance has gone, or `close` was called. Calls fail from then on; there is no second try. */
  readonly closed: Promise<void>;
  /** Ends calls and streams that are under way. */
  close(): void;
}

/**
 * Makes sure that who answers speaks the same contract.
 *
 * @param place whom an error names, as a socket's path or an address
 * @throws BerthError BERTH_NOT_RUNNING, or a BERTH_CONTROL_… when it does not let us in, does not answer within
 * `limits.controlHelloMs`, or has another contract; or the reason of `signal`
 */
export async function createControlClient(
  open: OpenConnection,
  place: string,
  signal?: AbortSignal,
): Promise<ControlClient> {
  const calls = await open({ bounded: false, signal });
  const streams = new Set<{ close(): void }>();
  const link = createLink(calls, async (streamSignal) => {
    const stream = await open({ bounded: true, signal: streamSignal });
    streams.add(stream);
    void stream.closed.then(() => streams.delete(stream));
    return stream;
  });
  const close = (): void => {
    calls.close();
    for (const stream of streams) stream.close();
  };
  const silence = new AbortController();
  const waiting = silence.signal;
  const timer = setTimeout(() => silence.abort(), limits.controlHelloMs);
  try {
    const api: ControlApi = createORPCClient(link);
    const hello = await api.instance
      .hello(undefined, {
        signal: signal === undefined ? waiting : firstOf(signal, waiting),
      })
      .catch((error: unknown) => {
        if (calls.isForeign) {
          throw new BerthError('BERTH_CONTROL_FOREIGN', `what ${place} sends is nothing of Berth`, {
            cause: error,
          });
        }
        if (!waiting.aborted) throw error;
        throw new BerthError(
          'BERTH_CONTROL_SILENT',
          `${place} did not answer within ${limits.controlHelloMs / 1000} s`,
        );
      });
    if (hello.contract !== contractVersion) {
      throw new BerthError(
        'BERTH_CONTROL_VERSION',
        `the instance with pid ${hello.pid} is version ${hello.version}, and this is version ${version}`,
      );
    }
    return {
      api,
      instance: { version: hello.version, pid: hello.pid },
      closed: calls.closed,
      close,
    };
  } catch (error) {
    close();
    throw error;
  } finally {
    clearTimeout(timer);
    // What listens to the signal of whoever asked is taken away with it.
    silence.abort();
  }
}
