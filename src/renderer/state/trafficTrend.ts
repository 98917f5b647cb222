import type { TrafficSummary } from '../../shared/contract/traffic.ts';
import { createStore, type Readable } from './store.ts';

/** How long requests of one host took, at one moment: over the last minute before it. */
interface TrendPoint {
  /** Unix milliseconds. */
  readonly at: number;
  /** ms */
  readonly p50: number;
  readonly p95: number;
}

/** Durations of one frontend, oldest first; of the requested host that most requests were for. */
export interface Trend {
  readonly host: string;
  readonly points: readonly TrendPoint[];
}

/** Points that are kept, milliseconds between two, and frontends that have some. */
export const trendBounds = { points: 60, everyMs: 5000, frontends: 500 } as const;

/** Trends with one more picture of all hosts; the same ones when it is too soon. */
export function withPicture(
  trends: ReadonlyMap<string, Trend>,
  picture: TrafficSummary,
): ReadonlyMap<string, Trend> {
  const busiest = new Map<string, TrafficSummary['hosts'][number]>();
  // They come busiest first.
  for (const one of picture.hosts) {
    if (one.frontend === null) continue;
    const isKnown = busiest.has(one.frontend);
    // A line goes on with its host as long as that is asked for.
    const isFollowed = trends.get(one.frontend)?.host === one.host && one.requestsPerSecond > 0;
    if (isKnown ? isFollowed : busiest.size < trendBounds.frontends) {
      busiest.set(one.frontend, one);
    }
  }
  const next = new Map<string, Trend>();
  for (const [frontend, { host, p50, p95, perSecond }] of busiest) {
    const before = trends.get(frontend);
    const earlier = before?.host === host ? before.points : [];
    const isQuiet = !perSecond.some((requests) => requests > 0);
    if (isQuiet && earlier.length === 0) continue;
    const last = earlier.at(-1);
    const isSoon = last !== undefined && picture.at - last.at < trendBounds.everyMs;
    next.set(frontend, {
      host,
      // A minute without requests has no duration: the line ends there.
      points:
        isSoon || isQuiet
          ? earlier
          : [...earlier.slice(1 - trendBounds.points), { at: picture.at, p50, p95 }],
    });
  }
  return next;
}

/** Durations by frontend, for as long as the interface is open. */
export function createTrends(
  traffic: Readable<TrafficSummary | null>,
): Readable<ReadonlyMap<string, Trend>> {
  const trends = createStore<ReadonlyMap<string, Trend>>(new Map());
  traffic.subscribe(() => {
    const picture = traffic.get();
    if (picture !== null) trends.update((all) => withPicture(all, picture));
  });
  return trends;
}
