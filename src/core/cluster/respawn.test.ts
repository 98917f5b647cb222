import { describe, expect, it } from 'vitest';
import { judgeCrash, noCrashes } from './respawn.ts';

const bounds = {
  respawnFirstMs: 50,
  respawnMaxMs: 1000,
  respawnStableMs: 30_000,
  crashLoopCount: 3,
  crashLoopWindowMs: 10_000,
};

function crashes(...lives: readonly number[]) {
  let history = noCrashes;
  let now = 0;
  return lives.map((life) => {
    now += life;
    const verdict = judgeCrash(history, life, now, bounds);
    history = verdict.history;
    return verdict;
  });
}

describe('the pause after a crash', () => {
  it('is short after the first and doubles up to its maximum', () => {
    const delays = crashes(10, 10, 10, 10, 10, 10, 10).map(({ delayMs }) => delayMs);
    expect(delays).toEqual([50, 100, 200, 400, 800, 1000, 1000]);
  });

  it('starts over after a worker that lived', () => {
    const delays = crashes(10, 10, 30_000, 10).map(({ delayMs }) => delayMs);
    expect(delays).toEqual([50, 100, 50, 100]);
  });

  it('stays finite after any number of crashes', () => {
    const all = crashes(...Array.from({ length: 5000 }, () => 1));
    expect(all.at(-1)?.delayMs).toBe(1000);
    expect(all.at(-1)?.history.times).toHaveLength(3);
  });
});

describe('a crash loop', () => {
  it('begins with the last of so many crashes in so short a time, and is said once', () => {
    const begins = crashes(10, 10, 10, 10, 10).map(({ loopBegins }) => loopBegins);
    expect(begins).toEqual([false, false, true, false, false]);
  });

  it('is not made of crashes far apart', () => {
    expect(crashes(6000, 6000, 6000, 6000).some(({ loopBegins }) => loopBegins)).toBe(false);
  });

  it('ends with a worker that lived, and the next one is said again', () => {
    const begins = crashes(10, 10, 10, 40_000, 10, 10).map(({ loopBegins }) => loopBegins);
    expect(begins).toEqual([false, false, true, false, false, true]);
  });
});
