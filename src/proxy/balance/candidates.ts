import type { Backend } from '../../shared/model/backend.ts';
import type { Frontend } from '../../shared/model/frontend.ts';
import type { TrafficOptions } from '../../shared/model/trafficOptions.ts';

/** The backends of a frontend that may get new requests, dead or not; made once for each reading of the frontend. */
export interface Candidates {
  readonly backends: readonly Backend[];
  /** Of each of them; null when all are alike. */
  readonly weights: readonly number[] | null;
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
  const weights = backends.map(({ url }) =>
    Object.hasOwn(options.weights, url) ? (options.weights[url] ?? 1) : 1,
  );
  return {
    backends,
    weights: weights.every((weight) => weight === weights[0]) ? null : weights,
    drained: frontend.backends.length - backends.length,
  };
}
