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

/**
 * Keeps dead marks: locally at once, in the store a moment later, at most once a second for each backend. Every death is
 * published (Hipache contract, "Redis keys and channels"), as far as the store keeps up.
 */
export class StoreDeaths implements Deaths {
  readonly #dependencies: DeathsDependencies;
  /** Monotonic milliseconds of the last mark of each backend. */
  readonly #recent = new LRUCache<string, number>({ max: limits.maxLocalMarks });
  #pending = 0;
  #publishing = 0;
  #unpublished = 0;

  constructor(dependencies: DeathsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Writes of marks under way. */
  get pending(): number {
    return this.#pending;
  }

  /** Deaths that were not published, since `maxPendingDeaths` were under way. */
  get unpublished(): number {
    return this.#unpublished;
  }

  failed(route: Route, backend: Backend, reason: ConnectionFailure): void {
    this.#died(route, backend, reason);
  }

  answered(route: Route, backend: Backend, status: number, retryAfter: boolean): void {
    switch (judgeStatus(status, retryAfter, this.#dependencies.deadBackendOn500)) {
      case 'alive':
        return;
      case 'dead':
        this.#died(route, backend, `status ${status}`);
        return;
      case 'dead-if-checked':
        if (!isAlone(route)) this.#publish(route, backend, true);
    }
  }

  #died(route: Route, backend: Backend, reason: string): void {
    if (isAlone(route)) return;
    const { frontend } = route;
    const { isChecked } = route.options;
    const { now, localMarks, checker, ttlSeconds } = this.#dependencies;
    const at = now();
    const death = `${frontend.name} ${backend.index} ${backend.url}`;
    const last = this.#recent.get(death);
    // A mark that somebody took away is to be made anew. Under an active checker, which marks by itself, there is none.
    const isRepeated =
      last !== undefined &&
      at - last < limits.deadRepeatMs &&
      (checker.wasActive(isChecked) || route.isDead(backend));
    if (!isRepeated && !checker.wasActive(isChecked)) {
      localMarks.add(frontend.name, backend, at + ttlSeconds * 1000);
    }
    if (isRepeated || this.#pending >= limits.maxPendingMarks) {
      this.#publish(route, backend, false);
      return;
    }
    this.#recent.set(death, at);
    this.#pending++;
    this.#mark(route, backend, reason).finally(() => {
      this.#pending--;
    });
  }

  /** Publishes a death and writes its mark, if no active checker does. */
  async #mark({ frontend, options }: Route, backend: Backend, reason: string): Promise<void> {
    const { store, keys, checker, localMarks, notices, marked, ttlSeconds, wallClock } =
      this.#dependencies;
    const { name } = frontend;
    const { index, url } = backend;
    const publish = publication(frontend, backend);
    try {
      if (await checker.isActive(options.isChecked)) {
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

  /** Publishes a death alone: its mark is there already, or it leaves none. */
  #publish({ frontend, options }: Route, backend: Backend, onlyIfChecked: boolean): void {
    const { store, checker, notices } = this.#dependencies;
    if (this.#publishing >= limits.maxPendingDeaths) {
      this.#unpublished++;
      notices.about(channelNotice, 'more deaths at once than the store takes; some are left out');
      return;
    }
    this.#publishing++;
    void (async () => {
      try {
        if (onlyIfChecked && !(await checker.isActive(options.isChecked))) return;
        await store.write([[publication(frontend, backend)]]);
        notices.about(channelNotice, null);
      } catch (error) {
        notices.about(deadNotice, `cannot be shared with other instances: ${reasonOf(error)}`);
      } finally {
        this.#publishing--;
      }
    })();
  }
}

/** No other may get a request: a mark would leave none. */
const isAlone = ({ candidates }: Route): boolean => candidates.backends.length < 2;

/** The message of a death: `<frontend>;<url>;<index>;<number of backends>`. */
const publication = ({ name, size }: Frontend, { url, index }: Backend): StoreCommand => [
  'publish',
  deadChannel,
  `${name};${url};${index};${size}`,
];

const deadNotice = 'dead marks';
const channelNotice = 'channel dead';
