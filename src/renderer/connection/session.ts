import { type ControlApi, type ControlClient, createControlClient } from '../../client/client.ts';
import type { OpenConnection } from '../../client/connection.ts';
import { BerthError } from '../../shared/errors.ts';
import { createStore, type Readable } from '../state/store.ts';

export type SessionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly api: ControlApi }
  /** Tried again by itself, until `stop`. */
  | { readonly kind: 'lost'; readonly error: BerthError };

/** A connection to the instance that is made anew whenever it ends. */
export interface Session {
  readonly state: Readable<SessionState>;
  /** Tries at once instead of at the next turn. */
  retry(): void;
  stop(): void;
}

/** Milliseconds between two tries. */
const retryMs = 1000;

/**
 * @param place whom an error names
 * @param use is called with each new connection, and its result when that one ends
 */
export function startSession(
  open: OpenConnection,
  place: string,
  use: (api: ControlApi) => () => void,
): Session {
  const state = createStore<SessionState>({ kind: 'connecting' });
  const stopping = new AbortController();
  let wake = (): void => undefined;

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, retryMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let client: ControlClient;
      try {
        client = await createControlClient(open, place, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        state.set({ kind: 'lost', error: asBerthError(error) });
        await pause();
        continue;
      }
      const release = use(client.api);
      state.set({ kind: 'connected', api: client.api });
      stopping.signal.addEventListener('abort', client.close, { once: true });
      await client.closed;
      stopping.signal.removeEventListener('abort', client.close);
      release();
      client.close();
      if (!stopping.signal.aborted) state.set({ kind: 'connecting' });
    }
  }

  void run();
  return {
    state,
    retry: () => wake(),
    stop: () => {
      stopping.abort();
      wake();
    },
  };
}

const asBerthError = (error: unknown): BerthError =>
  error instanceof BerthError
    ? error
    : new BerthError(
        'BERTH_CONTROL_UNUSABLE',
        error instanceof Error ? error.message : String(error),
      );
