/** Lets so many through at once, and then so many a second. */
export interface TokenBucket {
  take(): boolean;
}

/** @param now monotonic ms */
export function createTokenBucket(
  { burst, perSecond }: { readonly burst: number; readonly perSecond: number },
  now: () => number,
): TokenBucket {
  let tokens = burst;
  let filledAt = now();
  return {
    take: () => {
      const at = now();
      tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * perSecond);
      filledAt = at;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}
