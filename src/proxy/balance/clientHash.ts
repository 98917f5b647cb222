import type { Backend } from '../../shared/model/backend.ts';

/** What the choice looks at, by position. `weights`: null when all are alike. */
interface Seeded {
  readonly seeds: readonly number[];
  readonly weights: readonly number[] | null;
}

/** A number for each backend that depends on nothing but its URL, and on which of several equal ones it is. */
export function seedsOf(backends: readonly Backend[]): readonly number[] {
  const seen = new Map<string, number>();
  return backends.map(({ url }) => {
    const nth = seen.get(url) ?? 0;
    seen.set(url, nth + 1);
    return hash(`${url} ${nth}`);
  });
}

/**
 * The backend of a client (rendezvous hashing): each pair of client and backend has a score, and the highest wins.
 * A backend that leaves moves its own clients only, in proportion to the weights of the others; when it is back, they
 * are too.
 *
 * @param open positions to choose from, at least one
 * @param client what is known of it, as text
 */
export function byClient(
  { seeds, weights }: Seeded,
  open: readonly number[],
  client: string,
): number {
  const key = hash(client);
  let chosen = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (const at of open) {
    const mixed = mix(Math.imul(key, 0x9e3779b1) ^ (seeds[at] ?? 0));
    // In (0, 1), so that the logarithm is below 0.
    const score = (weights?.[at] ?? 1) / -Math.log((mixed + 0.5) / 2 ** 32);
    if (score <= highest) continue;
    highest = score;
    chosen = at;
  }
  return chosen;
}

/** FNV-1a, 32 bits, mixed. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return mix(sum);
}

/** The finalizer of MurmurHash3: each bit of the input moves half of the output. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
