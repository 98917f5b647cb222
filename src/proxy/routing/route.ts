import type { Backend } from '../../shared/model/backend.ts';
import type { ConnectionFailure } from '../../shared/model/dead.ts';
import type { Frontend } from '../../shared/model/frontend.ts';
import type { RouteSource } from '../../shared/model/record.ts';
import type { TrafficOptions } from '../../shared/model/trafficOptions.ts';
import type { Candidates } from '../balance/candidates.ts';

/** What is known of a dead mark. */
export interface Death {
  /** A ConnectionFailure, `status 502`, or whatever somebody else wrote; empty when nothing says it. */
  readonly reason: string;
  /** Milliseconds until the mark ends by itself; Infinity when it does not. */
  readonly leftMs: number;
}

/** A frontend that matched a host, and which of its backends are dead at this instant. */
export interface Route {
  readonly frontend: Frontend;
  /** What it has beside its list; the defaults when that cannot be read. */
  readonly options: TrafficOptions;
  readonly candidates: Candidates;
  /** The host that was asked for. */
  readonly host: string;
  isDead(backend: Backend): boolean;
  /** For an error page: more about a backend that is dead, null when it is not. */
  deathOf?(backend: Backend): Death | null;
}

export type Resolution =
  | { readonly kind: 'route'; readonly route: Route; readonly source: RouteSource }
  /** No key matches. */
  | { readonly kind: 'unknown' }
  /** The first key that matches cannot be read: wrong type, too long. */
  | { readonly kind: 'invalid'; readonly name: string; readonly problem: string }
  /** Nothing is known of this host and the store cannot be asked. */
  | { readonly kind: 'unavailable' };

/** Finds the frontend of a host. */
export interface Router {
  /** Synchronous when everything needed is cached, which is the usual case; never rejects. */
  resolve(host: string): Resolution | Promise<Resolution>;
}

/** Hears what became of backends and keeps their dead marks (passive health; Hipache contract, "Choice, failure, retry"). */
export interface Deaths {
  /**
   * No connection, or none in time. Holds at once for this worker's next pick, is written to the store and published
   * without anyone waiting. A lone backend is never marked.
   */
  failed(route: Route, backend: Backend, reason: ConnectionFailure): void;
  /**
   * The backend answered with 500 or above; whether that counts is decided here: 501 and above do, except 503 with
   * Retry-After; 500 only with `deadBackendOn500` and an active checker running.
   */
  answered(route: Route, backend: Backend, status: number, retryAfter: boolean): void;
}
