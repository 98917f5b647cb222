import { limits } from '../../shared/limits.ts';
import { FairQueue } from '../system/fairQueue.ts';
import type { Asker } from './asker.ts';

/**
 * Certificates are made one after another, a few at a time: those of frontends before all others, which have a part of the
 * places only. In both, clients take turns.
 */
export interface LeafLine {
  /** Makes it when its turn comes; null when too many wait already. */
  join<T>(asker: Pick<Asker, 'standing' | 'client'>, make: () => Promise<T>): Promise<T> | null;
}

interface Lane {
  readonly queue: FairQueue<() => Promise<void>>;
  readonly waiting: Map<string, number>;
  readonly maxWaiting: number;
  readonly maxWaitingOfClient: number;
  readonly maxAtOnce: number;
  atOnce: number;
  total: number;
}

const lane = (maxAtOnce: number, maxWaiting: number, maxWaitingOfClient: number): Lane => ({
  ...{ queue: new FairQueue(), waiting: new Map(), maxWaiting, maxWaitingOfClient, maxAtOnce },
  ...{ atOnce: 0, total: 0 },
});

export function createLeafLine(): LeafLine {
  const own = lane(
    limits.maxLeavesAtOnce,
    limits.maxWaitingLeaves,
    limits.maxWaitingLeavesOfClient,
  );
  const others = lane(
    limits.maxOtherLeavesAtOnce,
    limits.maxWaitingOtherLeaves,
    limits.maxWaitingOtherLeavesOfClient,
  );

  function advance(): void {
    for (;;) {
      const from = [own, others].find(
        (one) =>
          one.total > 0 &&
          one.atOnce < one.maxAtOnce &&
          own.atOnce + others.atOnce < limits.maxLeavesAtOnce,
      );
      const next = from?.queue.take(() => true);
      if (from === undefined || next === undefined) return;
      from.atOnce++;
      void next().finally(() => {
        from.atOnce--;
        advance();
      });
    }
  }

  return {
    join: ({ standing, client }, make) => {
      const to = standing === 'own' ? own : others;
      const ofClient = to.waiting.get(client) ?? 0;
      if (to.total >= to.maxWaiting || ofClient >= to.maxWaitingOfClient) return null;
      to.total++;
      to.waiting.set(client, ofClient + 1);
      return new Promise((resolve, reject) => {
        to.queue.push(client, async () => {
          to.total--;
          const left = (to.waiting.get(client) ?? 1) - 1;
          if (left === 0) to.waiting.delete(client);
          else to.waiting.set(client, left);
          await make().then(resolve, reject);
        });
        advance();
      });
    },
  };
}
