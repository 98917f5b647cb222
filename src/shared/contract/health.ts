import { eventIterator, oc, type } from '@orpc/contract';
import { z } from 'zod';
import type { HealthCheck } from '../model/options.ts';
import { nameSchema, refusals, urlSchema } from './common.ts';

/** Unknown is not down: nothing was asked of it yet. Paused is its host, whatever is known of the backend. */
export type BackendState = 'up' | 'down' | 'unknown' | 'drained' | 'paused';

/** Who decides whether backends are dead. */
export type CheckerInCharge =
  /** This instance checks actively. */
  | { readonly kind: 'this' }
  /** Another Berth holds the lease. */
  | { readonly kind: 'other'; readonly instance: string }
  /** Something else writes `hchecker_ping`. */
  | { readonly kind: 'foreign' }
  /**
   * Nobody checks: requests tell. Where `probeMs` is there, so do connections that this instance opens every so many
   * milliseconds, sends nothing over and closes; they are shown, and change nothing.
   */
  | { readonly kind: 'passive'; readonly probeMs?: number };

/** One slot of the uptime bar. */
export interface HealthSlot {
  /** Unix milliseconds of its beginning. */
  readonly at: number;
  readonly state: BackendState | 'degraded';
  readonly reason: string;
}

/** What one active check found. */
export interface CheckResult {
  /** Unix milliseconds. */
  readonly at: number;
  readonly ok: boolean;
  readonly ms: number;
  /** As `HEAD / answered 200`, `accepts connections` or `refused`. */
  readonly outcome: string;
}

export interface BackendHealth {
  readonly index: number;
  readonly url: string;
  readonly state: BackendState;
  /** Why it is in this state; one sentence without a full stop, empty for `unknown`. */
  readonly reason: string;
  /**
   * Of a backend on this machine that refuses connections, when it is known: `nothing listens on 5173 (vite left 14 min
   * ago)`, or who does. Looked up when somebody looks, so that it may come a moment later.
   */
  readonly hint?: string;
  /** Unix milliseconds since when. */
  readonly since: number;
  /** Milliseconds until its dead mark ends by itself; null where there is none. */
  readonly markedForMs: number | null;
  readonly lastCheck: CheckResult | null;
  /** Results in a row like the last one, and how many make it change. */
  readonly streak: number;
  readonly threshold: number;
  /** Oldest first, at most `limits.maxHealthSlots`. */
  readonly history: readonly HealthSlot[];
}

export interface HostHealth {
  readonly name: string;
  readonly check: HealthCheck | null;
  readonly checker: CheckerInCharge;
  readonly backends: readonly BackendHealth[];
}

/** A change that lasted, so that it is worth telling a person; `to` is `from` where what is down begins to flap. */
export interface HealthEvent {
  readonly at: number;
  readonly name: string;
  readonly url: string;
  readonly from: BackendState;
  readonly to: BackendState;
  readonly reason: string;
}

/** An event, as a subscriber gets it. */
export interface HealthNews extends HealthEvent {
  /** Events before it that this subscriber did not get: it was too slow. */
  readonly dropped: number;
}

const target = z.strictObject({ name: nameSchema, backend: urlSchema.optional() });

export const healthContract = {
  list: oc.errors(refusals).output(type<readonly HostHealth[]>()),
  /** All of it, then what changed, at most once a second; a frontend that is gone comes without backends. */
  watch: oc.errors(refusals).output(eventIterator(type<readonly HostHealth[]>())),
  /** From now on; for one who is too slow the last `limits.maxQueuedHealthEvents` wait, and the others are counted. */
  events: oc.errors(refusals).output(eventIterator(type<HealthNews>())),
  /** Checks now, also what has no check configured, and returns what was found. */
  check: oc.errors(refusals).input(target).output(type<HostHealth>()),
  drain: oc.errors(refusals).input(target.required()).output(type<HostHealth>()),
  /** Ends dead marks and draining. */
  revive: oc.errors(refusals).input(target).output(type<HostHealth>()),
};
