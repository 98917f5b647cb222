/*
 * Durations by the method of HdrHistogram: each power of two is cut into equal parts, so that the error is a share of
 * the value. Node's own histogram has three digits over the whole range of 64 bits and takes half a megabyte for it;
 * this one has 32 parts, an error of at most 1.6 %, in 3.6 KB, and several of them are kept for each host.
 */
const partBits = 5;
const parts = 1 << partBits;
/** Values below are counted one by one. */
const exact = 2 * parts;
const buckets = exact + (32 - partBits - 1) * parts;
const largest = 2 ** 32 - 1;

/** Index of the bucket of a duration in µs. */
function bucketOf(us: number): number {
  if (us < exact) return us;
  const power = 31 - Math.clz32(us);
  return exact + (power - partBits - 1) * parts + (us >>> (power - partBits)) - parts;
}

/** The middle of a bucket, in µs. */
function middleOf(bucket: number): number {
  if (bucket < exact) return bucket;
  const width = 2 ** (((bucket - exact) >> partBits) + 1);
  const low = (parts + ((bucket - exact) & (parts - 1))) * width;
  return low + (width - 1) / 2;
}

const windows = 7;
const windowSeconds = 10;

/** Durations over about the last minute: 60 to 70 seconds, so that each request of the last minute has one. */
export class Latencies {
  /** Made when there is something to count. */
  readonly #counts: (Uint32Array | undefined)[] = new Array(windows).fill(undefined);
  /** Which ten seconds each of them is about. */
  readonly #epochs = new Float64Array(windows).fill(-1);

  /** @param second of the same clock as in `percentiles` */
  add(ms: number, second: number): void {
    const epoch = Math.floor(second / windowSeconds);
    const index = epoch % windows;
    let counts = this.#counts[index];
    if (counts === undefined) {
      counts = new Uint32Array(buckets);
      this.#counts[index] = counts;
    } else if (this.#epochs[index] !== epoch) counts.fill(0);
    this.#epochs[index] = epoch;
    const us = Math.min(largest, Math.max(0, Math.round(ms * 1000) || 0));
    const bucket = bucketOf(us);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }

  /** Durations in ms below which these shares (0 to 1, growing) of the requests were; 0 where there were none. */
  percentiles(shares: readonly number[], second: number): readonly number[] {
    const epoch = Math.floor(second / windowSeconds);
    const live = this.#counts.filter((_, index) => {
      const age = epoch - (this.#epochs[index] ?? -1);
      return age >= 0 && age < windows;
    });
    const total = new Uint32Array(buckets);
    let count = 0;
    for (const counts of live) {
      counts?.forEach((more, bucket) => {
        total[bucket] = (total[bucket] ?? 0) + more;
        count += more;
      });
    }
    if (count === 0) return shares.map(() => 0);
    let bucket = -1;
    let below = 0;
    return shares.map((share) => {
      const rank = Math.max(1, Math.ceil(share * count));
      while (below < rank) {
        bucket++;
        below += total[bucket] ?? 0;
      }
      return middleOf(bucket) / 1000;
    });
  }

  forget(): void {
    this.#epochs.fill(-1);
  }
}
