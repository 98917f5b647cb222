import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { StoreState } from '../../shared/messages.ts';
import { type Keys, keysFor } from '../../shared/model/keys.ts';
import { reasonOf, StoreAway } from '../../store/command.ts';
import { retryDelay } from '../../store/retry.ts';
import type { SharedStore, StoreEvents } from '../../store/store.ts';
import { Ends } from './ends.ts';
import { entryOf } from './entry.ts';
import { FrontendSync, isName, type Tell } from './sync.ts';
import type { FrontendEntry, FrontendsTable, TableEvent } from './table.ts';

export interface LiveTableOptions {
  readonly store: (events: StoreEvents) => SharedStore;
  readonly prefix: string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What is due: to read everything and tell it as a whole, or to read everything and tell what differs. */
type Reading = 'all' | 'changes';

const quietly: Tell = () => {};

/**
 * Reads everything at the beginning and after the store was away, and between that what it says has changed. One
 * reading at a time; what changes while it is read is read again.
 */
export class LiveTable implements FrontendsTable {
  readonly store: SharedStore;
  readonly ready: Promise<void>;
  readonly #options: LiveTableOptions;
  readonly #keys: Keys;
  readonly #sync: FrontendSync;
  readonly #ends: Ends;
  readonly #listeners = new Set<(event: TableEvent) => void>();
  /** Called when everything was read, or could not be. */
  readonly #waiting = new Set<() => void>();
  readonly #firstTimer: NodeJS.Timeout;
  #timer: NodeJS.Timeout | null = null;
  #pollTimer: NodeJS.Timeout | null = null;
  #left = 0;
  #due: Reading | null = 'all';
  #isRunning = false;
  /** Everything was read since the store was away; and was so once. */
  #isWhole = false;
  #wasWhole = false;
  /** Unix milliseconds since when that is so. */
  #wholeAt = Number.NEGATIVE_INFINITY;
  /** When what changed was last read, in Unix milliseconds. */
  #changesReadAt = Number.NEGATIVE_INFINITY;
  #attempt = 0;
  #failure: string | null = null;
  #state: StoreState = 'connecting';
  #closed = false;

