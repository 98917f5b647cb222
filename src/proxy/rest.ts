/** What is needed to tell that a process rests, and to make it small then. */
export interface RestOptions {
  /** Milliseconds without anything new that count as rest. */
  readonly restMs: number;
  /** Bytes of heap that must have come since the last collection for another to be worth it. */
  readonly growthBytes: number;
  /** Counts up with all that passes. */
  readonly passed: () => number;
  /** Bytes of heap in use. */
  readonly used: () => number;
  /** Collects garbage and gives memory back; settles when it has. */
  readonly collect: () => Promise<void>;
}

/**
 * Gives the memory of a busy time back once nothing passes any more: by itself V8 collects when it needs room, which a
 * process that rests never does.
 *
 * @returns the way to stop that
 */
export function collectAtRest(options: RestOptions): () => void {
  const { restMs, growthBytes, passed, used, collect } = options;
  let seen = passed();
  let kept = 0;
  let collecting = false;

  async function rest(): Promise<void> {
    collecting = true;
    await collect();
    kept = used();
    collecting = false;
  }

  const timer = setInterval(() => {
    const now = passed();
    const rests = now === seen;
    seen = now;
    if (rests && !collecting && used() - kept >= growthBytes) void rest();
  }, restMs);
  timer.unref();
  return () => clearInterval(timer);
}
