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
}

/**
 * Connects now and then to what nobody checks, and sends nothing: so that a backend which is gone shows as down before a
 * request finds out. Each instance does it for itself and tells no other; an address is probed once, however many
 * frontends have it.
 */
export class Prober {
  readonly #options: ProberOptions;
  readonly #check;
  readonly #runner: Runner;
  readonly #schedule: Schedule;
  readonly #renewal: Renewal;
  readonly #targets = new Map<string, readonly Target[]>();
  /** By the key of the job. */
  #probed = new Map<string, readonly Target[]>();
  #names: ReadonlySet<string> = new Set();

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
    return this.#names.has(name);
  }

  /** A frontend as the store has it now; null when it is gone. */
  put(name: string, entry: FrontendEntry | null): void {
    const targets = entry === null ? [] : targetsOf(entry);
    const before = this.#targets.get(name) ?? [];
    if (targets.length === 0) this.#targets.delete(name);
    else this.#targets.set(name, targets);
    if (targets.map(urlOf).join('\n') !== before.map(urlOf).join('\n')) this.#renewal.ask();
  }

  close(): void {
    this.#renewal.close();
    this.#schedule.stop();
    this.#runner.close();
  }

  #reschedule(): void {
    const jobs = new Map<string, Job>();
    const probed = new Map<string, Target[]>();
    const names = new Set<string>();
    for (const [name, targets] of this.#targets) {
      let isWhole = true;
      for (const target of targets) {
        const { backend } = target;
        const key = jobKey(backend.hostname, String(backend.port));
        if (!jobs.has(key)) {
          if (jobs.size >= this.#options.maxBackends) {
            isWhole = false;
            continue;
          }
          jobs.set(key, { key, name, backend, check: this.#check });
        }
        const sharing = probed.get(key);
        if (sharing === undefined) probed.set(key, [target]);
        else sharing.push(target);
      }
      if (isWhole) names.add(name);
    }
    const before = this.#probed;
    this.#probed = probed;
    this.#names = names;
    this.#forget(before);
    this.#schedule.set(jobs);
  }

  /** What was probed and is not any more is known no longer. */
  #forget(before: ReadonlyMap<string, readonly Target[]>): void {
    for (const [key, targets] of before) {
      const now = new Set(this.#probed.get(key)?.map(nameAndUrl));
      for (const target of targets) {
        if (!now.has(nameAndUrl(target))) {
          this.#options.book.unprobed(target.name, target.backend.url);
        }
      }
    }
  }

  #found({ key }: Job, { begunAt: at, ok, outcome, ms }: Found): void {
    const result = {
      at,
      ok,
      ms: Math.round(ms * 10) / 10,
      outcome: ok ? 'accepts connections' : outcome,
    };
    for (const { name, backend } of this.#probed.get(key) ?? []) {
      this.#options.book.probed(name, backend.url, result);
    }
  }
}

const urlOf = ({ backend }: Target): string => backend.url;
const nameAndUrl = ({ name, backend }: Target): string => `${name} ${backend.url}`;

function targetsOf({ name, list, options: { check } }: FrontendEntry): readonly Target[] {
  if (check !== null) return [];
  return [...new Set(list?.slice(1))].flatMap((url, index) => {
    const parsed = parseBackend(url, index);
    return parsed.ok ? [{ name, backend: parsed.backend }] : [];
  });
}
