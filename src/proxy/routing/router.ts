import { LRUCache } from 'lru-cache';
import { limits } from '../../shared/limits.ts';
import type { Backend } from '../../shared/model/backend.ts';
import type { Frontend } from '../../shared/model/frontend.ts';
import type { Keys } from '../../shared/model/keys.ts';
import { type LookupStep, lookupSteps } from '../../shared/model/lookup.ts';
import type { Finding } from '../../shared/model/news.ts';
import type { RouteSource } from '../../shared/model/record.ts';
import type { TrafficOptions } from '../../shared/model/trafficOptions.ts';
import { ownText } from '../../shared/ownText.ts';
import type { StoreCommand } from '../../store/command.ts';
import type { Store } from '../../store/store.ts';
import type { Candidates } from '../balance/candidates.ts';
import { type Belief, Entry, type FrontendFact, type RoutingCache } from './cache.ts';
import { bindMarks, isMarked, type Marks, noMarks } from './deadMarks.ts';
import type { Inquiries } from './inquiries.ts';
import type { LocalMarks } from './localMarks.ts';
import type { Notices } from './notices.ts';
import {
  factOf,
  frontendBelief,
  frontendCommandCount,
  frontendCommands,
  marksCommandCount,
  marksCommands,
  problemOf,
  readList,
  readMarksAnswers,
  readOptions,
  refusalOf,
} from './readings.ts';
import type { Death, Resolution, Route, Router } from './route.ts';

/** What a lookup of one host needs; made once, and the last route with it. */
interface Plan {
  readonly host: string;
  readonly steps: readonly LookupStep[];
  last: {
    readonly frontend: Entry<FrontendFact>;
    readonly own: Entry<Marks>;
    /** Of the host, as it is called under the suffix of the frontend. */
    readonly requested: Entry<Marks>;
    readonly found: Readonly<Record<RouteSource, Resolution>>;
  } | null;
}

interface Results {
  readonly frontends: Map<string, Entry<FrontendFact>>;
  readonly marks: Map<string, Entry<Marks>>;
}

/** One pipeline that is under way. */
interface Batch {
  readonly frontends: Set<string>;
  readonly marks: Set<string>;
  readonly done: Promise<Results>;
}

export interface RouterDependencies {
  readonly store: Pick<Store, 'state' | 'readable' | 'read'>;
  readonly keys: Keys;
  /** Under each of them one frontend answers. */
  readonly sharedSuffixes: readonly string[];
  readonly cache: RoutingCache;
  readonly localMarks: LocalMarks;
  readonly notices: Notices;
  /** Other workers' knowledge, while the store is away; null when there are none. */
  readonly inquiries: Pick<Inquiries, 'ask'> | null;
  /** Hears of each frontend that was read and may be believed. */
  readonly found: (finding: Finding) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Milliseconds of the clock that all processes share. */
  readonly machineNow: () => number;
  /** Milliseconds after which a cached key is read again although no invalidation came. */
  readonly ttlMs: number;
  /** Whether what a server without tracking said is cached for `ttlMs` too (`server.lruCache`). */
  readonly cachesPolled: boolean;
}

const unknown: Resolution = { kind: 'unknown' };
const unavailable: Resolution = { kind: 'unavailable' };
const none: readonly string[] = [];
const unmarked = new Entry(noMarks, null, 0, 0);
const forItsTime: Belief = { live: true };

/** A frontend with the dead marks as they were read, and the worker's own on top as they come. */
class MarkedRoute implements Route {
  readonly frontend: Frontend;
  readonly options: TrafficOptions;
  readonly candidates: Candidates;
  readonly host: string;
  readonly #own: Marks;
  readonly #requested: Marks;
  readonly #localMarks: LocalMarks;
  readonly #now: () => number;

  constructor(
    fact: FrontendFact & { readonly kind: 'frontend' },
    host: string,
    own: Marks,
    requested: Marks,
    { localMarks, now }: RouterDependencies,
  ) {
    this.frontend = fact.frontend;
    this.options = fact.options;
    this.candidates = fact.candidates;
    this.host = host;
    this.#own = own;
    this.#requested = requested;
    this.#localMarks = localMarks;
    this.#now = now;
  }

