import { LRUCache } from 'lru-cache';
import { limits } from '../../shared/limits.ts';
import type { Asker } from './asker.ts';
import { createTokenBucket, type TokenBucket } from './tokenBucket.ts';

/** How many certificates are made for names without a frontend of exactly that name. */
export interface LeafBudget {
  /** Whether one more is made: so many for strangers and for each wildcard, and of those a part for each client. */
  take(asker: Asker): boolean;
}

/** @param now monotonic ms */
export function createLeafBudget(now: () => number): LeafBudget {
  const groups = new LRUCache<string, TokenBucket>({ max: limits.maxLeafGroups });
  const clients = new LRUCache<string, TokenBucket>({ max: limits.maxLeafClients });

  /** One that was forgotten is full again: who has very many addresses is bounded by the group alone. */
  function bucket(
    all: LRUCache<string, TokenBucket>,
    key: string,
    size: Parameters<typeof createTokenBucket>[0],
  ): TokenBucket {
    const known = all.get(key);
    if (known !== undefined) return known;
    const made = createTokenBucket(size, now);
    all.set(key, made);
    return made;
  }

  return {
    take: ({ wildcard, client }) => {
      const ofClient = bucket(clients, `${wildcard} ${client}`, {
        burst: limits.leafBurstOfClient,
        perSecond: limits.leavesOfClientPerSecond,
      });
      const ofGroup = bucket(groups, wildcard, {
        burst: limits.leafBurst,
        perSecond: limits.leavesPerSecond,
      });
      // Who has had his part takes nothing of the others'.
      return ofClient.take() && ofGroup.take();
    },
  };
}
