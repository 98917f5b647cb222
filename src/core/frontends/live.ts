import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { StoreState } from '../../shared/messages.ts';
import { type Keys, keysFor } from '../../shared/model/keys.ts';
import { reasonOf, StoreAway } from '../../store/command.ts';
import { retryDelay } from '../../store/retry.ts';
import type { SharedStore, StoreEvents } from '../../store/store.ts';
import { Ends } from './ends.ts';
import { Entries } from './entries.ts';
import { entryOf, type Stored } from './entry.ts';
import { FrontendReader } from './reader.ts';
import type { FrontendEntry, FrontendsTable, TableEvent } from './table.ts';

export interface LiveTableOptions {
  readonly store: (events: StoreEvents) => SharedStore;
  readonly prefix: string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** How much is to be read: everything, quietly and then told as a whole, or everything, and what differs is told. */
type Reading = 'all' | 'changes';

/** Whether some host could have this name. */
const isName = (name: string): boolean => name !== '' && name.length <= limits.maxHostBytes + 2;

function* stepsOf(names: readonly string[]): Generator<readonly string[]> {
  for (let i = 0; i < names.length; i += limits.tableStepNames) {
    yield names.slice(i, i + limits.tableStepNames);
  }
}

/**
 * Reads everything at the beginning and after the store was away, and between that what it says has changed. One
 * reading at a time; what changes while it is read is read again.
 */
export class LiveTable implements FrontendsTable {
  readonly store: SharedStore;
  readonly ready: Promise<void>;
  readonly #options: LiveTableOptions;
  readonly #keys: Keys;
  readonly #reader: FrontendReader;
  readonly #entries = new Entries();
  readonly #listeners = new Set<(event: TableEvent) => void>();
  /** Names that have changed since they were read. */
  readonly #dirty = new Set<string>();
  /** Called when everything was read, or could not be. */
  readonly #waiting = new Set<() => void>();
  #left = 0;
  /** The same, as far as the present reading has come. */
  #beyond = 0;
  #due: Reading | null = 'all';
  #isRunning = false;
  /** Everything was read since the store was away. */
  #isWhole = false;
  #wasWhole = false;
  #wholeAt = Number.NEGATIVE_INFINITY;
  #attempt = 0;
  #failure: string | null = null;
  #state: StoreState = 'connecting';
  #closed = false;
  #timer: NodeJS.Timeout | null = null;
  #pollTimer: NodeJS.Timeout | null = null;
  readonly #firstTimer: NodeJS.Timeout;
  readonly #ends: Ends;

