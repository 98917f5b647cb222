/** What a memory watch works with. */
export interface MemoryWatchOptions {
  readonly limitBytes: number;
  readonly checkMs: number;
  /** Resident bytes of this process. */
  readonly rss: () => number;
  /** Collects garbage; null where that cannot be asked for. */
  readonly collect: (() => void) | null;
  /** Over the limit, also after a collection. Called at each check for as long as that lasts. */
  readonly over: (rssBytes: number) => void;
}

/**
 * Looks at the memory of this process at intervals (Hipache contract, "Processes").
 *
 * @returns the way to stop that
 */
export function watchMemory(options: MemoryWatchOptions): () => void {
  const { limitBytes, checkMs, rss, collect, over } = options;
  const timer = setInterval(() => {
    if (rss() <= limitBytes) return;
    collect?.();
    const still = rss();
    if (still > limitBytes) over(still);
  }, checkMs);
  timer.unref();
  return () => clearInterval(timer);
}
