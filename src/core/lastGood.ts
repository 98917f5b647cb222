import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import { limits } from '../shared/limits.ts';
import type { ReachableStore } from '../shared/model/driver.ts';
import { bytesOfFinding, type Finding, type News } from '../shared/model/news.ts';

/** What stands for a name: what was read last, or that it has changed since. */
type Memory =
  | { readonly kind: 'found'; readonly at: number; readonly finding: Finding }
  | { readonly kind: 'changed'; readonly at: number };

export interface LastGoodBounds {
  readonly maxKeys: number;
  readonly maxBytes: number;
}

const bounds: LastGoodBounds = {
  maxKeys: limits.maxLastGoodKeys,
  maxBytes: limits.maxLastGoodBytes,
};

/**
 * What all workers together know of one store, for those that do not know it while the store is away: new ones, and those
 * that nobody asked yet. News of several workers arrive in any order; what counts is when each was read or heard. That a
 * name has changed is remembered too, since something older may still be on its way.
 */
export class LastGood {
  readonly store: ReachableStore;
  readonly #memories: LRUCache<string, Memory>;
  /** What was read before is not believed. */
  #since = Number.NEGATIVE_INFINITY;

  constructor(store: ReachableStore, { maxKeys, maxBytes }: LastGoodBounds = bounds) {
    this.store = store;
    this.#memories = new LRUCache({
      max: maxKeys,
      maxSize: maxBytes,
      sizeCalculation: (memory, name) =>
        memory.kind === 'found' ? bytesOfFinding(memory.finding) : 200 + name.length * 2,
    });
  }

  /** Names that are remembered. */
  get size(): number {
    return this.#memories.size;
  }

  learn(news: readonly News[]): void {
    for (const item of news) {
      if (item.kind === 'changed') this.#changed(item.name, item.at);
      else this.#found(item.finding);
    }
  }

  /** What is known of these names; those that nobody knows are left out. */
  recall(names: readonly string[]): readonly Finding[] {
    const findings: Finding[] = [];
    for (const name of names) {
      const memory = this.#memories.get(name);
      if (memory?.kind === 'found' && memory.at >= this.#since) findings.push(memory.finding);
    }
    return findings;
  }

  #found(finding: Finding): void {
    const { name, at } = finding;
    if (at >= (this.#memories.peek(name)?.at ?? this.#since)) {
      this.#memories.set(name, { kind: 'found', at, finding });
    }
  }

  #changed(name: string | null, at: number): void {
    if (name === null) {
      this.#since = Math.max(this.#since, at);
    } else if (at > (this.#memories.peek(name)?.at ?? this.#since)) {
      this.#memories.set(name, { kind: 'changed', at });
    }
  }
}

/** What is known of this store; nothing, when what was known before is of another. */
export function lastGoodOf(store: ReachableStore, before: LastGood | null): LastGood {
  return before !== null && isDeepStrictEqual(store, before.store) ? before : new LastGood(store);
}