  constructor(options: LiveTableOptions) {
    this.#options = options;
    this.#keys = keysFor(options.prefix);
    this.ready = new Promise((resolve) => this.#waiting.add(resolve));
    this.#firstTimer = setTimeout(() => this.#settle(), limits.storeFirstReachMs).unref();
    this.#ends = new Ends({
      entries: () => this.#entries.all,
      ended: (names) => {
        for (const name of names) this.#dirty.add(name);
        this.#runSoon(0);
      },
      now: options.now,
    });
    this.store = options.store({
      invalidated: (keys) => this.#invalidated(keys),
      changed: () => this.#storeChanged(),
    });
    this.#reader = new FrontendReader(this.store, this.#keys);
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
    return this.#entries.all;
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
    const reading = (await this.#reader.read([name])).get(name);
    if (reading?.kind !== 'stored') {
      throw new BerthError('BERTH_STORE_UNREACHABLE', reading?.reason ?? 'no answer');
    }
    if (this.#closed || !this.#entries.admits(name)) {
      return entryOf(name, reading.stored, null, this.#options.now());
    }
    this.#apply(name, reading, this.#wasWhole);
    return this.#entries.all.get(name) ?? null;
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
    this.#settle();
    this.#listeners.clear();
    this.store.close();
  }

  #emit(event: TableEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #settle(): void {
    for (const done of [...this.#waiting]) done();
    this.#waiting.clear();
  }

  get #isThere(): boolean {
    return this.store.state === 'live' || this.store.state === 'polling';
  }

  #storeChanged(): void {
    // A store may speak before it was given to us.
    if (this.#closed || this.store === undefined) return;
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
    if (this.#closed) return;
    if (keys === null) {
      this.#need('changes');
      return;
    }
    for (const key of keys) {
      const subject = this.#keys.subject(key);
      if (subject === null || !isName(subject.name)) continue;
      const { kind, name } = subject;
      // Marks and options of what is no frontend are nothing, unless it is being read at this moment.
      if (kind !== 'frontend' && !this.#entries.all.has(name) && !this.#isRunning) continue;
      if (!this.#entries.admits(name)) this.#countSoon();
      else {
        this.#reader.changed(name);
        this.#dirty.add(name);
      }
    }
    if (this.#dirty.size > limits.maxQueuedRefreshes) {
      this.#dirty.clear();
      this.#need('changes');
    } else if (this.#dirty.size > 0) this.#runSoon(limits.tableDelayMs);
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
    if (this.#isRunning) return;
    this.#isRunning = true;
    let pauseMs = 0;
    try {
      while (!this.#closed) {
        if (this.#dirty.size > 0) await this.#readDirty(true);
        else if (this.#due !== null && this.#isThere) await this.#readAll(this.#due);
        else break;
      }
      this.#attempt = 0;
    } catch (error) {
      this.#failure = reasonOf(error);
      pauseMs = retryDelay(this.#attempt++, this.#options.random);
      this.#settle();
    } finally {
      this.#isRunning = false;
    }
    if (this.#dirty.size > 0 || (this.#due !== null && this.#isThere)) this.#runSoon(pauseMs);
    else this.#pollSoon();
  }

  /** @throws StoreAway, or the refusal of the server; then it is still due */
  async #readAll(reading: Reading): Promise<void> {
    this.#due = null;
    const isTold = reading === 'changes';
    const seen = new Set<string>();
    this.#beyond = 0;
    let away: string | null = null;
    try {
      for await (const keys of this.store.scan(this.#keys.frontend(''))) {
        const names = keys.flatMap((key) => this.#keys.subject(key)?.name ?? []);
        for (const step of stepsOf(this.#listed(names, seen))) {
          away = (await this.#readStep(step, isTold)) ?? away;
        }
        if (this.#dirty.size > 0) await this.#readDirty(isTold);
        if (this.#closed) return;
      }
      // SCAN shows all that was there all the time; what it did not show is looked at by name.
      const unseen = [...this.#entries.all.keys()].filter((name) => !seen.has(name));
      for (const step of stepsOf(unseen)) away = (await this.#readStep(step, isTold)) ?? away;
      if (away !== null) throw new StoreAway(away);
    } catch (error) {
      if (this.#due === null || reading === 'all') this.#due = reading;
      throw error;
    }
    this.#left = this.#beyond;
    // The store went away meanwhile, and came back perhaps.
    if (this.#due === 'all') return;
    this.#failure = null;
    this.#isWhole = true;
    this.#wasWhole = true;
    this.#wholeAt = this.#options.now();
    this.#tellState();
    if (!isTold) this.#emit({ kind: 'all' });
    this.#settle();
  }

  /** Those of a SCAN step that are listed and new to this reading; counts those for which there is no room. */
  #listed(names: readonly string[], seen: Set<string>): readonly string[] {
    const listed: string[] = [];
    let more = 0;
    for (const name of names) {
      if (!isName(name) || seen.has(name)) continue;
      if (!this.#entries.admits(name, more)) {
        this.#beyond++;
        continue;
      }
      if (!this.#entries.all.has(name)) more++;
      seen.add(name);
      listed.push(name);
    }
    return listed;
  }

  /** @throws StoreAway when a name could not be read that is then read again */
  async #readDirty(isTold: boolean): Promise<void> {
    const names: string[] = [];
    for (const name of this.#dirty) {
      if (names.length >= limits.tableStepNames) break;
      names.push(name);
      this.#dirty.delete(name);
    }
    const away = await this.#readStep(names, isTold && this.#wasWhole);
    // While the store is away, everything is due anyway.
    if (away === null || !this.#isThere) return;
    for (const name of names) this.#dirty.add(name);
    throw new StoreAway(away);
  }

  /** Returns why a name could not be read, if one could not. */
  async #readStep(names: readonly string[], isTold: boolean): Promise<string | null> {
    let away: string | null = null;
    for (const [name, reading] of await this.#reader.read(names)) {
      if (this.#closed) break;
      if (reading.kind === 'stored') this.#apply(name, reading, isTold);
      else away = reading.reason;
    }
    return away;
  }

  #apply(name: string, { stored }: { readonly stored: Stored }, isTold: boolean): void {
    const event = this.#entries.apply(name, stored, this.#options.now());
    if (event === null) return;
    if (event === 'left') {
      this.#beyond++;
      return;
    }
    if (event.kind === 'changed') this.#ends.notice(event.entry);
    else if (this.#left > 0) this.#countSoon();
    if (isTold) this.#emit(event);
  }

  /** Reads everything again, where that is the only way to know. */
  #pollSoon(): void {
    if (this.#state === 'polling' && this.#listeners.size > 0) this.#countSoon();
  }

  #countSoon(): void {
    if (this.#closed) return;
    this.#pollTimer ??= setTimeout(() => {
      this.#pollTimer = null;
      this.#need('changes');
    }, limits.tablePollMs).unref();
  }
}
