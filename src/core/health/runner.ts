import { limits } from '../../shared/limits.ts';
import type { Backend } from '../../shared/model/backend.ts';
import type { HealthCheck } from '../../shared/model/options.ts';
import { FairQueue } from '../system/fairQueue.ts';
import type { Finding, Probe } from './probe.ts';

/** A backend of a frontend, and how to check it. */
export interface Job {
  /** Says which backend of which frontend: one is checked once at a time. */
  readonly key: string;
  readonly name: string;
  readonly backend: Backend;
  readonly check: HealthCheck;
}

export const jobKey = (name: string, url: string): string => `${name} ${url}`;

export interface Found extends Finding {
  /** Unix milliseconds. */
  readonly begunAt: number;
}

export interface RunnerOptions {
  readonly probe: (job: Job) => Probe;
  /** Checks at once, and how many of them may be of backends that let their last check wait in vain. */
  readonly maxChecks: number;
  readonly maxHung: number;
  /** Part of both that the backends of one frontend may have, in (0, 1]; at least one check. */
  readonly share?: number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
}

interface Waiting {
  readonly job: Job;
  readonly done: (found: Found | null) => void;
}

/** Checks under way. */
interface Count {
  active: number;
  /** Of them: of backends whose last check waited in vain. */
  slow: number;
}

/**
 * Makes checks, a bounded number at once. Frontends take turns and none has all of it, and backends that hang have a part
 * of it for themselves: so that neither of them keeps anybody else waiting, however many backends they are.
 */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #underWay = new Map<string, Promise<Found | null>>();
  readonly #probes = new Set<Probe>();
  /** Keys of backends whose last check waited in vain. */
  readonly #hung = new Set<string>();
  readonly #brisk = new FairQueue<Waiting>();
  readonly #slow = new FairQueue<Waiting>();
  readonly #all: Count = { active: 0, slow: 0 };
  /** By frontend, where there are any. */
  readonly #counts = new Map<string, Count>();
  /** The most of one frontend. */
  readonly #most: Readonly<Count>;
  #closed = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    const { maxChecks, maxHung, share = limits.checkShare } = options;
    const partOf = (all: number): number => Math.max(1, Math.floor(all * share));
    this.#most = { active: partOf(maxChecks), slow: partOf(maxHung) };
  }

  /** Connections that are open. */
  get active(): number {
    return this.#all.active;
  }

  /** What is found; null when it could not be tried. Joins a check of the same backend that is under way. */
  check(job: Job): Promise<Found | null> {
    if (this.#closed) return Promise.resolve(null);
    const present = this.#underWay.get(job.key);
    if (present !== undefined) return present;
    const found = new Promise<Found | null>((done) => {
      (this.#hung.has(job.key) ? this.#slow : this.#brisk).push(job.name, { job, done });
    });
    this.#underWay.set(job.key, found);
    this.#next();
    return found;
  }

  /** A backend that is not checked any more. */
  forget(key: string): void {
    this.#hung.delete(key);
  }

  close(): void {
    this.#closed = true;
    for (const { done } of [...this.#brisk.clear(), ...this.#slow.clear()]) done(null);
    for (const probe of this.#probes) probe.stop();
  }

  #next(): void {
    const { maxChecks, maxHung } = this.#options;
    while (this.#all.active < maxChecks) {
      const slow = this.#all.slow < maxHung ? this.#slow.take(this.#maySlow) : undefined;
      const waiting = slow ?? this.#brisk.take(this.#mayBrisk);
      if (waiting === undefined) return;
      void this.#run(waiting, slow !== undefined);
    }
  }

  readonly #mayBrisk = (name: string): boolean =>
    (this.#counts.get(name)?.active ?? 0) < this.#most.active;

  readonly #maySlow = (name: string): boolean =>
    this.#mayBrisk(name) && (this.#counts.get(name)?.slow ?? 0) < this.#most.slow;

  /** Never rejects. */
  async #run({ job, done }: Waiting, isSlow: boolean): Promise<void> {
    this.#count(job.name, isSlow, 1);
    const begunAt = this.#options.wallClock();
    let probe: Probe | null = null;
    try {
      probe = this.#options.probe(job);
      this.#probes.add(probe);
      const finding = await probe.found;
      if (finding?.hung === true) this.#hung.add(job.key);
      else this.#hung.delete(job.key);
      done(finding === null || this.#closed ? null : { ...finding, begunAt });
      await probe.over;
    } catch {
      done(null);
    }
    if (probe !== null) this.#probes.delete(probe);
    this.#underWay.delete(job.key);
    this.#count(job.name, isSlow, -1);
    this.#next();
  }

  #count(name: string, isSlow: boolean, by: 1 | -1): void {
    const own = this.#counts.get(name) ?? { active: 0, slow: 0 };
    for (const count of [this.#all, own]) {
      count.active += by;
      if (isSlow) count.slow += by;
    }
    if (own.active === 0) this.#counts.delete(name);
    else this.#counts.set(name, own);
  }
}
