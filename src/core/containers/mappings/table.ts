import { limits } from '../../../shared/limits.ts';
import { type Keys, keysFor } from '../../../shared/model/keys.ts';
import { reasonOf, StoreAway } from '../../../store/command.ts';
import { retryDelay } from '../../../store/retry.ts';
import type { Answer, SharedStore, StoreEvents } from '../../../store/store.ts';
import { isName } from '../../frontends/sync.ts';
import { mappingsCommand, noMappings, readMappings, type StoredMappings } from './stored.ts';

export interface MappingsTableOptions {
  readonly store: Pick<SharedStore, 'scan' | 'read' | 'state'>;
  readonly prefix: string;
  /** What the connection says of keys under `berth:mapping:`, and of itself. Returns how to stop. */
  readonly listen: (events: StoreEvents) => () => void;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The mappings of all frontends and machines, kept true by what the store pushes. */
export interface MappingsTable {
  /** By name of the frontend; the last good ones while the store is away. */
  readonly entries: ReadonlyMap<string, StoredMappings>;
  /** Grows with every change of `entries`. */
  readonly version: number;
  /** Everything was read since the store was away. */
  readonly isWhole: boolean;
  /** Mappings beyond `limits.maxMappings`. */
  readonly left: number;
  /** Resolves when everything was read once, or the table was closed. Never rejects. */
  readonly ready: Promise<void>;
  /** Reads those of one frontend now; the last good ones where the store is away. Never rejects. */
  read(name: string): Promise<StoredMappings>;
  /** Hears the name of a frontend whose mappings changed. Returns how to stop. */
  subscribe(listener: (name: string) => void): () => void;
  close(): void;
}

/** Names that are read together. */
const namesAtOnce = limits.tableStepNames;

const isSame = (a: StoredMappings, b: StoredMappings): boolean =>
  a.problem === b.problem &&
  a.texts.size === b.texts.size &&
  [...a.texts].every(([id, text]) => b.texts.get(id) === text);

export function openMappingsTable(options: MappingsTableOptions): MappingsTable {
  return new LiveMappings(options);
}

class LiveMappings implements MappingsTable {
  readonly ready: Promise<void>;
  readonly entries = new Map<string, StoredMappings>();
  readonly #options: MappingsTableOptions;
  readonly #keys: Keys;
  readonly #listeners = new Set<(name: string) => void>();
  readonly #dirty = new Set<string>();
  readonly #unlisten: () => void;
  #settle: () => void = () => {};
  #isAllDue = true;
  #isRunning = false;
  #timer: NodeJS.Timeout | null = null;
  #pollTimer: NodeJS.Timeout | null = null;
  #attempt = 0;
  #count = 0;
  #chars = 0;
  #left = 0;
  #version = 0;
  #isWhole = false;
  #closed = false;

