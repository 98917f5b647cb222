import type { CheckerInCharge, CheckResult } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import { parseBackend } from '../../shared/model/backend.ts';
import type { Keys } from '../../shared/model/keys.ts';
import { reasonOf } from '../../store/command.ts';
import type { SharedStore } from '../../store/store.ts';
import type { FrontendEntry } from '../frontends/table.ts';
import { atMostEvery } from '../system/atMostEvery.ts';
import type { HealthBook } from './book.ts';
import { Charge } from './charge.ts';
import type { CheckState } from './checkState.ts';
import { Exchange } from './exchange.ts';
import { Marker } from './marker.ts';
import { Renewal } from './renewal.ts';
import { type Found, type Job, jobKey, type Runner } from './runner.ts';
import { Schedule } from './schedule.ts';

export interface CheckerOptions {
  readonly book: HealthBook;
  readonly runner: Runner;
  readonly store: Pick<SharedStore, 'read' | 'write' | 'edit'>;
  readonly keys: Keys;
  readonly instanceId: string;
  readonly ttlSeconds: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  readonly log: Log;
}

/** Checks what is configured to be checked, while it is this instance's turn; else knows what the others found. */
export class Checker {
  readonly #options: CheckerOptions;
  /** By frontend: what there is to check. */
  readonly #jobs = new Map<string, readonly Job[]>();
  readonly #charge: Charge;
  readonly #schedule: Schedule;
  readonly #renewal: Renewal;
  readonly #marker: Marker;
  readonly #exchange: Exchange;
  #saidTooMany = false;

