import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '../shared/limits.ts';

/**
 * A stream of the instance that outlives a reload: one that puts another store in place ends what was followed, and it
 * is followed anew. Ends by an error when the instance is gone, or with the signal's reason.
 *
 * @param open told whether it is the first time
 */
export async function* lasting<T>(
  open: (isFirst: boolean) => Promise<AsyncIterable<T>>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    yield* await open(isFirst);
    await delay(limits.resumeMs, undefined, { signal });
  }
}
