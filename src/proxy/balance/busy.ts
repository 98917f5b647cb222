import type { Candidates } from './candidates.ts';

/** Requests under way by backend, as this worker sees them; of frontends that choose by them. */
export class Busy {
  readonly #requests = new Map<string, number>();

  /** Backends that have any. */
  get size(): number {
    return this.#requests.size;
  }

  of(url: string): number {
    return this.#requests.get(url) ?? 0;
  }

  began(url: string): void {
    this.#requests.set(url, this.of(url) + 1);
  }

  ended(url: string): void {
    const left = this.of(url) - 1;
    if (left > 0) this.#requests.set(url, left);
    else this.#requests.delete(url);
  }
}

/**
 * The one that would have the fewest requests under way for its weight with one more; of several, one at random.
 *
 * @param open positions to choose from, at least one
 * @param random uniform in [0, 1)
 */
export function leastBusy(
  { backends, weights }: Candidates,
  open: readonly number[],
  busy: Busy,
  random: () => number,
): number {
  let chosen = -1;
  let least = Number.POSITIVE_INFINITY;
  let ties = 0;
  for (const at of open) {
    const load = (busy.of(backends[at]?.url ?? '') + 1) / (weights?.[at] ?? 1);
    if (load > least) continue;
    ties = load === least ? ties + 1 : 1;
    least = load;
    // Each of n that tie is kept with a chance of 1/n.
    if (ties === 1 || random() * ties >= ties - 1) chosen = at;
  }
  return chosen;
}