  constructor(options: CheckerOptions) {
    this.#options = options;
    const { book, runner, random, now, ttlSeconds } = options;
    const mayShare = (): boolean => this.#charge.isOurs;
    this.#renewal = new Renewal({
      everyMs: limits.rescheduleMs,
      now,
      run: () => this.#reschedule(),
    });
    this.#schedule = new Schedule({
      runner,
      random,
      now,
      found: (job, found) => this.found(job, found),
      failed: checkFailed(options),
    });
    this.#marker = new Marker({
      ...options,
      kind: 'check',
      ttlSeconds,
      entry: (name) => book.entry(name),
      stateOf: (name, url) => this.#stateOf(name, url),
      mayMark: mayShare,
    });
    this.#exchange = new Exchange({
      ...options,
      findings: (name) => this.#findings(name),
      adopt: (name, findings) => {
        for (const [url, state] of findings) book.adopt(name, url, state);
      },
      mayShare,
    });
    this.#charge = new Charge({
      ...options,
      hasWork: () => this.#jobs.size > 0,
      changed: (checker) => this.#changed(checker),
      beat: () => {
        if (this.#charge.checker.kind === 'other') this.#learn();
      },
    });
  }

  /** Whether results of this instance count. */
  get isOurs(): boolean {
    return this.#charge.isOurs;
  }

  /** A frontend as the store has it now; null when it is gone. */
  put(name: string, entry: FrontendEntry | null): void {
    const had = this.#jobs.size;
    const jobs = entry === null ? [] : jobsOf(entry);
    const before = this.#jobs.get(name) ?? [];
    if (jobs.length + before.length === 0) {
      // Marks of what is checked no more are left to end, but not where something else stands by now.
      if (entry !== null && entry.staleDead.size > 0) this.#marker.look(name);
      return;
    }
    if (jobs.length === 0) this.#jobs.delete(name);
    else this.#jobs.set(name, jobs);
    if (JSON.stringify(before) !== JSON.stringify(jobs)) this.#renewal.ask();
    if ((had === 0) !== (this.#jobs.size === 0)) this.#charge.look();
    this.#marker.look(name);
  }

  /** What a check of a configured backend found. */
  found(job: Job, { begunAt, ok, outcome, ms }: Found): void {
    // It may have been another instance's turn for a while, and this one stopped or asleep.
    if (!this.#charge.isOurs) return;
    const { name, check, backend } = job;
    // One check can be asked for from several sides.
    if (this.#options.book.checkOf(name, backend.url)?.last?.at === begunAt) return;
    const result: CheckResult = { at: begunAt, ok, ms: Math.round(ms * 10) / 10, outcome };
    const isNews = this.#options.book.checked(name, backend.url, result, check);
    this.#exchange.found(name, isNews);
    this.#marker.look(name);
  }

  /** A request failed: the next check need not wait for its time. */
  doubt(name: string, url: string): void {
    if (!this.#charge.isOurs) return;
    const { book, wallClock } = this.#options;
    const checkedAt = book.checkOf(name, url)?.last?.at ?? 0;
    if (wallClock() - checkedAt >= limits.hurryMs) this.#schedule.hurry(jobKey(name, url));
  }

  /** Renews marks before they end. */
  tick(): void {
    if (!this.#charge.isOurs) return;
    for (const name of this.#jobs.keys()) this.#marker.look(name);
  }

  async close(): Promise<void> {
    this.#renewal.close();
    this.#schedule.stop();
    this.#exchange.close();
    this.#marker.close();
    await this.#charge.close();
  }

  #changed(checker: CheckerInCharge): void {
    this.#renewal.hurry();
    this.#options.book.checker = checker;
    // What whoever checked before has found is known from the first moment.
    if (checker.kind === 'this') this.#learn();
  }

  #learn(): void {
    this.#exchange.read([...this.#jobs.keys()]).catch((error: unknown) => {
      this.#options.log('debug', `health: what others found cannot be read: ${reasonOf(error)}`);
    });
  }

  #reschedule(): void {
    this.#marker.forget((name) => !this.#jobs.has(name));
    if (this.#charge.checker.kind !== 'this') {
      this.#schedule.stop();
      return;
    }
    const all = new Map<string, Job>();
    let left = 0;
    for (const jobs of this.#jobs.values()) {
      for (const job of jobs) {
        if (all.size < limits.maxCheckedBackends) all.set(job.key, job);
        else left++;
      }
    }
    if (left > 0 && !this.#saidTooMany) {
      this.#options.log(
        'warn',
        `health: ${left} backends are not checked: more than ${limits.maxCheckedBackends} are configured to be`,
      );
    }
    this.#saidTooMany = left > 0;
    this.#schedule.set(all);
  }

  #stateOf(name: string, url: string): CheckState | null {
    return this.#jobs.has(name) ? this.#options.book.checkOf(name, url) : null;
  }

  #findings(name: string) {
    const { book } = this.#options;
    const found = new Map<string, CheckState>();
    let intervalMs = 0;
    for (const { backend, check } of this.#jobs.get(name) ?? []) {
      const state = book.checkOf(name, backend.url);
      if (state?.last) found.set(backend.url, state);
      intervalMs = Math.max(intervalMs, check.intervalMs);
    }
    return found.size === 0 ? null : { found, lifeMs: 2 * intervalMs + limits.findingsLifeMs };
  }
}

/** Tells, now and then, that what a check found could not be taken in. */
export const checkFailed = ({ log, now }: Pick<CheckerOptions, 'log' | 'now'>) =>
  atMostEvery(limits.checkerNoticeMs, now, (error: unknown) =>
    log('error', `health: what a check found is not known: ${String(error)}`),
  );

/** What is configured to be checked of a frontend. A URL that is listed twice is checked once. */
export function jobsOf({ name, list, options: { check } }: FrontendEntry): readonly Job[] {
  if (check === null) return [];
  const jobs = new Map<string, Job>();
  for (const [index, url] of (list?.slice(1) ?? []).entries()) {
    const parsed = parseBackend(url, index);
    const key = jobKey(name, url);
    if (parsed.ok && !jobs.has(key)) jobs.set(key, { key, name, backend: parsed.backend, check });
  }
  return [...jobs.values()];
}