  isDead(backend: Backend): boolean {
    if (this.#own.urls.size > 0 || this.#requested.urls.size > 0) {
      const at = this.#now();
      if (isMarked(this.#own, backend, at) || isMarked(this.#requested, backend, at)) return true;
    }
    return this.#localMarks.has(this.frontend.name, backend);
  }

  deathOf(backend: Backend): Death | null {
    const at = this.#now();
    for (const marks of [this.#own, this.#requested]) {
      if (!isMarked(marks, backend, at)) continue;
      return { reason: marks.reasons?.get(backend.index) ?? '', leftMs: marks.until - at };
    }
    const end = this.#localMarks.endOf(this.frontend.name, backend);
    return end === null ? null : { reason: '', leftMs: end - at };
  }
}

/**
 * Finds frontends in the cache, and reads what is missing in one pipeline. A read that the store answers after a change
 * was announced is good for the requests that began before, and for no other: nobody joins it and it is not believed.
 */
export class StoreRouter implements Router {
  readonly #dependencies: RouterDependencies;
  readonly #plans = new LRUCache<string, Plan>({
    max: limits.maxLookupPlans,
    maxSize: limits.maxLookupPlanNames,
    sizeCalculation: ({ steps }) => steps.length,
  });
  readonly #pendingFrontends = new Map<string, Batch>();
  readonly #pendingMarks = new Map<string, Batch>();
  #reads = 0;
  #waiting = 0;

  constructor(dependencies: RouterDependencies) {
    this.#dependencies = dependencies;
  }

  /** Requests that wait for the store. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The number that the next read will have. */
  get nextRead(): number {
    return this.#reads + 1;
  }

  resolve(host: string): Resolution | Promise<Resolution> {
    const plan = this.#planFor(host);
    const at = this.#dependencies.now();
    const settled = this.#settled(plan, at);
    if (settled !== null) return settled;
    if (this.#waiting >= limits.maxPendingReads) return this.#lastGood(plan, null);
    if (this.#dependencies.store.readable) return this.#counted(this.#ask(plan, at));
    const answer = this.#answer(plan, null);
    return 'then' in answer ? this.#counted(answer) : answer;
  }

  /** Takes in what other workers read. */
  adopt(findings: readonly Finding[]): void {
    const { cache } = this.#dependencies;
    for (const { name, list, options } of findings) {
      cache.adoptFrontend(name, factOf(name, list, options));
    }
  }

  /** Reads these frontends without a request for them, also what is fresh: what is read later replaces what was told of it. */
  refresh(names: ReadonlySet<string>): void {
    if (this.#dependencies.store.state === 'live') this.#send(new Set(names), new Set(), true);
  }

  /** A change was heard: what is under way may be from before it. */
  invalidate(kind: 'frontend' | 'dead', name: string): void {
    this.#dependencies.cache.invalidate(kind, name);
    const pending = kind === 'frontend' ? this.#pendingFrontends : this.#pendingMarks;
    const batch = pending.get(name);
    if (batch === undefined) return;
    pending.delete(name);
    (kind === 'frontend' ? batch.frontends : batch.marks).delete(name);
  }

  /** Whether this frontend is known, or was asked for. */
  knows(name: string): boolean {
    return (
      this.#dependencies.cache.peekFrontend(name) !== undefined || this.#pendingFrontends.has(name)
    );
  }

  /** Nothing under way may be joined or believed any more. */
  spoilPending(): void {
    for (const batch of this.#pendingFrontends.values()) batch.frontends.clear();
    for (const batch of this.#pendingMarks.values()) batch.marks.clear();
    this.#pendingFrontends.clear();
    this.#pendingMarks.clear();
  }

  #planFor(host: string): Plan {
    const present = this.#plans.get(host);
    if (present !== undefined) return present;
    const { sharedSuffixes } = this.#dependencies;
    // What is known of it, here and by its names, is kept for longer than the head that it was read from.
    const own = ownText(host);
    const plan: Plan = { host: own, steps: lookupSteps(own, sharedSuffixes), last: null };
    this.#plans.set(own, plan);
    return plan;
  }

  /** The answer from the cache alone; null when a part of it is missing or not fresh. */
  #settled(plan: Plan, at: number): Resolution | null {
    const { cache } = this.#dependencies;
    for (const { name, host } of plan.steps) {
      const entry = cache.frontend(name);
      if (entry === undefined || !entry.isFresh(at)) return null;
      if (entry.value.kind === 'absent') continue;
      const own = cache.marks(name);
      if (own === undefined || !own.isFresh(at)) return null;
      if (name === host) return this.#found(plan, 'cache', entry, own, unmarked);
      const requested = cache.marks(host);
      if (requested === undefined || !requested.isFresh(at)) return null;
      return this.#found(plan, 'cache', entry, own, requested);
    }
    return unknown;
  }

  /** The answer from what was just read; where the store did not say, as this worker knows it, else as any other does. */
  #answer(plan: Plan, results: Results | null): Resolution | Promise<Resolution> {
    const { inquiries } = this.#dependencies;
    if (inquiries === null) return this.#lastGood(plan, results);
    const missing = this.#missing(plan, results);
    const answer = missing.length === 0 ? null : inquiries.ask(plan.host, missing);
    if (answer === null) return this.#lastGood(plan, results);
    return answer.then(() => this.#lastGood(plan, results));
  }

  /** Names that decide about this host, and of which this worker knows nothing, or only that they have changed. */
  #missing(plan: Plan, results: Results | null): readonly string[] {
    const { cache } = this.#dependencies;
    let missing: string[] | null = null;
    for (const { name } of plan.steps) {
      const read = results?.frontends.get(name);
      const entry = read ?? cache.frontend(name);
      if (entry === undefined || (read === undefined && !entry.isValid)) {
        missing ??= [];
        missing.push(name);
      } else if (entry.value.kind !== 'absent') {
        break;
      }
    }
    return missing ?? none;
  }

  /** The answer from what was just read, else from what was last known. Unknown marks are none: unknown is not dead. */
  #lastGood(plan: Plan, results: Results | null): Resolution {
    const { cache, now } = this.#dependencies;
    for (const { name, host } of plan.steps) {
      const read = results?.frontends.get(name);
      const entry = read ?? cache.frontend(name);
      if (entry === undefined) return unavailable;
      if (entry.value.kind === 'absent') continue;
      const own = results?.marks.get(name) ?? cache.marks(name) ?? unmarked;
      const requested =
        name === host ? unmarked : (results?.marks.get(host) ?? cache.marks(host) ?? unmarked);
      const isFresh = read === undefined && entry.isFresh(now());
      const source = read === undefined ? (isFresh ? 'cache' : 'stale') : 'store';
      return this.#found(plan, source, entry, own, requested);
    }
    return unknown;
  }

  #found(
    plan: Plan,
    source: RouteSource,
    frontend: Entry<FrontendFact>,
    own: Entry<Marks>,
    requested: Entry<Marks>,
  ): Resolution {
    const { last } = plan;
    if (last?.frontend === frontend && last.own === own && last.requested === requested) {
      return last.found[source];
    }
    const fact = frontend.value;
    if (fact.kind === 'absent') return unknown;
    if (fact.kind === 'invalid') return fact;
    own.value = bindMarks(own.value, fact.frontend);
    requested.value = bindMarks(requested.value, fact.frontend);
    const route = new MarkedRoute(fact, plan.host, own.value, requested.value, this.#dependencies);
    const found = {
      cache: { kind: 'route', route, source: 'cache' },
      store: { kind: 'route', route, source: 'store' },
      stale: { kind: 'route', route, source: 'stale' },
    } as const;
    plan.last = { frontend, own, requested, found };
    return found[source];
  }

  async #ask(plan: Plan, at: number): Promise<Resolution> {
    const batches = this.#read(plan, at);
    const [only] = batches;
    if (batches.size === 1 && only !== undefined) {
      return this.#answer(plan, await only.done);
    }
    const all: Results = { frontends: new Map(), marks: new Map() };
    for (const { done } of batches) {
      const { frontends, marks } = await done;
      for (const [name, entry] of frontends) all.frontends.set(name, entry);
      for (const [name, entry] of marks) all.marks.set(name, entry);
    }
    return this.#answer(plan, all);
  }

  async #counted(answer: Promise<Resolution>): Promise<Resolution> {
    this.#waiting++;
    try {
      return await answer;
    } finally {
      this.#waiting--;
    }
  }

