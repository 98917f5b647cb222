import type { HttpErrorCode } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';
import type { Backend } from '../shared/model/backend.ts';
import type { Attempt, PassedOver } from '../shared/model/record.ts';
import type { Balancer, Client } from './balance/balancer.ts';
import type { Failure } from './failure.ts';
import { decideRetry, type TryState } from './retry.ts';
import type { Route } from './routing/route.ts';

const none: readonly PassedOver[] = [];

/** The tries of one request to find a backend that answers. Times are monotonic milliseconds. */
export class Tries {
  readonly attempts: Attempt[] = [];
  /** The backend of the present try. */
  backend: Backend | null = null;
  /** When the present try began; 0 before the first. */
  begunAt = 0;
  /** When its request was handed to the backend; 0 before. */
  sentAt = 0;
  /** When the head of an answer came; 0 before. */
  answeredAt = 0;
  /** Milliseconds that opening its connection took; 0 for one that was there. */
  connectMs = 0;
  /** Backends that were dead at the first choice, as far as they are told. */
  dead = none;
  readonly #tried: number[] = [];
  #retriesLeft: number;
  #excused = false;
  #failure: Failure | null = null;
  /** Counts the present try as under way. */
  #busy: Balancer['busy'] | null = null;

  /** @param retries how many tries may follow the first */
  constructor(retries: number) {
    this.#retriesLeft = retries;
  }

  /** Chooses the backend of the next try; null when there is none left. */
  choose(route: Route, balancer: Balancer, client: Client): Backend | null {
    this.over();
    const backend = balancer.choose(route, this.#tried, client);
    if (this.#failure === null && balancer.passedOver > 0) this.dead = deadOf(route);
    if (backend === null) return null;
    this.backend = backend;
    if (route.candidates.policy === 'least-connections') {
      this.#busy = balancer.busy;
      this.#busy.began(backend.url);
    }
    return backend;
  }

  /** The present try begins. */
  begin(now: number): void {
    this.begunAt = now;
    this.sentAt = 0;
    this.connectMs = 0;
  }

  /** Its request is handed to the backend. @param connectMs null for what opened a connection since the try began */
  sent(now: number, connectMs: number | null): void {
    this.sentAt = now;
    this.connectMs = connectMs ?? now - this.begunAt;
  }

  /** The present try is no longer under way. */
  over(): void {
    if (this.#busy === null || this.backend === null) return;
    this.#busy.ended(this.backend.url);
    this.#busy = null;
  }

  /** Writes down how the present try ended. */
  note(outcome: Attempt['outcome'], now: number): void {
    if (this.backend === null) return;
    const { index, url } = this.backend;
    if (outcome === 'answered') this.answeredAt = now;
    this.attempts.push({ index, url, ms: now - this.begunAt, outcome });
  }

  /** Writes down that the present try failed, and decides what follows. */
  failed(
    failure: Failure,
    state: Omit<TryState, 'failure' | 'excused' | 'retriesLeft'>,
    now: number,
  ): ReturnType<typeof decideRetry> {
    this.note(failure.code, now);
    this.#failure = failure;
    const verdict = decideRetry({
      ...state,
      failure,
      excused: this.#excused,
      retriesLeft: this.#retriesLeft,
    });
    if (verdict === 'again') this.#excused = true;
    if (verdict === 'next') {
      this.#retriesLeft--;
      if (this.backend !== null) this.#tried.push(this.backend.index);
    }
    return verdict;
  }

  /** What to answer when `choose` found nothing: the last failure, or why there was nothing to try. */
  exhausted(route: Route): { readonly code: HttpErrorCode; readonly detail: string } {
    const { backends, size, problems } = route.frontend;
    if (this.#failure !== null) return { code: this.#failure.code, detail: '' };
    if (route.candidates.backends.length > 0) {
      return { code: 'BERTH_BACKENDS_DEAD', detail: deathsOf(route) };
    }
    if (backends.length > 0) return { code: 'BERTH_BACKENDS_DRAINED', detail: '' };
    if (size > 0) return { code: 'BERTH_BACKENDS_INVALID', detail: problems.join('; ') };
    return { code: 'BERTH_FRONTEND_EMPTY', detail: '' };
  }
}

function deadOf(route: Route): readonly PassedOver[] {
  const dead: PassedOver[] = [];
  for (const backend of route.candidates.backends) {
    if (dead.length >= limits.maxTracedDead) break;
    if (!route.isDead(backend)) continue;
    dead.push({ index: backend.index, reason: route.deathOf?.(backend)?.reason ?? '' });
  }
  return dead;
}

/** `#0 dead (refused), 12 s left; #1 drained`: which, why and for how long, never where. */
function deathsOf(route: Route): string {
  const { backends } = route.frontend;
  const shown = backends.slice(0, limits.maxPageAttempts).map((backend) => {
    if (!route.candidates.backends.includes(backend)) return `#${backend.index} drained`;
    const { reason = '', leftMs = Number.POSITIVE_INFINITY } = route.deathOf?.(backend) ?? {};
    const why = reason === '' ? '' : ` (${reason})`;
    const left = Number.isFinite(leftMs) ? `, ${Math.ceil(leftMs / 1000)} s left` : '';
    return `#${backend.index} dead${why}${left}`;
  });
  const more = backends.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
