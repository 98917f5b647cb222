import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import { limits } from '../../shared/limits.ts';
import type { ReachableStore } from '../../shared/model/driver.ts';
import { bytesOfFinding, type Finding, type News } from '../../shared/model/news.ts';

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
 * that nobody asked yet. News of several workers arrive in any order; what counts is when each was read or heard.
 */
export class LastGood {
  readonly store: ReachableStore;
  readonly #findings: LRUCache<string, Finding>;
  /** What was read before is not believed. */
  #since = Number.NEGATIVE_INFINITY;

  constructor(store: ReachableStore, { maxKeys, maxBytes }: LastGoodBounds = bounds) {
    this.store = store;
    this.#findings = new LRUCache({
      max: maxKeys,
      maxSize: maxBytes,
      sizeCalculation: bytesOfFinding,
    });
  }

  /** Names that are remembered. */
  get size(): number {
    return this.#findings.size;
  }

  /**
   * @returns names that are known here and have perhaps changed since: who told of it shall read them. Until then they
   * stay, since a read of another worker may be from after that change: times alone cannot tell.
   */
  learn(news: readonly News[]): readonly string[] {
    const doubtful: string[] = [];
    for (const item of news) {
      switch (item.kind) {
        case 'found':
          this.#keep(item.finding);
          break;
        case 'changed':
          if (this.#isOlder(item.name, item.at)) doubtful.push(item.name);
          break;
        case 'all-changed':
          this.#since = Math.max(this.#since, item.at);
      }
    }
    return doubtful;
  }

  /** What is known of these names; those that nobody knows are left out. */
  recall(names: readonly string[]): readonly Finding[] {
    const findings: Finding[] = [];
    for (const name of names) {
      const finding = this.#findings.get(name);
      if (finding !== undefined && finding.at >= this.#since) findings.push(finding);
    }
    return findings;
  }

  #keep(finding: Finding): void {
    const { name, at } = finding;
    if (at >= (this.#findings.peek(name)?.at ?? this.#since)) this.#findings.set(name, finding);
  }

  #isOlder(name: string, at: number): boolean {
    const finding = this.#findings.peek(name);
    return finding !== undefined && finding.at >= this.#since && finding.at < at;
  }
}

/** What is known of this store; nothing, when what was known before is of another. */
export function lastGoodOf(store: ReachableStore, before: LastGood | null): LastGood {
  return before !== null && isDeepStrictEqual(store, before.store) ? before : new LastGood(store);
}
