import { limits } from '../../shared/limits.ts';
import { checkerFreshSeconds, checkerPingKey } from '../../shared/model/keys.ts';
import type { Store } from '../../store/store.ts';

/**
 * Whether `hchecker_ping` says that an active checker works (Hipache contract, "Redis keys and channels").
 *
 * @param ping value of the key: unix seconds
 * @param wallMs unix milliseconds
 */
export function isCheckerActive(ping: unknown, wallMs: number): boolean {
  if (typeof ping !== 'string' || !/^\d+(\.\d+)?$/.test(ping)) return false;
  return Math.floor(wallMs / 1000) - Number(ping) < checkerFreshSeconds;
}

/** Knows whether an active checker is in charge of the dead marks; asks the store when its knowledge is old. */
export class CheckerWatch {
  readonly #store: Pick<Store, 'read'>;
  readonly #now: () => number;
  readonly #wallClock: () => number;
  #isActive = false;
  #believedUntil = Number.NEGATIVE_INFINITY;
  #asking: Promise<boolean> | null = null;

  constructor(store: Pick<Store, 'read'>, now: () => number, wallClock: () => number) {
    this.#store = store;
    this.#now = now;
    this.#wallClock = wallClock;
  }

  /** What was last heard, however long ago; false when nothing was. */
  get wasActive(): boolean {
    return this.#isActive;
  }

  /** While the store does not answer, nobody is in charge. */
  isActive(): Promise<boolean> {
    if (this.#now() < this.#believedUntil) return Promise.resolve(this.#isActive);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<boolean> {
    const [answer] = await this.#store.read([['get', checkerPingKey]]);
    this.#isActive =
      answer?.kind === 'reply' &&
      answer.reply.ok &&
      isCheckerActive(answer.reply.value, this.#wallClock());
    this.#believedUntil = this.#now() + limits.checkerBeliefMs;
    return this.#isActive;
  }
}
