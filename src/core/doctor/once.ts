/** Asks on the first call, and gives the same answer, or the same error, to all. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null;
  return () => {
    asked ??= ask();
    return asked;
  };
}

/** Asks again while an answer is not final and there is time to, with a pause between; gives the last answer. */
export async function askAgain<T>(
  ask: () => Promise<T>,
  isFinal: (answer: T) => boolean,
  { forMs, pauseMs }: { readonly forMs: number; readonly pauseMs: number },
): Promise<T> {
  const until = performance.now() + forMs;
  for (;;) {
    const answer = await ask();
    if (isFinal(answer) || performance.now() + pauseMs >= until) return answer;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Does one thing for each item, so many at the same time; results in the order of the items. */
export async function pooled<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  act: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) results[at] = await act(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
