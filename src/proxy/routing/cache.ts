import { LRUCache } from 'lru-cache';
import type { Frontend } from '../../shared/model/frontend.ts';
import type { TrafficOptions } from '../../shared/model/trafficOptions.ts';
import type { Candidates } from '../balance/candidates.ts';
import type { Marks } from './deadMarks.ts';

/** What stands under `frontend:<name>`, and beside it under `berth:options:<name>`. */
export type FrontendFact =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'frontend';
      readonly frontend: Frontend;
      readonly options: TrafficOptions;
      readonly candidates: Candidates;
      /** The options as they stand in the store; null when there are none. */
      readonly optionsText: string | null;
      /** Why the defaults hold in their place; null when they could be read. */
      readonly optionsProblem: string | null;
    }
  | { readonly kind: 'invalid'; readonly name: string; readonly problem: string };

/** Whether what was read may still be believed; see `Trust` of the store. */
export interface Belief {
  readonly live: boolean;
}

/** One thing read from the store. Kept after its freshness ends: it is the last good answer then. */
export class Entry<T> {
  value: T;
  /** False once an invalidation of the key came. */
  isValid = true;
  /** The server's promise to tell of changes; null when there was none. */
  readonly #belief: Belief | null;
  /** Monotonic milliseconds after which it is read again all the same. */
  readonly #expiresAt: number;
  /** Number of the read it came from: a later read wins. */
  readonly read: number;

  constructor(value: T, belief: Belief | null, expiresAt: number, read: number) {
    this.value = value;
    this.#belief = belief;
    this.#expiresAt = expiresAt;
    this.read = read;
  }

  /** Whether it can be used without asking the store. */
  isFresh(at: number): boolean {
    return this.isValid && this.#belief?.live === true && at < this.#expiresAt;
  }
}

export interface CacheBounds {
  readonly maxKeys: number;
  readonly maxBytes: number;
}

const bytesOfEntry = 200;
const bytesOfBackend = 250;

function bytesOf(entry: Entry<FrontendFact>): number {
  const fact = entry.value;
  if (fact.kind !== 'frontend') return bytesOfEntry;
  const { backends, identifier } = fact.frontend;
  // Options stand here twice: as they came, and read.
  let bytes = bytesOfEntry + identifier.length * 2 + (fact.optionsText?.length ?? 0) * 6;
  for (const { url } of backends) bytes += bytesOfBackend + url.length * 4;
  return bytes;
}

function bytesOfMarks(entry: Entry<Marks>): number {
  let bytes = bytesOfEntry;
  for (const url of entry.value.urls.values()) bytes += 200 + (url?.length ?? 0) * 2;
  return bytes;
}

/**
 * What a worker knows of the store: facts by the name of their Redis key, so that a change makes exactly one entry stale.
 * Bounded by entries and bytes, least recently used first; frontends and dead marks each have these bounds.
 */
export class RoutingCache {
  readonly #frontends: LRUCache<string, Entry<FrontendFact>>;
  readonly #marks: LRUCache<string, Entry<Marks>>;

  constructor({ maxKeys, maxBytes }: CacheBounds) {
    // The room for entries is made at once: no more than the bytes allow.
    const max = Math.max(1, Math.min(maxKeys, Math.floor(maxBytes / bytesOfEntry)));
    this.#frontends = new LRUCache({
      max,
      maxSize: maxBytes,
      sizeCalculation: bytesOf,
    });
    this.#marks = new LRUCache({
      max,
      maxSize: maxBytes,
      sizeCalculation: bytesOfMarks,
    });
  }

  get size(): number {
    return this.#frontends.size + this.#marks.size;
  }

  frontend(name: string): Entry<FrontendFact> | undefined {
    return this.#frontends.get(name);
  }

  /** Without counting as use. */
  peekFrontend(name: string): Entry<FrontendFact> | undefined {
    return this.#frontends.peek(name);
  }

  marks(name: string): Entry<Marks> | undefined {
    return this.#marks.get(name);
  }

  /** Keeps what was read, unless something that was read later is there. */
  keepFrontend(name: string, entry: Entry<FrontendFact>): void {
    const present = this.#frontends.peek(name);
    if (present === undefined || present.read < entry.read) this.#frontends.set(name, entry);
  }

  /** Keeps what another worker read, until the store can be asked; what this one read stays, unless it has changed since. */
  adoptFrontend(name: string, fact: FrontendFact): void {
    const present = this.#frontends.peek(name);
    if (present?.isValid === true) return;
    this.#frontends.set(name, new Entry(fact, null, 0, present?.read ?? 0));
  }

  keepMarks(name: string, entry: Entry<Marks>): void {
    const present = this.#marks.peek(name);
    if (present === undefined || present.read < entry.read) this.#marks.set(name, entry);
  }

  /** Names of the frontends that were used last. */
  recentFrontends(count: number): readonly string[] {
    const names: string[] = [];
    for (const name of this.#frontends.keys()) {
      if (names.length >= count) break;
      names.push(name);
    }
    return names;
  }

  /** A change of this name was heard. */
  invalidate(kind: 'frontend' | 'dead', name: string): void {
    const entry = kind === 'frontend' ? this.#frontends.peek(name) : this.#marks.peek(name);
    if (entry !== undefined) entry.isValid = false;
  }
}
