/** What the choice of a worker depends on. */
export interface Candidate {
  /** Client connections that the worker said it has open. */
  readonly open: number;
  /** Connections handed to it that it has not acknowledged yet. */
  readonly unacknowledged: number;
  /** Age of the oldest of those, ms; 0 without any. */
  readonly waitedMs: number;
}

export interface ChoiceBounds {
  readonly maxConnections: number;
  /** Connections beyond those, which the worker only tells that there is no room. */
  readonly maxOverflow: number;
  readonly maxUnacknowledged: number;
  /** See `limits.handoffStallMs`. */
  readonly stallMs: number;
}

/**
 * Picks the worker with the fewest connections; among equals the next one after `last`. One that has stopped
 * acknowledging is picked only when all others are full, and a full one only when nobody has room.
 *
 * @returns an index into `candidates`, or -1 when none can take a connection
 */
export function chooseWorker(
  candidates: readonly Candidate[],
  last: number,
  bounds: ChoiceBounds,
): number {
  let best = -1;
  let bestLoad = Number.POSITIVE_INFINITY;
  let bestRank = Number.POSITIVE_INFINITY;
  for (let step = 1; step <= candidates.length; step++) {
    const index = (last + step) % candidates.length;
    const candidate = candidates[index];
    if (candidate === undefined) continue;
    const load = candidate.open + candidate.unacknowledged;
    if (load >= bounds.maxConnections + bounds.maxOverflow) continue;
    if (candidate.unacknowledged >= bounds.maxUnacknowledged) continue;
    const stalled = candidate.waitedMs >= bounds.stallMs;
    const full = load >= bounds.maxConnections;
    const rank = (full ? 2 : 0) + (stalled ? 1 : 0);
    if (rank < bestRank || (rank === bestRank && load < bestLoad)) {
      best = index;
      bestLoad = load;
      bestRank = rank;
    }
  }
  return best;
}
