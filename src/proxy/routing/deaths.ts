import { LRUCache } from 'lru-cache';
import { limits } from '../../shared/limits.ts';
import type { Backend } from '../../shared/model/backend.ts';
import { type ConnectionFailure, formatDeadMark } from '../../shared/model/dead.ts';
import type { Frontend } from '../../shared/model/frontend.ts';
import { deadChannel, type Keys } from '../../shared/model/keys.ts';
import { reasonOf, type StoreCommand } from '../../store/command.ts';
import type { Store } from '../../store/store.ts';
import type { CheckerWatch } from './checker.ts';
import type { LocalMarks } from './localMarks.ts';
import type { Notices } from './notices.ts';
import type { Deaths, Route } from './route.ts';

/** What the status of a response means for its backend. */
export type StatusVerdict = 'alive' | 'dead' | 'dead-if-checked';

/** Hipache contract, "Choice, failure, retry": 501 and above, 503 with Retry-After excepted; 500 by setting. */
export function judgeStatus(
  status: number,
  retryAfter: boolean,
  deadBackendOn500: boolean,
): StatusVerdict {
  if (status < 500) return 'alive';
  if (status === 500) return deadBackendOn500 ? 'dead-if-checked' : 'alive';
  return status === 503 && retryAfter ? 'alive' : 'dead';
}

export interface DeathsDependencies {
  readonly store: Pick<Store, 'write' | 'state'>;
  readonly keys: Keys;
  readonly checker: CheckerWatch;
  readonly localMarks: LocalMarks;
  readonly notices: Notices;
  /** A mark of this frontend was written; returns the number that the next read will have. */
  readonly marked: (frontend: string) => number;
  readonly ttlSeconds: number;
  readonly deadBackendOn500: boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
}

/** Keeps dead marks: locally at once, in the store a moment later, at most once a second for each backend. */
export class StoreDeaths implements Deaths {
  readonly #dependencies: DeathsDependencies;
  /** Monotonic milliseconds of the last death of each backend. */
  readonly #recent = new LRUCache<string, number>({ max: limits.maxLocalMarks });
  #pending = 0;

  constructor(dependencies: DeathsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Writes under way. */
  get pending(): number {
    return this.#pending;
  }

  failed(route: Route, backend: Backend, reason: ConnectionFailure): void {
    this.#died(route.frontend, backend, reason, false);
  }

  answered(route: Route, backend: Backend, status: number, retryAfter: boolean): void {
    const verdict = judgeStatus(status, retryAfter, this.#dependencies.deadBackendOn500);
    if (verdict === 'alive') return;
    this.#died(route.frontend, backend, `status ${status}`, verdict === 'dead-if-checked');
  }

  #died(frontend: Frontend, backend: Backend, reason: string, onlyIfChecked: boolean): void {
    if (frontend.backends.length < 2) return;
    const { now, localMarks, checker, ttlSeconds } = this.#dependencies;
    const at = now();
    const death = `${onlyIfChecked ? 'checked' : 'seen'} ${frontend.name} ${backend.index} ${backend.url}`;
    const last = this.#recent.get(death);
    if (last !== undefined && at - last < limits.deadRepeatMs) return;
    // An active checker marks by itself; what this worker sees is only published then.
    if (!onlyIfChecked && !checker.wasActive) {
      localMarks.add(frontend.name, backend, at + ttlSeconds * 1000);
    }
    if (this.#pending >= limits.maxPendingMarks) return;
    this.#recent.set(death, at);
    this.#pending++;
    this.#tell(frontend, backend, reason, onlyIfChecked).finally(() => {
      this.#pending--;
    });
  }

  async #tell(
    frontend: Frontend,
    backend: Backend,
    reason: string,
    onlyIfChecked: boolean,
  ): Promise<void> {
    const { store, keys, checker, localMarks, notices, marked, ttlSeconds, wallClock } =
      this.#dependencies;
    const isChecked = await checker.isActive();
    if (onlyIfChecked && !isChecked) return;
    const { name, size } = frontend;
    const { index, url } = backend;
    const publish: StoreCommand = ['publish', deadChannel, `${name};${url};${index};${size}`];
    try {
      if (isChecked) {
        localMarks.remove(name, index);
        await store.write([[publish]]);
      } else {
        const dead = keys.dead(name);
        const reasons = keys.deadReasons(name);
        const mark = formatDeadMark({ url, reason, at: wallClock() });
        await store.write([
          [
            ['sadd', dead, index],
            ['expire', dead, ttlSeconds],
          ],
          [
            ['hset', reasons, index, mark],
            ['expire', reasons, ttlSeconds],
          ],
          [publish],
        ]);
        localMarks.landed(name, backend, marked(name));
      }
      notices.about(deadNotice, null);
    } catch (error) {
      notices.about(deadNotice, `cannot be shared with other instances: ${reasonOf(error)}`);
    }
  }
}

const deadNotice = 'dead marks';
