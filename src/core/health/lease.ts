import type { SharedStore } from '../../store/store.ts';

export interface LeaseOptions {
  readonly store: Pick<SharedStore, 'edit'>;
  readonly key: string;
  /** Who asks for it. */
  readonly id: string;
  readonly lifeMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
}

/** A key of the store that one instance has at a time, and loses when it does not renew it. */
export class Lease {
  readonly #options: LeaseOptions;
  /** Of both clocks: one stands still while the machine sleeps, the other one may be set. */
  #until: { readonly now: number; readonly wall: number } | null = null;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Whether nobody else can have it now, as long as the clocks of this machine run as the store's. */
  get isHeld(): boolean {
    const { now, wallClock } = this.#options;
    return this.#until !== null && now() < this.#until.now && wallClock() < this.#until.wall;
  }

  /**
   * Takes it if nobody has it, and keeps it if we do.
   *
   * @returns null when it is ours, else who has it
   * @throws StoreAway, or the error reply of the store; what was held is held until it ends
   */
  async renew(): Promise<string | null> {
    const { store, key, id, lifeMs, now, wallClock } = this.#options;
    // From before it is written: the store counts from later on.
    const end = { now: now() + lifeMs, wall: wallClock() + lifeMs };
    const outcome = await store.edit<string | null>({
      reads: [['get', key]],
      decide: ([reply]) => {
        if (reply?.ok !== true) throw new Error(reply?.error ?? 'no answer');
        const holder = typeof reply.value === 'string' ? reply.value : null;
        if (holder !== null && holder !== id) return { writes: [], result: holder };
        return {
          writes: [{ key, commands: [['set', key, id, 'px', lifeMs]] }],
          result: null,
        };
      },
    });
    if (outcome.kind === 'conflict') {
      this.#until = null;
      throw new Error('others asked for it at the same time');
    }
    this.#until = outcome.result === null ? end : null;
    return outcome.result;
  }

  /** Gives it back, if it is ours. */
  async release(): Promise<void> {
    if (this.#until === null) return;
    this.#until = null;
    const { store, key, id } = this.#options;
    await store.edit({
      reads: [['get', key]],
      decide: ([reply]) => ({
        writes: reply?.ok === true && reply.value === id ? [{ key, commands: [['del', key]] }] : [],
        result: null,
      }),
    });
  }
}
