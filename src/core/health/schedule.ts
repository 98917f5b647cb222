import { limits } from '../../shared/limits.ts';
import type { Found, Job, Runner } from './runner.ts';

export interface ScheduleOptions {
  readonly runner: Pick<Runner, 'check' | 'forget'>;
  readonly found: (job: Job, found: Found) => void;
  /** Hears what a check or who heard of it failed with; checks go on. */
  readonly failed: (error: unknown) => void;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

interface Entry {
  job: Job;
  timer: NodeJS.Timeout | undefined;
}

/** Checks each backend at its interval, each at a time of its own. */
export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  /** These are checked from now on, and nothing else; what was checked before keeps its time. */
  set(jobs: ReadonlyMap<string, Job>): void {
    for (const key of this.#entries.keys()) if (!jobs.has(key)) this.drop(key);
    for (const job of jobs.values()) this.put(job);
  }

  /** This one is checked too; what is checked so already keeps its time. */
  put(job: Job): void {
    const known = this.#entries.get(job.key);
    if (known !== undefined && isSame(job, known.job)) {
      known.job = job;
      return;
    }
    clearTimeout(known?.timer);
    const entry: Entry = { job, timer: undefined };
    this.#entries.set(job.key, entry);
    const spread = Math.min(job.check.intervalMs, limits.firstCheckMs);
    this.#plan(entry, this.#options.random() * spread);
  }

  /** Is checked no more. */
  drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    this.#entries.delete(key);
    this.#options.runner.forget(key);
  }

  /** Makes the next check of a backend now, if it is one of those that are checked and none is under way. */
  hurry(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.timer === undefined) return;
    clearTimeout(entry.timer);
    void this.#run(entry);
  }

  stop(): void {
    this.set(new Map());
  }

  #plan(entry: Entry, delay: number): void {
    entry.timer = setTimeout(() => void this.#run(entry), delay);
  }

  /** Never rejects. */
  async #run(entry: Entry): Promise<void> {
    const { now, random } = this.#options;
    entry.timer = undefined;
    const begun = now();
    try {
      await this.#check(entry);
    } catch (error) {
      this.#options.failed(error);
    }
    if (!this.#isCurrent(entry)) return;
    const pause = entry.job.check.intervalMs * (1 - limits.checkJitter * random());
    this.#plan(entry, Math.max(0, pause - (now() - begun)));
  }

  async #check(entry: Entry): Promise<void> {
    const outcome = await this.#options.runner.check(entry.job);
    if (outcome !== null && this.#isCurrent(entry)) this.#options.found(entry.job, outcome);
  }

  #isCurrent(entry: Entry): boolean {
    return this.#entries.get(entry.job.key) === entry;
  }
}

const isSame = ({ check: a }: Job, { check: b }: Job): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);
