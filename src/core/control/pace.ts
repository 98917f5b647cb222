import { setImmediate } from 'node:timers/promises';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Budget } from './budget.ts';
import type { Output } from './output.ts';

/** Answers that grow with hosts and records: made one at a time over all connections. */
const largeCalls: ReadonlySet<string> = new Set([
  '/hosts/list',
  '/hosts/watch',
  '/health/list',
  '/health/watch',
  '/traffic/recent',
  '/traffic/follow',
  '/traffic/watch',
]);

/** Puts the text of a message in the place of what it says. */
type Write<T> = (made: T) => Promise<T>;

/** When a connection gets its next message, so that nothing is made for whoever does not read. */
export interface Pace {
  /**
   * Makes the answer of a call, and of a large one its text with `write`.
   *
   * @throws BerthError BERTH_CONTROL_UNUSABLE when what was answered before is not read
   */
  answer<T>(path: string, make: () => Promise<T>, write: Write<T>): Promise<T>;
  /** Makes the next message of a stream, once it can be sent; null when the connection has ended meanwhile. */
  message<T>(
    path: string,
    make: () => Promise<T>,
    write: Write<T>,
    signal: AbortSignal | undefined,
  ): Promise<T | null>;
}

export function createPace(
  budget: Pick<Budget, 'turn'>,
  output: Pick<Output, 'hasRoom' | 'hasRead' | 'room'>,
): Pace {
  /** The turn to make a large message, with room for it on this connection. */
  async function turn(): Promise<() => void> {
    for (;;) {
      await output.room();
      const release = await budget.turn(output.hasRead());
      if (output.hasRoom()) return release;
      release();
    }
  }

  /** What takes long to come is waited for without the turn: only what makes the message needs it. */
  async function inTurn<T>(make: () => Promise<T>, write: Write<T>): Promise<T> {
    let release = await turn();
    try {
      const made = make();
      if (!(await isSettledSoon(made))) {
        release();
        await made.catch(() => undefined);
        release = await turn();
      }
      return await write(await made);
    } finally {
      // The message is sent and counted before anything else happens.
      void setImmediate().then(release);
    }
  }

  return {
    answer: async (path, make, write) => {
      if (!largeCalls.has(path)) return await make();
      if (!output.hasRoom() && !(await hasRoomWithin(output, limits.controlStallMs))) {
        throw new BerthError(
          'BERTH_CONTROL_UNUSABLE',
          'the answers before this one were not read; read them first',
        );
      }
      return await inTurn(make, write);
    },
    message: async (path, make, write, signal) => {
      await output.room();
      if (signal?.aborted === true) return null;
      if (!largeCalls.has(path)) return await make();
      return await inTurn(make, write);
    },
  };
}

/** Whether a promise settles before anything comes from outside. */
function isSettledSoon(promise: Promise<unknown>): Promise<boolean> {
  const settled = (): boolean => true;
  return Promise.race([promise.then(settled, settled), setImmediate(false)]);
}

function hasRoomWithin(output: Pick<Output, 'room'>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, false);
    void output.room().then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
