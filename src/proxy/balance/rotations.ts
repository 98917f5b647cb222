import { LRUCache } from 'lru-cache';
import { limits } from '../../shared/limits.ts';
import type { Frontend } from '../../shared/model/frontend.ts';
import type { Candidates } from './candidates.ts';

/**
 * Whose turn it is among the backends of each frontend: each gets its share in every round, spread over the round
 * (smooth weighted round-robin). A frontend that was not used for long begins anew.
 */
export class Rotations {
  /** By frontend: how far each backend, by its index, is behind its share. */
  readonly #credits = new LRUCache<string, number[]>({
    maxSize: limits.maxRotationBackends,
    sizeCalculation: ({ length }) => length + 1,
  });
  readonly #random: () => number;

  /** @param random uniform in [0, 1): workers do not all begin with the same backend */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** @param open positions to choose from, at least one */
  next(frontend: Frontend, { backends, weights }: Candidates, open: readonly number[]): number {
    const credits = this.#creditsOf(frontend);
    let chosen = -1;
    let most = Number.NEGATIVE_INFINITY;
    let total = 0;
    for (const at of open) {
      const index = backends[at]?.index ?? 0;
      const weight = weights?.[at] ?? 1;
      const credit = (credits[index] ?? 0) + weight;
      credits[index] = credit;
      total += weight;
      if (credit > most) {
        most = credit;
        chosen = at;
      }
    }
    const index = backends[chosen]?.index ?? 0;
    credits[index] = most - total;
    return chosen;
  }

  #creditsOf({ name, size }: Frontend): number[] {
    const present = this.#credits.get(name);
    if (present?.length === size) return present;
    // As after some turns of a round in which all weigh the same.
    const turns = Math.floor(this.#random() * size);
    const credits = Array.from({ length: size }, (_, i) => (i < turns ? turns - size : turns));
    this.#credits.set(name, credits);
    return credits;
  }
}
