/** What the pauses between crashes depend on; see `limits`. */
export interface RespawnBounds {
  readonly respawnFirstMs: number;
  readonly respawnMaxMs: number;
  readonly respawnStableMs: number;
  readonly crashLoopCount: number;
  readonly crashLoopWindowMs: number;
}

/** What is remembered of the crashes in one place of the pool. */
export interface CrashHistory {
  /** Crashes in a row, each before the worker had lived for `respawnStableMs`. */
  readonly inRow: number;
  /** When the last of them happened, monotonic ms; at most `crashLoopCount`, oldest first. */
  readonly times: readonly number[];
  /** Whether the present crash loop was said. */
  readonly looping: boolean;
}

export const noCrashes: CrashHistory = { inRow: 0, times: [], looping: false };

export interface CrashVerdict {
  readonly history: CrashHistory;
  /** Pause before the next worker, ms. */
  readonly delayMs: number;
  /** A crash loop has just begun: to be said once, loudly. */
  readonly loopBegins: boolean;
}

/**
 * Decides what follows a crash: the pause doubles with each crash in a row, and so many crashes in so short a time are
 * a crash loop, until a worker lives for `respawnStableMs`.
 *
 * @param lifeMs how long the worker had lived
 * @param now monotonic ms
 */
export function judgeCrash(
  history: CrashHistory,
  lifeMs: number,
  now: number,
  bounds: RespawnBounds,
): CrashVerdict {
  const before = lifeMs >= bounds.respawnStableMs ? noCrashes : history;
  const inRow = before.inRow + 1;
  const times = [...before.times, now].slice(-bounds.crashLoopCount);
  const oldest = times[0] ?? now;
  const inLoop = times.length >= bounds.crashLoopCount && now - oldest <= bounds.crashLoopWindowMs;
  return {
    history: { inRow, times, looping: before.looping || inLoop },
    delayMs: Math.min(bounds.respawnMaxMs, bounds.respawnFirstMs * 2 ** Math.min(inRow - 1, 30)),
    loopBegins: inLoop && !before.looping,
  };
}
