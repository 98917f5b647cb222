import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Bytes of JavaScript objects that live on because of what `make` returns. */
export async function heldBytes(make: () => unknown): Promise<number> {
  collect();
  const before = process.memoryUsage().heapUsed;
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
