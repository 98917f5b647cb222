import type { Backend } from '../../shared/model/backend.ts';
import type { HealthCheck } from '../../shared/model/options.ts';
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
  /** Unix milliseconds. */
  readonly wallClock: () => number;
}

interface Waiting {
  readonly job: Job;
  readonly done: (found: Found | null) => void;
}

/**
 * Makes checks, a bounded number at once. Backends that hang have a part of it for themselves, so that they keep nobody
 * else waiting however many they are.
 */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #underWay = new Map<string, Promise<Found | null>>();
  readonly #probes = new Set<Probe>();
  /** Keys of backends whose last check waited in vain. */
  readonly #hung = new Set<string>();
  readonly #brisk: Waiting[] = [];
  readonly #slow: Waiting[] = [];
  #active = 0;
  #activeSlow = 0;
  #closed = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Connections that are open. */
  get active(): number {
    return this.#active;
  }

  /** What is found; null when it could not be tried. Joins a check of the same backend that is under way. */
  check(job: Job): Promise<Found | null> {
    if (this.#closed) return Promise.resolve(null);
    const present = this.#underWay.get(job.key);
    if (present !== undefined) return present;
    const found = new Promise<Found | null>((done) => {
      (this.#hung.has(job.key) ? this.#slow : this.#brisk).push({ job, done });
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
    for (const { done } of [...this.#brisk.splice(0), ...this.#slow.splice(0)]) done(null);
    for (const probe of this.#probes) probe.stop();
  }

  #next(): void {
    const { maxChecks, maxHung } = this.#options;
    while (this.#active < maxChecks) {
      const slow = this.#activeSlow < maxHung ? this.#slow.shift() : undefined;
      const waiting = slow ?? this.#brisk.shift();
      if (waiting === undefined) return;
      void this.#run(waiting, slow !== undefined);
    }
  }

  async #run({ job, done }: Waiting, isSlow: boolean): Promise<void> {
    this.#active++;
    if (isSlow) this.#activeSlow++;
    const begunAt = this.#options.wallClock();
    const probe = this.#options.probe(job);
    this.#probes.add(probe);
    const finding = await probe.found;
    if (finding?.hung === true) this.#hung.add(job.key);
    else this.#hung.delete(job.key);
    done(finding === null || this.#closed ? null : { ...finding, begunAt });
    await probe.over;
    this.#probes.delete(probe);
    this.#underWay.delete(job.key);
    this.#active--;
    if (isSlow) this.#activeSlow--;
    this.#next();
  }
}
