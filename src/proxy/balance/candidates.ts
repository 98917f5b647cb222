import type { Backend } from '../../shared/model/backend.ts';
import type { Frontend } from '../../shared/model/frontend.ts';
import type { ChosenBy } from '../../shared/model/record.ts';
import type { TrafficOptions } from '../../shared/model/trafficOptions.ts';
import { seedsOf } from './clientHash.ts';
import { type StickyCookie, stickyCookieOf } from './stickyCookie.ts';

/**
 * The backends of a frontend that may get new requests, dead or not, and what its policy needs of each; made once for
 * each reading of the frontend. The lists run in parallel.
 */
export interface Candidates {
  readonly backends: readonly Backend[];
  readonly policy: ChosenBy;
  /** Null when all are alike. */
  readonly weights: readonly number[] | null;
  /** For `client-hash`. */
  readonly seeds: readonly number[];
  /** For `sticky`. */
  readonly cookie: StickyCookie | null;
  /** How many others are left out, since they are drained. */
  readonly drained: number;
}

/** A drained backend is none, not even when it is the last one that lives: draining is an order. */
export function candidatesOf(frontend: Frontend, options: TrafficOptions): Candidates {
  const drained = new Set(options.drained);
  const backends =
    drained.size === 0
      ? frontend.backends
      : frontend.backends.filter(({ url }) => !drained.has(url));
  const policy = backends.length === 1 ? 'only' : options.policy;
  return {
    backends,
    policy,
    weights: weightsOf(backends, options.weights),
    seeds: policy === 'client-hash' ? seedsOf(backends) : [],
    cookie: policy === 'sticky' ? stickyCookieOf(frontend.name, backends) : null,
    drained: frontend.backends.length - backends.length,
  };
}

function weightsOf(
  backends: readonly Backend[],
  given: TrafficOptions['weights'],
): readonly number[] | null {
  const weights = backends.map(({ url }) => (Object.hasOwn(given, url) ? (given[url] ?? 1) : 1));
  return weights.every((weight) => weight === weights[0]) ? null : weights;
}
