import type { CheckerInCharge } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import { formatPing, isPingAhead, pingWriter } from '../../shared/model/checkerPing.ts';
import { checkerFreshSeconds, checkerPingKey, type Keys } from '../../shared/model/keys.ts';
import { reasonOf, StoreAway, type StoreCommand } from '../../store/command.ts';
import type { SharedStore } from '../../store/store.ts';
import { Lease } from './lease.ts';

export interface ChargeOptions {
  readonly store: Pick<SharedStore, 'read' | 'edit'>;
  readonly keys: Keys;
  readonly instanceId: string;
  /** Whether there is anything to check. */
  readonly hasWork: () => boolean;
  /** Hears who is in charge, when that changes. */
  readonly changed: (checker: CheckerInCharge) => void;
  /** Hears of every look at the store that found it there. */
  readonly beat: () => void;
  readonly now: () => number;
  readonly wallClock: () => number;
  readonly log: Log;
}

/**
 * Finds out who checks, and sees to it that somebody does: a foreign checker if one says so, else the instance that has
 * the lease. Whoever has it says so to Hipache's kind by `hchecker_ping`.
 */
export class Charge {
  readonly #options: ChargeOptions;
  readonly #lease: Lease;
  #checker: CheckerInCharge = { kind: 'passive' };
  #pingedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  #again = false;
  /** Looks in a row that the store answered with an error. */
  #refusals = 0;
  /** Whether it was told that the ping was of the future: one of two that write it in turn would be told for ever. */
  #saidAhead = false;
  #closed = false;

  constructor(options: ChargeOptions) {
    this.#options = options;
    const { store, keys, instanceId: id, now, wallClock, log } = options;
    const lifeMs = limits.checkerLeaseMs;
    this.#lease = new Lease({ store, key: keys.checker, id, lifeMs, now, wallClock, log });
    this.#plan(0);
  }

  get checker(): CheckerInCharge {
    return this.#checker;
  }

  /** Whether this instance may check and mark now: also right after it was stopped for a while. */
  get isOurs(): boolean {
    return this.#checker.kind === 'this' && this.#lease.isHeld && !this.#closed;
  }

  /** What there is to check may have changed. */
  look(): void {
    if (this.#looking === null) this.#plan(0);
    else this.#again = true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    let patience: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      patience = setTimeout(resolve, limits.checkerLeaveMs);
    });
    const leave = async (): Promise<void> => {
      await this.#looking;
      await this.#leave().catch(() => {});
    };
    await Promise.race([leave(), enough]);
    clearTimeout(patience);
  }

  #plan(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look()
        .catch((error: unknown) => {
          this.#options.log('error', `health: ${reasonOf(error)}`);
        })
        .then(() => {
          this.#looking = null;
          this.#plan(this.#again ? 0 : limits.checkerBeatMs);
          this.#again = false;
        });
    }, delay);
  }

  async #look(): Promise<void> {
    try {
      this.#become(await this.#decide());
      this.#refusals = 0;
      this.#options.beat();
    } catch (error) {
      this.#failed(error);
      if (!this.#lease.isHeld) this.#become({ kind: 'passive' });
    }
  }

  /** A store that is away is spoken of elsewhere; one that refuses leaves everything unchecked, and nobody else says so. */
  #failed(error: unknown): void {
    const { keys, log } = this.#options;
    log('debug', `health: the checker's lease: ${reasonOf(error)}`);
    if (error instanceof StoreAway) return;
    this.#refusals++;
    if (this.#refusals !== limits.checkerTries) return;
    log(
      'warn',
      `health: nothing is checked: ${keys.checker} or ${checkerPingKey} cannot be used: ${reasonOf(error)}. Let Berth read and write these keys of the store; DEL them if they hold something else.`,
    );
  }

  async #decide(): Promise<CheckerInCharge> {
    const { store, hasWork, wallClock } = this.#options;
    const [ping] = await store.read([['get', checkerPingKey]]);
    if (ping?.kind !== 'reply') throw new StoreAway(ping?.reason ?? 'no answer');
    if (ping.reply.ok) this.#tellAhead(ping.reply.value);
    // Ours are told by their form: a Berth with another prefix has another lease.
    if (ping.reply.ok && pingWriter(ping.reply.value, wallClock()) === 'foreign') {
      await this.#lease.release();
      return { kind: 'foreign' };
    }
    if (!hasWork()) {
      await this.#leave();
      return { kind: 'passive' };
    }
    const holder = await this.#lease.renew();
    if (holder !== null) return { kind: 'other', instance: holder };
    await this.#ping();
    return { kind: 'this' };
  }

  #tellAhead(ping: unknown): void {
    if (this.#saidAhead || !isPingAhead(ping, this.#options.wallClock())) return;
    this.#saidAhead = true;
    this.#options.log(
      'warn',
      `health: ${checkerPingKey} is ${String(ping).slice(0, 40)}, a time more than ${limits.checkerAheadSeconds} s ahead: it does not count. If a checker writes it, set the clock of its machine.`,
    );
  }

  /** Never in place of a foreign checker's, which may have come at this moment. */
  async #ping(): Promise<void> {
    const { store, now, wallClock } = this.#options;
    if (now() - this.#pingedAt < limits.checkerPingMs) return;
    const ping = formatPing(wallClock());
    const outcome = await store.edit({
      reads: [['get', checkerPingKey]],
      decide: ([reply]) => {
        const isForeign = reply?.ok === true && pingWriter(reply.value, wallClock()) === 'foreign';
        const set: StoreCommand = ['set', checkerPingKey, ping, 'ex', checkerFreshSeconds];
        const writes = isForeign ? [] : [{ key: checkerPingKey, commands: [set] }];
        return { writes, result: !isForeign };
      },
    });
    if (outcome.kind === 'done' && outcome.result) this.#pingedAt = now();
  }

  /** Gives the lease back, and takes the ping away: what requests see counts again at once. */
  async #leave(): Promise<void> {
    const { store, wallClock } = this.#options;
    await this.#lease.release();
    if (this.#pingedAt === Number.NEGATIVE_INFINITY) return;
    this.#pingedAt = Number.NEGATIVE_INFINITY;
    await store.edit({
      reads: [['get', checkerPingKey]],
      decide: ([reply]) => ({
        writes:
          reply?.ok === true && pingWriter(reply.value, wallClock()) === 'berth'
            ? [{ key: checkerPingKey, commands: [['del', checkerPingKey]] }]
            : [],
        result: null,
      }),
    });
  }

  #become(checker: CheckerInCharge): void {
    const before = this.#checker;
    if (JSON.stringify(before) === JSON.stringify(checker)) return;
    this.#checker = checker;
    if (checker.kind === 'foreign') {
      this.#options.log(
        'info',
        `another program writes ${checkerPingKey}: it checks backends, and Berth does not`,
      );
    } else if (checker.kind === 'this') {
      this.#options.log('info', 'this instance checks backends now');
    } else if (before.kind === 'this') {
      this.#options.log('info', 'this instance no longer checks backends');
    }
    this.#options.changed(checker);
  }
}