  constructor(options: LiveTableOptions) {
    this.#options = options;
    this.#keys = keysFor(options.prefix);
    this.ready = new Promise((resolve) => this.#waiting.add(resolve));
    this.#firstTimer = setTimeout(() => this.#settle(), limits.storeFirstReachMs).unref();
    this.store = options.store({
      invalidated: (keys) => this.#invalidated(keys),
      changed: () => this.#storeChanged(),
    });
    this.#sync = new FrontendSync({
      store: this.store,
      keys: this.#keys,
      now: options.now,
      applied: (event) => {
        if (event.kind === 'changed') this.#ends.notice(event.entry);
      },
    });
    this.#ends = new Ends({
      entries: () => this.entries,
      ended: (names) => {
        for (const name of names) this.#sync.changed(name);
        this.#runSoon(0);
      },
      now: options.now,
    });
    this.#storeChanged();
  }

  get state(): StoreState {
    return this.#state;
  }

  get reason(): string | null {
    if (this.#state === 'live') return null;
    return this.#failure ?? this.store.reason ?? (this.#isWhole ? null : 'reading the frontends');
  }

  get entries(): ReadonlyMap<string, FrontendEntry> {
    return this.#sync.entries.all;
  }

  get version(): number {
    return this.#sync.entries.version;
  }

  get left(): number {
    return this.#left;
  }

  fresh(): Promise<void> {
    const isOld = this.#options.now() - this.#wholeAt > limits.tablePollMs;
    if (this.#closed || this.#state !== 'polling' || !isOld) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      this.#need('changes');
    });
  }

  async read(name: string): Promise<FrontendEntry | null> {
    const stored = await this.#sync.read(name).catch((cause: unknown) => {
      throw new BerthError('BERTH_STORE_UNREACHABLE', reasonOf(cause), { cause });
    });
    // What is read by name is no reason to list what a reading of all leaves out.
    if (!isName(name) || !this.#sync.entries.admits(name))
      return entryOf(name, stored, null, this.#options.now());
    this.#sync.apply(name, stored, this.#wasWhole ? this.#tell : quietly);
    return this.entries.get(name) ?? null;
  }

  subscribe(listener: (event: TableEvent) => void): () => void {
    this.#listeners.add(listener);
    if (this.#state === 'polling') void this.fresh();
    this.#pollSoon();
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): void {
    this.#closed = true;
    for (const timer of [this.#timer, this.#pollTimer, this.#firstTimer]) {
      if (timer !== null) clearTimeout(timer);
    }
    this.#ends.close();
    this.#sync.close();
    this.#settle();
    this.#listeners.clear();
    this.store.close();
  }

  get #isThere(): boolean {
    return this.store.state === 'live' || this.store.state === 'polling';
  }

  #emit(event: TableEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  readonly #tell: Tell = (event) => {
    if (event.kind === 'removed' && this.#left > 0) this.#readAllLater();
    this.#emit(event);
  };

  /** Milliseconds before what has changed is read. */
  get #pauseMs(): number {
    const left = this.#changesReadAt + limits.tableEveryMs - this.#options.now();
    // The clock may have been set.
    return Math.min(limits.tableEveryMs, Math.max(limits.tableDelayMs, left));
  }

  #settle(): void {
    for (const done of [...this.#waiting]) done();
    this.#waiting.clear();
  }

  #storeChanged(): void {
    // A store may speak before it was given to us.
    if (this.#closed || this.#ends === undefined) return;
    if (this.#isThere) {
      if (this.#due !== null) this.#runSoon(0);
    } else {
      this.#isWhole = false;
      this.#due = 'all';
      if (this.#wasWhole) this.#settle();
    }
    this.#tellState();
  }

  #tellState(): void {
    const before = this.#state;
    this.#state = this.#isWhole ? this.store.state : this.#wasWhole ? 'stale' : 'connecting';
    if (this.#state !== before) this.#emit({ kind: 'state', state: this.#state });
  }

  #invalidated(keys: readonly string[] | null): void {
    if (this.#closed || this.#ends === undefined) return;
    if (keys === null) {
      this.#need('changes');
      return;
    }
    for (const key of keys) {
      const subject = this.#keys.subject(key);
      if (subject === null || !isName(subject.name)) continue;
      const { kind } = subject;
      // Text that is known is found faster by all who look for it.
      const known = this.entries.get(subject.name);
      const name = known?.name ?? subject.name;
      // Marks and options of what is no frontend are nothing, unless it is being read at this moment.
      if (kind !== 'frontend' && known === undefined && !this.#isRunning) continue;
      if (this.#sync.entries.admits(name)) {
        this.#sync.changed(name, kind === 'frontend' && this.#isWhole && this.#due === null);
      } else this.#readAllLater();
    }
    if (this.#sync.pending > limits.maxQueuedRefreshes) {
      this.#sync.forgetPending();
      this.#need('changes');
    } else if (this.#sync.pending > 0) this.#runSoon(this.#pauseMs);
  }

  #need(reading: Reading): void {
    this.#due ??= reading;
    this.#runSoon(0);
  }

  #runSoon(ms: number): void {
    if (this.#closed || this.#isRunning) return;
    if (this.#timer !== null) {
      if (ms > 0) return;
      clearTimeout(this.#timer);
    }
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#run();
    }, ms);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let retryMs: number | null = null;
    try {
      // What changes meanwhile waits as the first change did: else each reading would be of the few changes in the last.
      let left = this.#sync.pending;
      if (left > 0) this.#changesReadAt = this.#options.now();
      for (; left > 0 && !this.#closed; left -= limits.tableStepNames) await this.#readPending();
      if (this.#due !== null && this.#isThere && !this.#closed) await this.#readAll(this.#due);
      this.#attempt = 0;
    } catch (error) {
      this.#failure = reasonOf(error);
      retryMs = retryDelay(this.#attempt++, this.#options.random);
      if (this.#wasWhole) this.#settle();
    } finally {
      this.#isRunning = false;
    }
    if (this.#isThere && this.#due !== null) this.#runSoon(retryMs ?? 0);
    else if (this.#isThere && this.#sync.pending > 0) this.#runSoon(retryMs ?? limits.tableEveryMs);
    else this.#pollSoon();
  }

  async #readPending(): Promise<void> {
    const away = await this.#sync.readPending(this.#wasWhole ? this.#tell : quietly);
    if (away === null) return;
    // While the store is away, everything is due anyway.
    if (this.#isThere) throw new StoreAway(away);
    this.#sync.forgetPending();
  }

  async #readAll(reading: Reading): Promise<void> {
    this.#due = null;
    try {
      this.#left = await this.#sync.readAll(reading === 'changes' ? this.#tell : quietly);
    } catch (error) {
      if (this.#due === null || reading === 'all') this.#due = reading;
      throw error;
    }
    // The store went away meanwhile, and came back perhaps.
    if (this.#due === 'all' || this.#closed) return;
    this.#failure = null;
    this.#isWhole = true;
    this.#wasWhole = true;
    this.#wholeAt = this.#options.now();
    this.#tellState();
    if (reading === 'all') this.#emit({ kind: 'all' });
    this.#settle();
  }

  #pollSoon(): void {
    if (this.#state === 'polling' && this.#listeners.size > 0) this.#readAllLater();
  }

  /** Where that is the only way to know: nothing is pushed, or some frontends are not listed. */
  #readAllLater(): void {
    if (this.#closed) return;
    this.#pollTimer ??= setTimeout(() => {
      this.#pollTimer = null;
      this.#need('changes');
    }, limits.tablePollMs).unref();
  }
}
