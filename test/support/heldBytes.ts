import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Bytes of heap once nothing more goes: what tests before this one left takes turns of the event loop to be let go. */
async function settledBytes(): Promise<number> {
  let bytes = Number.POSITIVE_INFINITY;
  for (;;) {
    await nextTurn();
    collect();
    const now = process.memoryUsage().heapUsed;
    if (now > bytes - 10_000) return now;
    bytes = now;
  }
}

/** Bytes of JavaScript objects that live on because of what `make` returns. */
export async function heldBytes(make: () => unknown): Promise<number> {
  const before = await settledBytes();
  const held = await make();
  collect();
  const bytes = process.memoryUsage().heapUsed - before;
  // Alive up to here.
  return held === null ? 0 : bytes;
}

/** What was read of a head of 64 KB: a piece of its text, as every text of a request is. */
export const fromHead = (text: string): string => {
  const head = Buffer.alloc(64 * 1024, 'x');
  head.write(text, 1000, 'latin1');
  return head.toString('latin1').slice(1000, 1000 + text.length);
};
