import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import { formatDeadMark } from '../../shared/model/dead.ts';
import { deadChannel, type Keys } from '../../shared/model/keys.ts';
import { type Reply, reasonOf, type StoreCommand } from '../../store/command.ts';
import type { EditDecision } from '../../store/edit.ts';
import type { SharedStore } from '../../store/store.ts';
import type { FrontendEntry } from '../frontends/table.ts';
import { beside } from '../system/beside.ts';
import type { CheckState } from './checkState.ts';
import { type MarkPlan, planMarks } from './marks.ts';
import { type MarkKind, reasonOfMark } from './verdict.ts';

export interface MarkerOptions {
  readonly kind: MarkKind;
  readonly store: Pick<SharedStore, 'edit' | 'write'>;
  readonly keys: Keys;
  readonly entry: (name: string) => FrontendEntry | null;
  readonly stateOf: (name: string, url: string) => CheckState | null;
  /** Whether this instance may mark now. */
  readonly mayMark: () => boolean;
  readonly ttlSeconds: () => number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  readonly log: Log;
}

/** Keeps the dead marks of frontends what their checks, or their containers, say. */
export class Marker {
  readonly #options: MarkerOptions;
  /** Frontends that are to be looked at, and those that are being written. */
  readonly #due = new Set<string>();
  readonly #writing = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  /** Deaths that were published: each is, once. */
  readonly #published = new Set<string>();
  /** Unix milliseconds of the last renewal. */
  readonly #renewed = new Map<string, number>();

  constructor(options: MarkerOptions) {
    this.#options = options;
  }

  /** Looks at a frontend soon, and writes what is not as it should be. What is due at the same time is looked at once. */
  look(name: string): void {
    this.#due.add(name);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const due = [...this.#due];
      this.#due.clear();
      for (const each of due) {
        beside(this.#options.log, `health: the dead marks of ${each}`, () => this.#look(each));
      }
    }, limits.markDelayMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #look(name: string): void {
    const { entry: entryOf, mayMark } = this.#options;
    const entry = entryOf(name);
    if (entry === null || !mayMark()) return;
    if (this.#writing.has(name)) {
      this.look(name);
      return;
    }
    const plan = this.#plan(entry);
    if (plan.add.length + plan.remove.length === 0 && !plan.renew) return;
    this.#writing.add(name);
    void this.#write(entry, plan).finally(() => this.#writing.delete(name));
  }

  /** Frontends that are checked no longer. */
  forget(isGone: (name: string) => boolean): void {
    for (const name of this.#renewed.keys()) if (isGone(name)) this.#renewed.delete(name);
    for (const death of this.#published) {
      if (isGone(death.slice(0, death.indexOf(' ')))) this.#published.delete(death);
    }
  }

  #plan(entry: FrontendEntry): MarkPlan {
    const { stateOf, wallClock, ttlSeconds } = this.#options;
    const { name } = entry;
    const now = wallClock();
    const ttlMs = ttlSeconds() * 1000;
    for (const url of entry.list?.slice(1) ?? []) {
      if (stateOf(name, url)?.verdict !== 'down') this.#published.delete(`${name} ${url}`);
    }
    const plan = planMarks(entry, (url) => stateOf(name, url), now, ttlMs, this.#options.kind);
    // What was renewed is not heard of at once.
    const isRecent = now - (this.#renewed.get(name) ?? 0) < ttlMs / 6;
    return { ...plan, renew: plan.renew && !isRecent };
  }

  async #write(entry: FrontendEntry, plan: MarkPlan): Promise<void> {
    const { store, keys, ttlSeconds, wallClock, log } = this.#options;
    const { name } = entry;
    const dead = keys.dead(name);
    const reasons = keys.deadReasons(name);
    const ttl = ttlSeconds();
    try {
      if (plan.add.length + plan.remove.length > 0) {
        await this.#edit(name, plan, ttl);
      }
      if (plan.renew) {
        this.#renewed.set(name, wallClock());
        await store.write([[['expire', dead, ttl]], [['expire', reasons, ttl]]]);
      }
    } catch (error) {
      log('debug', `health: the dead marks of ${name}: ${reasonOf(error)}`);
    }
  }

  /** Marks what still stands where it stood. */
  async #edit(name: string, { add, remove }: MarkPlan, ttl: number): Promise<void> {
    const { store, keys, wallClock, mayMark, kind } = this.#options;
    const list = keys.frontend(name);
    const dead = keys.dead(name);
    const reasons = keys.deadReasons(name);
    const decide = ([stored]: readonly Reply[]): EditDecision<MarkPlan['add']> => {
      const elements: readonly unknown[] =
        stored?.ok === true && Array.isArray(stored.value) ? stored.value : [];
      const backends = elements.length - 1;
      const standing = add.filter(({ index, url }) => backends > 1 && elements[index + 1] === url);
      if (!mayMark()) return { writes: [], result: [] };
      const marks: StoreCommand[] = [];
      const words: StoreCommand[] = [];
      for (const { index, url, outcome } of standing) {
        marks.push(['sadd', dead, index]);
        const reason = reasonOfMark(kind, outcome).slice(0, limits.maxHealthReasonChars);
        words.push(['hset', reasons, index, formatDeadMark({ url, reason, at: wallClock() })]);
        if (this.#published.has(`${name} ${url}`)) continue;
        marks.push(['publish', deadChannel, `${name};${url};${index};${backends}`]);
      }
      for (const index of remove) {
        marks.push(['srem', dead, index]);
        words.push(['hdel', reasons, index]);
      }
      if (standing.length > 0) {
        marks.push(['expire', dead, ttl]);
        words.push(['expire', reasons, ttl]);
      }
      const writes = [
        { key: reasons, commands: words },
        { key: dead, commands: marks },
      ];
      return { writes: writes.filter(({ commands }) => commands.length > 0), result: standing };
    };
    const outcome = await store.edit({
      reads: [
        ['lrange', list, 0, limits.maxBackendsPerFrontend],
        ['scard', dead],
        ['hlen', reasons],
      ],
      decide,
    });
    if (outcome.kind !== 'done') return;
    for (const { url } of outcome.result) this.#published.add(`${name} ${url}`);
  }
}
