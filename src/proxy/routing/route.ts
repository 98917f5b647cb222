import type { Backend } from '../../shared/model/backend.ts';
import type { DeathReason } from '../../shared/model/dead.ts';
import type { Frontend } from '../../shared/model/frontend.ts';

/** A frontend that matched a host, and which of its backends are dead at this instant. */
export interface Route {
  readonly frontend: Frontend;
  /** The host that was asked for. */
  readonly host: string;
  isDead(backend: Backend): boolean;
}

export type Resolution =
  | { readonly kind: 'route'; readonly route: Route }
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

/** Hears what happened to backends and keeps dead marks (passive health). */
export interface Deaths {
  /**
   * The backend failed in a way that counts (Hipache contract, "Choice, failure, retry"). Holds at once for this
   * worker's next pick, is written and published without anyone waiting; a lone backend is never marked.
   */
  report(route: Route, backend: Backend, reason: DeathReason): void;
}
