import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import type { Reply } from '../../store/command.ts';
import type { SharedStore } from '../../store/store.ts';
import { atMostEvery } from '../system/atMostEvery.ts';

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
  readonly log: Log;
}

/** What the store has under the key. */
type Found =
  | { readonly kind: 'free' }
  | { readonly kind: 'held'; readonly by: string; readonly leftMs: number }
  /** No lease: something that is no text. */
  | { readonly kind: 'alien' };

/** One that lasts longer than a lease may, since it was seen unchanged. */
interface Suspect {
  readonly by: string;
  /** Monotonic milliseconds of its end; Infinity without one. */
  readonly endsAt: number;
  readonly since: number;
}

interface Taken {
  /** Null: it is ours. */
  readonly holder: string | null;
  /** What stood in its way, and was written over; null for nothing. */
  readonly over: string | null;
}

/** Milliseconds by which the end of a lease may seem to move while nobody renews it. */
const driftMs = 1000;

/** A key of the store that one instance has at a time, and loses when it does not renew it. */
export class Lease {
  readonly #options: LeaseOptions;
  /** Of both clocks: one stands still while the machine sleeps, the other one may be set. */
  #until: { readonly now: number; readonly wall: number } | null = null;
  #suspect: Suspect | null = null;
  readonly #warn: (message: string) => void;

  constructor(options: LeaseOptions) {
    this.#options = options;
    const { now, log } = options;
    this.#warn = atMostEvery(limits.checkerNoticeMs, now, (message) => log('warn', message));
  }

  /** Whether nobody else can have it now, as long as the clocks of this machine run as the store's. */
  get isHeld(): boolean {
    const { now, wallClock } = this.#options;
    return this.#until !== null && now() < this.#until.now && wallClock() < this.#until.wall;
  }

  /**
   * Takes it if nobody has it, and keeps it if we do. What cannot be a lease is written over, with a warning: a key of
   * another type, and one that ends later than any lease, or never, and that nobody renewed for the life of one.
   *
   * @returns null when it is ours, else who has it
   * @throws StoreAway, or the error reply of the store; what was held is held until it ends
   */
  async renew(): Promise<string | null> {
    const { store, key, id, lifeMs, now, wallClock } = this.#options;
    // From before it is written: the store counts from later on.
    const end = { now: now() + lifeMs, wall: wallClock() + lifeMs };
    const outcome = await store.edit<Taken>({
      reads: [
        ['get', key],
        ['pttl', key],
      ],
      decide: ([value, life]) => {
        const found = foundIn(value, life);
        const isAbandoned = this.#isAbandoned(found);
        if (found.kind === 'held' && found.by !== id && !isAbandoned) {
          return { writes: [], result: { holder: found.by, over: null } };
        }
        return {
          writes: [{ key, commands: [['set', key, id, 'px', lifeMs]] }],
          result: { holder: null, over: inTheWay(found, isAbandoned) },
        };
      },
    });
    if (outcome.kind === 'conflict') {
      this.#until = null;
      throw new Error('others asked for it at the same time');
    }
    const { holder, over } = outcome.result;
    if (over !== null) {
      this.#warn(
        `health: the key ${key} held ${over}, so that nobody checked: this instance took it over. Let nothing else write it.`,
      );
    }
    this.#until = holder === null ? end : null;
    return holder;
  }

  /** Whether somebody else's was seen for the life of a lease, and is none. */
  #isAbandoned(found: Found): boolean {
    const { id, lifeMs } = this.#options;
    if (found.kind !== 'held' || found.by === id || found.leftMs <= lifeMs + driftMs) {
      this.#suspect = null;
      return false;
    }
    const now = this.#options.now();
    const endsAt = now + found.leftMs;
    const seen = this.#suspect;
    const isSame = seen?.by === found.by && !(endsAt > seen.endsAt + driftMs);
    if (seen !== null && isSame) return now - seen.since >= lifeMs;
    this.#suspect = { by: found.by, endsAt, since: now };
    return false;
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

function foundIn(value: Reply | undefined, life: Reply | undefined): Found {
  if (value?.ok === false && value.error.startsWith('WRONGTYPE')) return { kind: 'alien' };
  if (value?.ok !== true) throw new Error(value?.error ?? 'no answer');
  if (typeof value.value !== 'string') return { kind: 'free' };
  if (life?.ok !== true) throw new Error(life?.error ?? 'no answer');
  const left = Number(life.value);
  return {
    kind: 'held',
    by: value.value,
    leftMs: left < 0 ? Number.POSITIVE_INFINITY : left,
  };
}

function inTheWay(found: Found, isAbandoned: boolean): string | null {
  if (found.kind === 'alien') return 'another type than a text';
  return isAbandoned ? 'a lease that nobody renewed and that did not end' : null;
}
