export interface TurnsOptions {
  /** Monotonic ms. */
  readonly now: () => number;
  /** Milliseconds of one turn of the event loop that all work together may take. */
  readonly sliceMs: number;
}

/** Work that shares a bounded part of each turn of the event loop, so that everything else has its turn too. */
export interface Turns {
  /** Does something small at once; what it takes is missing from this turn. */
  spend<T>(work: () => T): T;
  /**
   * Takes small steps until one returns false: at once as far as this turn allows, then slice by slice, in turn with
   * all other work. Resolves when that is done, when it took `budgetMs`, when `ends` is aborted, and when all is closed.
   */
  run(step: () => boolean, ends: AbortSignal, budgetMs?: number): Promise<void>;
  close(): void;
}

interface Job {
  readonly step: () => boolean;
  readonly ends: AbortSignal;
  readonly settle: () => void;
  readonly fail: (error: unknown) => void;
  leftMs: number;
}

export function createTurns({ now, sliceMs }: TurnsOptions): Turns {
  let waiting: Job[] = [];
  let spentMs = 0;
  let next: NodeJS.Immediate | null = null;
  let closed = false;

  /** With work waiting, or time spent that the next turn gives back. */
  function planTurn(): void {
    if (next !== null || closed || (spentMs === 0 && waiting.length === 0)) return;
    next = setImmediate(() => {
      next = null;
      spentMs = 0;
      while (spentMs < sliceMs) {
        const job = waiting.shift();
        if (job === undefined) break;
        slice(job);
      }
      planTurn();
    });
  }

  /** At least one step; the rest waits behind all others. */
  function slice(job: Job): void {
    const mayTake = Math.min(sliceMs - spentMs, job.leftMs);
    const begun = now();
    let more = true;
    let tookMs = 0;
    try {
      do {
        more = !job.ends.aborted && job.step();
        tookMs = now() - begun;
      } while (more && tookMs < mayTake);
    } catch (error) {
      more = false;
      job.fail(error);
    }
    spentMs += tookMs;
    job.leftMs -= tookMs;
    if (more && job.leftMs > 0) waiting.push(job);
    else job.settle();
  }

  return {
    spend: (work) => {
      const begun = now();
      try {
        return work();
      } finally {
        spentMs += now() - begun;
        planTurn();
      }
    },
    run: (step, ends, budgetMs = Number.POSITIVE_INFINITY) =>
      new Promise((settle, fail) => {
        if (closed) return settle();
        const job: Job = { step, ends, settle, fail, leftMs: budgetMs };
        if (spentMs < sliceMs && waiting.length === 0) slice(job);
        else waiting.push(job);
        planTurn();
      }),
    close: () => {
      closed = true;
      if (next !== null) clearImmediate(next);
      for (const { settle } of waiting) settle();
      waiting = [];
    },
  };
}
