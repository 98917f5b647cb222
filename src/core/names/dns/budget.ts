/** So many a second, and none beyond: what is not taken is not kept. */
export interface Budget {
  /** Whether there is one more. */
  take(): boolean;
}

export function createBudget(perSecond: number, now: () => number): Budget {
  let left = perSecond;
  let until = now() + 1000;
  return {
    take: () => {
      const at = now();
      if (at >= until) {
        left = perSecond;
        until = at + 1000;
      }
      left--;
      return left >= 0;
    },
  };
}