  /** Reads whatever this host may need and the cache does not have, joining what is under way. */
  #read(plan: Plan, at: number): ReadonlySet<Batch> {
    const { cache, store } = this.#dependencies;
    // Where changes are not announced, a read under way may be from before a change that its joiner knows of.
    const isJoining = store.state === 'live';
    const batches = new Set<Batch>();
    const frontends = new Set<string>();
    const marks = new Set<string>();
    const need = (pending: ReadonlyMap<string, Batch>, wanted: Set<string>, name: string): void => {
      const batch = isJoining ? pending.get(name) : undefined;
      if (batch === undefined) wanted.add(name);
      else batches.add(batch);
    };
    const needMarks = (name: string): void => {
      if (cache.marks(name)?.isFresh(at) !== true) need(this.#pendingMarks, marks, name);
    };
    for (const { name, host } of plan.steps) {
      const entry = cache.frontend(name);
      const isKnown = entry?.isFresh(at) === true;
      if (isKnown && entry.value.kind === 'absent') continue;
      if (!isKnown) need(this.#pendingFrontends, frontends, name);
      needMarks(name);
      // Who shares the store marks a wildcard's backends under the host that was asked for.
      needMarks(host);
      if (isKnown) break;
    }
    if (frontends.size + marks.size > 0) batches.add(this.#send(frontends, marks, isJoining));
    return batches;
  }

  #send(frontends: Set<string>, marks: Set<string>, isJoinable: boolean): Batch {
    const read = ++this.#reads;
    const batch: Batch = {
      frontends,
      marks,
      done: this.#fetch([...frontends], [...marks], read, () => batch),
    };
    if (isJoinable) {
      for (const name of frontends) this.#pendingFrontends.set(name, batch);
      for (const name of marks) this.#pendingMarks.set(name, batch);
    }
    return batch;
  }

  /** @param batch what of it is still there when the answer comes was not invalidated meanwhile */
  async #fetch(
    frontends: readonly string[],
    marks: readonly string[],
    read: number,
    batch: () => Batch,
  ): Promise<Results> {
    const { store, keys, cache, localMarks, notices, found, now, machineNow } = this.#dependencies;
    const askedAt = machineNow();
    const commands: StoreCommand[] = frontends.flatMap((name) => frontendCommands(keys, name));
    for (const name of marks) commands.push(...marksCommands(keys, name));
    const answers = await store.read(commands);
    const at = now();
    const valid = batch();
    const refusal = refusalOf(answers);
    if (refusal !== null) notices.about('store', `it refuses to answer: ${refusal}`);
    const results: Results = { frontends: new Map(), marks: new Map() };
    for (const [i, name] of frontends.entries()) {
      const answer = answers[i * frontendCommandCount];
      const beside = answers[i * frontendCommandCount + 1];
      const list = readList(answer);
      if (list !== undefined) {
        const told = readOptions(beside);
        const options = told === undefined ? this.#knownOptions(name) : told;
        const fact = factOf(name, list, options);
        const belief = frontendBelief(answer, beside);
        const entry = this.#entry(fact, belief, at + this.#dependencies.ttlMs, read);
        entry.isValid = valid.frontends.has(name);
        notices.about(keys.frontend(name), problemOf(fact));
        notices.about(keys.options(name), fact.kind === 'frontend' ? fact.optionsProblem : null);
        cache.keepFrontend(name, entry);
        if (entry.isValid) found({ name, list, options, at: askedAt });
        results.frontends.set(name, entry);
      }
      if (this.#pendingFrontends.get(name) === valid) this.#pendingFrontends.delete(name);
    }
    for (const [i, name] of marks.entries()) {
      const from = frontends.length * frontendCommandCount + i * marksCommandCount;
      const previous = cache.marks(name)?.value ?? noMarks;
      const reading = readMarksAnswers(answers.slice(from, from + marksCommandCount), at, previous);
      if (reading !== null) {
        const expiresAt = Math.min(at + this.#dependencies.ttlMs, reading.value.until);
        const entry = this.#entry(reading.value, reading.belief, expiresAt, read);
        entry.isValid = valid.marks.has(name);
        notices.about(keys.dead(name), reading.problem);
        cache.keepMarks(name, entry);
        localMarks.settle(name, read);
        results.marks.set(name, entry);
      }
      if (this.#pendingMarks.get(name) === valid) this.#pendingMarks.delete(name);
    }
    return results;
  }

  #knownOptions(name: string): string | null {
    const fact = this.#dependencies.cache.peekFrontend(name)?.value;
    return fact?.kind === 'frontend' ? fact.optionsText : null;
  }

  #entry<T>(value: T, belief: Belief | null, expiresAt: number, read: number): Entry<T> {
    const { store, cachesPolled } = this.#dependencies;
    const polled = cachesPolled && store.state === 'polling' ? forItsTime : null;
    return new Entry(value, belief ?? polled, expiresAt, read);
  }
}