  constructor(options: MappingsTableOptions) {
    this.#options = options;
    this.#keys = keysFor(options.prefix);
    this.ready = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#unlisten = options.listen({
      invalidated: (keys) => this.#invalidated(keys),
      changed: () => this.#storeChanged(),
    });
    this.#storeChanged();
  }

  get version(): number {
    return this.#version;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  get left(): number {
    return this.#left;
  }

  async read(name: string): Promise<StoredMappings> {
    await this.#read([name]).catch(() => this.#runSoon(0));
    return this.entries.get(name) ?? noMappings;
  }

  subscribe(listener: (name: string) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): void {
    this.#closed = true;
    this.#unlisten();
    for (const timer of [this.#timer, this.#pollTimer]) if (timer !== null) clearTimeout(timer);
    this.#listeners.clear();
    this.#settle();
  }

  get #isThere(): boolean {
    const { state } = this.#options.store;
    return state === 'live' || state === 'polling';
  }

  #storeChanged(): void {
    if (this.#closed) return;
    if (this.#isThere) {
      if (this.#isAllDue) this.#runSoon(0);
      return;
    }
    // What changes while nothing is pushed is not heard of.
    this.#isWhole = false;
    this.#isAllDue = true;
  }

  #invalidated(keys: readonly string[] | null): void {
    if (this.#closed) return;
    if (keys === null) this.#isAllDue = true;
    for (const key of keys ?? []) {
      const name = this.#keys.mapped(key);
      if (name !== null && isName(name)) this.#dirty.add(name);
    }
    if (this.#dirty.size > limits.maxQueuedRefreshes) {
      this.#dirty.clear();
      this.#isAllDue = true;
    }
    if (this.#isAllDue || this.#dirty.size > 0) this.#runSoon(0);
  }

  #runSoon(ms: number): void {
    if (this.#closed || this.#isRunning || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#run();
    }, ms);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let pauseMs = 0;
    try {
      while (!this.#closed && this.#isThere) {
        if (this.#isAllDue) await this.#readAll();
        else if (this.#dirty.size > 0) await this.#read(this.#take());
        else break;
      }
      this.#attempt = 0;
    } catch {
      pauseMs = retryDelay(this.#attempt++, this.#options.random);
    } finally {
      this.#isRunning = false;
    }
    if (this.#isThere && (this.#isAllDue || this.#dirty.size > 0)) this.#runSoon(pauseMs);
    else if (this.#options.store.state === 'polling') this.#pollSoon();
  }

  /** Where nothing is pushed. */
  #pollSoon(): void {
    if (this.#closed) return;
    this.#pollTimer ??= setTimeout(() => {
      this.#pollTimer = null;
      this.#isAllDue = true;
      this.#runSoon(0);
    }, limits.tablePollMs).unref();
  }

  async #readAll(): Promise<void> {
    this.#isAllDue = false;
    const seen = new Set<string>();
    this.#left = 0;
    try {
      for await (const found of this.#options.store.scan(this.#keys.mappings(''))) {
        const names = found.flatMap((key) => this.#keys.mapped(key) ?? []).filter(isName);
        const fresh = names.filter((name) => !seen.has(name));
        for (const name of fresh) seen.add(name);
        for (let i = 0; i < fresh.length; i += namesAtOnce) {
          await this.#read(fresh.slice(i, i + namesAtOnce));
        }
        if (this.#closed) return;
      }
      const unseen = [...this.entries.keys()].filter((name) => !seen.has(name));
      for (let i = 0; i < unseen.length; i += namesAtOnce) {
        await this.#read(unseen.slice(i, i + namesAtOnce));
      }
    } catch (error) {
      this.#isAllDue = true;
      throw error;
    }
    // The store may have gone meanwhile, and come back.
    if (this.#isAllDue) return;
    this.#isWhole = true;
    this.#settle();
  }

  #take(): readonly string[] {
    const names: string[] = [];
    for (const name of this.#dirty) {
      if (names.length >= namesAtOnce) break;
      names.push(name);
      this.#dirty.delete(name);
    }
    return names;
  }

  /** First how large they are, so that nothing without bound is asked for. */
  async #read(names: readonly string[]): Promise<void> {
    const { store } = this.#options;
    try {
      const sizes = await store.read(
        names.flatMap((name) => [
          ['hlen', this.#keys.mappings(name)] as const,
          ['memory', 'usage', this.#keys.mappings(name), 'SAMPLES', 0] as const,
        ]),
      );
      const wanted: string[] = [];
      for (const [at, name] of names.entries()) {
        const fields = numberOf(sizes[2 * at]);
        const bytes = numberOf(sizes[2 * at + 1]);
        if (fields === 0) this.#put(name, noMappings);
        else if (fields > limits.maxMappingsPerHost || bytes > limits.maxMappingsBytes) {
          this.#put(name, { ...noMappings, problem: 'its mappings take too much' });
        } else wanted.push(name);
      }
      if (wanted.length === 0) return;
      const answers = await store.read(wanted.map((name) => mappingsCommand(this.#keys, name)));
      for (const [at, name] of wanted.entries()) {
        const answer = answers[at];
        if (answer?.kind !== 'reply') throw new StoreAway(answer?.reason ?? 'no answer');
        this.#put(name, readMappings(answer.reply));
      }
    } catch (error) {
      if (!this.#closed) for (const name of names) this.#dirty.add(name);
      throw new StoreAway(reasonOf(error));
    }
  }

  #put(name: string, stored: StoredMappings): void {
    if (this.#closed) return;
    const known = this.entries.get(name) ?? noMappings;
    if (isSame(known, stored)) return;
    const count = this.#count - countOf(known) + countOf(stored);
    const chars = this.#chars - charsOf(known) + charsOf(stored);
    // What cannot be read takes its place, too.
    const isMore = countOf(stored) > countOf(known) || charsOf(stored) > charsOf(known);
    if (isMore && (count > limits.maxMappings || chars > limits.maxMappingsChars)) {
      this.#left += Math.max(1, countOf(stored) - countOf(known));
      return;
    }
    this.#count = count;
    this.#chars = chars;
    this.#version++;
    if (stored.texts.size === 0 && stored.problem === null) this.entries.delete(name);
    else this.entries.set(name, stored);
    for (const listener of [...this.#listeners]) listener(name);
  }
}

/** Fields, and a hash of which nothing can be said as one. */
const countOf = ({ texts, problem }: StoredMappings): number =>
  texts.size + (problem === null ? 0 : 1);

function charsOf({ texts }: StoredMappings): number {
  let chars = 0;
  for (const [id, text] of texts) chars += id.length + text.length;
  return chars;
}

/** A refusal is told where the contents are asked for. */
function numberOf(answer: Answer | undefined): number {
  if (answer?.kind !== 'reply') throw new StoreAway(answer?.reason ?? 'no answer');
  return answer.reply.ok ? Number(answer.reply.value) || 0 : 1;
}
