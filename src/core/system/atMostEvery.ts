/** Calls through at most once in `ms`. */
export function atMostEvery<T>(ms: number, now: () => number, call: (value: T) => void) {
  let last = Number.NEGATIVE_INFINITY;
  return (value: T): void => {
    const time = now();
    if (time - last < ms) return;
    last = time;
    call(value);
  };
}
