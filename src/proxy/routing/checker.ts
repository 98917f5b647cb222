import { limits } from '../../shared/limits.ts';
import { type PingWriter, pingWriter } from '../../shared/model/checkerPing.ts';
import { checkerPingKey } from '../../shared/model/keys.ts';
import type { Store } from '../../store/store.ts';

/**
 * Whether an active checker is in charge of the dead marks of a frontend (Hipache contract, "Redis keys and channels").
 * A Berth checks what is configured to be checked; any other checker is taken to check everything.
 */
const isInCharge = (writer: PingWriter, isChecked: boolean): boolean =>
  writer === 'foreign' || (writer === 'berth' && isChecked);

/** Knows whether an active checker is in charge of dead marks; asks the store when its knowledge is old. */
export class CheckerWatch {
  readonly #store: Pick<Store, 'read'>;
  readonly #now: () => number;
  readonly #wallClock: () => number;
  #writer: PingWriter = null;
  #believedUntil = Number.NEGATIVE_INFINITY;
  #asking: Promise<PingWriter> | null = null;

  constructor(store: Pick<Store, 'read'>, now: () => number, wallClock: () => number) {
    this.#store = store;
    this.#now = now;
    this.#wallClock = wallClock;
  }

  /**
   * What was last heard, however long ago; false when nothing was.
   *
   * @param isChecked whether a check is configured for the frontend
   */
  wasActive(isChecked: boolean): boolean {
    return isInCharge(this.#writer, isChecked);
  }

  /** While the store does not answer, nobody is in charge. */
  async isActive(isChecked: boolean): Promise<boolean> {
    if (this.#now() < this.#believedUntil) return this.wasActive(isChecked);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return isInCharge(await this.#asking, isChecked);
  }

  async #ask(): Promise<PingWriter> {
    const [answer] = await this.#store.read([['get', checkerPingKey]]);
    this.#writer =
      answer?.kind === 'reply' && answer.reply.ok
        ? pingWriter(answer.reply.value, this.#wallClock())
        : null;
    this.#believedUntil = this.#now() + limits.checkerBeliefMs;
    return this.#writer;
  }
}
