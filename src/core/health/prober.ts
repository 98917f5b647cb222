import { limits } from '../../shared/limits.ts';
import { type Backend, parseBackend } from '../../shared/model/backend.ts';
import { healthCheckSchema } from '../../shared/model/options.ts';
import type { FrontendEntry } from '../frontends/table.ts';
import type { HealthBook } from './book.ts';
import { Renewal } from './renewal.ts';
import { type Found, type Job, jobKey, Runner, type RunnerOptions } from './runner.ts';
import { Schedule } from './schedule.ts';

export interface ProberOptions {
  readonly book: Pick<HealthBook, 'probed' | 'unprobed'>;
  readonly probe: RunnerOptions['probe'];
  /** Milliseconds between two probes of an address. */
  readonly intervalMs: number;
  /** Addresses that are probed; those beyond are judged by requests. */
  readonly maxBackends: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  /** Hears what failed beside a probe; probes go on. */
  readonly failed: (error: unknown) => void;
}

/** A backend of a frontend that has no check. */
interface Target {
  readonly name: string;
  readonly backend: Backend;
  /** Of the job that probes its address. */
  readonly key: string;
}

const none: readonly Target[] = [];

/**
 * Connects now and then to what nobody checks, and sends nothing: so that a backend which is gone shows as down before a
 * request finds out. Each instance does it for itself and tells no other; an address is probed once, however many
 * frontends have it. A change costs what it changes, however many frontends there are.
 */
export class Prober {
  readonly #options: ProberOptions;
  readonly #check;
  readonly #runner: Runner;
  readonly #schedule: Schedule;
  readonly #renewal: Renewal;
  /** Frontends that changed since the last schedule, as they are now; null for one that is gone. */
  readonly #changed = new Map<string, FrontendEntry | null>();
  /** By frontend, where it has any. */
  readonly #targets = new Map<string, readonly Target[]>();
  /** Who has an address, by the key of its job; those that are not probed for want of room too. */
  readonly #sharing = new Map<string, Set<Target>>();
  /** What is probed. */
  readonly #jobs = new Map<string, Job>();

  constructor(options: ProberOptions) {
    this.#options = options;
    const { probe, intervalMs, random, now, wallClock, failed } = options;
    this.#check = healthCheckSchema.parse({
      type: 'tcp',
      intervalMs,
      timeoutMs: limits.probeTimeoutMs,
    });
    this.#runner = new Runner({
      probe,
      maxChecks: limits.maxConcurrentProbes,
      maxHung: limits.maxHungProbes,
      share: 1,
      wallClock,
    });
    this.#renewal = new Renewal({
      everyMs: limits.rescheduleMs,
      now,
      run: () => this.#reschedule(),
    });
    this.#schedule = new Schedule({
      runner: this.#runner,
      random,
      now,
      found: (job, found) => this.#found(job, found),
      failed,
    });
  }

  /** Whether every backend of a frontend is probed. */
  has(name: string): boolean {
    return this.#targets.get(name)?.every(({ key }) => this.#jobs.has(key)) === true;
  }

  /** A frontend as the store has it now; null when it is gone. */
  put(name: string, entry: FrontendEntry | null): void {
    this.#changed.set(name, entry);
    this.#renewal.ask();
  }

  close(): void {
    this.#renewal.close();
    this.#schedule.stop();
    this.#runner.close();
  }

  #reschedule(): void {
    const left = new Set<string>();
    for (const [name, entry] of this.#changed) {
      for (const target of this.#apply(name, entry)) left.add(target.key);
    }
    this.#changed.clear();
    for (const key of left) this.#settle(key);
    this.#admit();
  }

  /** Returns the backends that a frontend has no more; what was probed of them is known no longer. */
  #apply(name: string, entry: FrontendEntry | null): readonly Target[] {
    const before = this.#targets.get(name) ?? none;
    const targets = entry === null ? none : targetsOf(entry, before);
    if (targets.length === 0) this.#targets.delete(name);
    else this.#targets.set(name, targets);
    for (const target of targets) {
      const sharing = this.#sharing.get(target.key);
      if (sharing === undefined) this.#sharing.set(target.key, new Set([target]));
      else sharing.add(target);
    }
    const kept = new Set(targets);
    const left = before.filter((target) => !kept.has(target));
    for (const target of left) {
      this.#sharing.get(target.key)?.delete(target);
      if (this.#jobs.has(target.key)) this.#options.book.unprobed(name, target.backend.url);
    }
    return left;
  }

  /** What becomes of an address that a frontend has no more. */
  #settle(key: string): void {
    const [first] = this.#sharing.get(key) ?? none;
    const job = this.#jobs.get(key);
    if (first === undefined) {
      this.#sharing.delete(key);
      if (this.#jobs.delete(key)) this.#schedule.drop(key);
    } else if (job !== undefined && job.name !== first.name) this.#probe(first);
  }

  /** Gives the room that there is to those that waited longest. */
  #admit(): void {
    if (this.#jobs.size === this.#sharing.size) return;
    for (const [key, [first]] of this.#sharing) {
      if (this.#jobs.size >= this.#options.maxBackends) return;
      if (first !== undefined && !this.#jobs.has(key)) this.#probe(first);
    }
  }

  #probe({ key, name, backend }: Target): void {
    const job: Job = { key, name, backend, check: this.#check };
    this.#jobs.set(key, job);
    this.#schedule.put(job);
  }

  #found({ key }: Job, { begunAt: at, ok, outcome, ms }: Found): void {
    const result = {
      at,
      ok,
      ms: Math.round(ms * 10) / 10,
      outcome: ok ? 'accepts connections' : outcome,
    };
    for (const { name, backend } of this.#sharing.get(key) ?? none) {
      this.#options.book.probed(name, backend.url, result);
    }
  }
}

/** @param before what it had: the same objects are returned for what it still has */
function targetsOf(
  { name, list, options: { check } }: FrontendEntry,
  before: readonly Target[],
): readonly Target[] {
  if (check !== null || list === null) return none;
  const known = new Map(before.map((target) => [target.backend.url, target]));
  const targets = new Map<string, Target>();
  for (let at = 1; at < list.length; at++) {
    const url = list[at];
    if (url === undefined || targets.has(url)) continue;
    const target = known.get(url) ?? targetOf(name, url, at - 1);
    if (target !== null) targets.set(url, target);
  }
  return [...targets.values()];
}

function targetOf(name: string, url: string, index: number): Target | null {
  const parsed = parseBackend(url, index);
  if (!parsed.ok) return null;
  const { backend } = parsed;
  return { name, backend, key: jobKey(backend.hostname, String(backend.port)) };
}
